"""The table of `docs/semantics.md`: every pair of what can be declared is built and run, and the
page says of each whether it runs, or why not.
"""

from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Graded, Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from neurosparse.plasticity import Composed, GraupnerBrunel, PairSTDP, TsodyksMarkram
from neurosparse.stimuli import StepCurrent
from tests.engine.on_device import DEVICE

pytest.importorskip("triton")
PAGE = Path(__file__).parents[2] / "docs" / "semantics.md"
RULE = PairSTDP(0.01, 0.01, w_max=2.0)
OWN = Composed(RULE, GraupnerBrunel(w_max=2.0))
BRIEF = TsodyksMarkram(use=0.9, tau_rec=50.0)
FEATURES = {
    "delays that differ": {"late"},
    "plasticity": {"learns"},
    "both of these": {"late", "learns"},
    "`Composed`, synapses that keep more": {"own"},
    "short-term plasticity": {"brief"},
    "values in every step": {"values"},
    "`rewire`, `set_weights`": {"edited"},
    "threads": {"threads"},
    "checkpoints": {"saved"},
    "stimuli onto it": {"driven"},
    "parameters that differ": {"each"},
    '`precision="float32"`': {"single"},
    '`mode="event"`': {"event"},
    '`backend="gpu"`': {"gpu"},
}


def network(features):
    wiring = Connectivity.from_dense(np.full((3, 4), 0.5))
    rule = RULE if "learns" in features else None
    delay = np.arange(12) % 3 / 10 if "late" in features else 0.1
    threshold = np.linspace(0.5, 0.8, 4) if "each" in features else 0.5
    model = LIF(v_rest=0.0, v_threshold=threshold, v_reset=0.0, t_ref=0.0)
    mode = "event" if "event" in features else "clock"
    parts = [
        Population("S", 3, SpikeSource([0.0, 0.0, 0.1], [0, 1, 2])),
        Population("E", 4, model, mode=mode),
        Projection(
            "S",
            "E",
            wiring,
            delay=delay,
            plasticity=OWN if "own" in features else rule,
            short_term=BRIEF if "brief" in features else None,
        ),
    ]
    if "values" in features:
        around = Connectivity.from_dense(np.full((4, 4), 0.01))
        late = np.arange(16) % 3 / 10 if "late" in features else 0.1
        parts.append(Projection("E", "E", around, delay=late, transmits=Graded("v")))
    parts += [StepCurrent("E", amplitude=1.0)] if "driven" in features else []
    return Network(parts)


def try_out(features, folder):
    """Why a network of these features does not run; nothing where it does."""
    options = {"threads": 2 if "threads" in features else 1}
    options |= {"precision": "float32"} if "single" in features else {}
    options |= {"backend": DEVICE} if "gpu" in features else {}
    try:
        sim = Simulator(network(features), **options)
        sim.step(2)
        if "edited" in features:
            sim.set_weights("S->E", 0.75)
            sim.rewire("S->E", drop=[0], pre=[0], post=[0], weight=0.25, delay=0.1)
        if {"edited", "values"} <= features:
            sim.set_weights("E->E", 0.02)
            sim.rewire("E->E", drop=[0], pre=[0], post=[0], weight=0.02, delay=0.1)
        if "saved" in features:
            path = folder / "-".join(sorted(features))
            sim.save(path)
            sim.restore(path)
        sim.step(3)
        assert len(sim.spikes("E")) > 0
    except ValueError as error:
        return str(error)
    return ""


def table(folder):
    """Rows of Markdown with a number for each reason, and the reasons."""
    reasons, cells = [], {}
    for one, other in combinations_with_replacement(FEATURES, 2):
        reason = try_out(FEATURES[one] | FEATURES[other], folder)
        if reason and reason not in reasons:
            reasons.append(reason)
        cells[one, other] = str(reasons.index(reason) + 1) if reason else "yes"
    names = list(FEATURES)
    lines = [f"| | {' | '.join(names[:-1])} |", "|---" * len(names) + "|"]
    for k, name in enumerate(names[1:], 1):
        row = [cells[other, name] for other in names[:k]]
        lines.append(f"| {name} | {' | '.join(row + [''] * (len(names) - 1 - k))} |")
    lines += ["", *(f"{k}. `{reason}`" for k, reason in enumerate(reasons, 1))]
    return "\n".join(lines)


def test_the_page_says_what_runs(tmp_path):
    expected = table(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    assert expected in page, f"docs/semantics.md should hold\n\n{expected}"
    assert expected.count("yes") > 45
