"""The demonstration: its network, the dense law beside it, and the command as a whole."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.cli import status
from neurosparse.cli.demo.demo import agree
from neurosparse.cli.demo.dense import simulate
from neurosparse.cli.demo.larva import EXCITE, INHIBIT, inhibitory, network, weights
from neurosparse.datasets import LarvaBrain, larva_brain
from neurosparse.engine import Simulator
from neurosparse.recording import open_run


@pytest.fixture(scope="module")
def brain() -> LarvaBrain:
    """The data set, read once."""
    return larva_brain()


def test_signs_follow_the_stated_rule(brain: LarvaBrain) -> None:
    inhibits = inhibitory(brain)
    assert inhibits[np.isin(brain.cell_type, INHIBIT)].all()
    assert not inhibits[np.isin(brain.cell_type, EXCITE)].any()
    others = ~np.isin(brain.cell_type, INHIBIT + EXCITE)
    assert 0.28 < inhibits[others].mean() < 0.38
    alike = (brain.pair_index >= 0) & others & others[brain.pair_index]
    assert np.array_equal(inhibits[alike], inhibits[brain.pair_index[alike]])


def test_weights_are_counts_with_the_sign_of_the_neuron(brain: LarvaBrain) -> None:
    pre, _ = brain.connectivity.edges()
    assert np.array_equal(weights(brain) < 0, inhibitory(brain)[pre])
    unit = np.where(weights(brain) < 0, 3.0, 1.0)
    assert np.array_equal(np.abs(weights(brain)) / unit, brain.connectivity.weights_array())


def test_dense_and_sparse_fire_the_same_spikes(brain: LarvaBrain) -> None:
    simulator = Simulator(network(brain), 0.1, 3)
    simulator.run(100.0)
    drive = simulator.spikes("drive")
    spikes = simulator.spikes("brain")
    dense = simulate(brain, (drive.step, drive.i), 400, 0.1)
    assert dense.step.size > 500
    assert np.array_equal(spikes.step[spikes.step < 400], dense.step)
    assert np.array_equal(spikes.i[spikes.step < 400], dense.neuron)
    assert not agree(spikes.step, spikes.i, dense._replace(neuron=dense.neuron[::-1]))


@pytest.mark.slow
def test_the_demonstration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["demo", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "spikes identical: yes" in said
    assert "110,677" in said
    assert (tmp_path / "demo.png").stat().st_size > 50_000
    recorded = open_run(tmp_path / "recording.zarr")
    assert recorded.finished
    assert len(np.unique(recorded.spikes["brain"].i)) > 1000
