"""Effects beside controls: an experiment whose answer is known."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.connectome import Connectome
from neurosparse.experiment import (
    Evidence,
    Experiment,
    Rewired,
    Silence,
    Stimulate,
    open_evidence,
)
from tests.experiment.small import BRAIN, MODEL


@pytest.fixture(scope="module")
def evidence(tmp_path_factory) -> Evidence:
    """Senses reach `a` and `b`; `a` alone reaches `out`, `b` alone reaches `end`."""
    block = np.divmod(np.arange(100), 10)
    starts = [(0, 10), (0, 20), (10, 30), (20, 40)]
    sources = np.concatenate([block[0] + pre for pre, _ in starts])
    targets = np.concatenate([block[1] + post for _, post in starts])
    table = {"type": np.repeat(["sense", "a", "b", "out", "end"], 10)}
    wiring = Connectivity.from_edges(sources, targets, n_pre=50, n_post=50, weight=16.0)
    brain = Connectome(wiring, table)
    kinds = brain.split("type")
    design = Experiment(
        brain,
        MODEL,
        [Stimulate(kinds["sense"], rate=80.0, weight=80.0)],
        [Silence(kinds["a"]), Silence(kinds["b"])],
        [Rewired("degrees", 19)],
        kinds,
        trials=6,
        duration=60.0,
    )
    return design.run(tmp_path_factory.mktemp("run") / "a")


def test_the_way_through_is_told_from_the_way_beside(evidence: Evidence) -> None:
    through = evidence.effect("silence a", "out")
    assert through.rate == 0.0
    assert through.effect == pytest.approx(through.rate - through.intact)
    assert through.low <= through.effect <= through.high < 0
    assert through.q == pytest.approx(2 / 2**6 * 8 / 2, rel=1)
    assert through.size < -1
    beside = evidence.effect("silence b", "out")
    assert (beside.effect, beside.q, beside.size) == (0.0, 1.0, 0.0)
    null = through.beside["degrees kept"]
    assert null.low <= null.mean <= null.high
    assert through.effect < null.low
    assert null.q <= 1.0
    # rewired, silencing b matters too
    assert beside.beside["degrees kept"].mean < 0
    assert len(evidence.effects) == 2 * 5
    assert "silence a" in str(evidence)


def test_baselines_and_neurons(evidence: Evidence) -> None:
    rates = {name: rate for name, rate, _ in evidence.baselines}
    assert rates["b"] > 5.0
    assert rates["out"] > 5.0
    rows = evidence.most_affected("silence a", k=30)
    assert {row.type for row in rows} == {"a", "out"}
    assert rows[0].difference == rows[0].rate - rows[0].intact < 0
    assert evidence.most_affected(k=3) == rows[:3]
    intact = evidence.spikes()
    assert intact is not None
    assert intact.rate(duration=60.0) > 5.0


def test_what_is_not_there(evidence: Evidence) -> None:
    folder = evidence.results.path.parent
    again = open_evidence(folder, evidence.connectome)
    assert again.effects == evidence.effects
    with pytest.raises(
        ValueError, match="arm: got 'silence c', wants one of .* did you mean"
    ):
        evidence.effect("silence c", "out")
    with pytest.raises(ValueError, match="readout: got 'ou'"):
        evidence.effect("silence a", "ou")
    with pytest.raises(ValueError, match="connectome: got one of 60 neurons"):
        open_evidence(folder, BRAIN)
    with pytest.raises(FileNotFoundError, match="no neurosparse-experiment"):
        open_evidence(folder / "absent", BRAIN)
