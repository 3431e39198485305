"""Weights that are drawn to nothing or one."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator
from neurosparse.memory import Coactivity, Consolidation, consolidate
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource


def test_weights_are_drawn_to_nothing_or_one() -> None:
    assert consolidate([0.0, 0.5, 1.0]) == pytest.approx([0, 0.5, 1])
    paths = {0.4: [0.343, 0.254, 0.125, 0.008], 0.6: [0.657, 0.746, 0.875, 0.992]}
    for x, path in paths.items():
        for expected in path:
            x = float(consolidate(x))
            assert x == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("rise", "needed"), [(0.16, 10), (0.18, 6), (0.2, 5), (0.25, 3), (0.3, 3)]
)
def test_how_often_a_synapse_must_be_used_to_stay(rise: float, needed: int) -> None:
    def settled(times: int) -> float:
        x = 0.0
        for k in range(40):
            x = float(consolidate(x + rise * (k < times)))
        return x

    assert settled(needed) == 1
    assert settled(needed - 1) == 0


def test_a_projection_that_learns_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Coactivity.rise: got 0"):
        Coactivity(0)
    one = Connectivity.from_edges([0], [0], n_pre=1, n_post=1)
    network = Network(
        Population("a", 1, SpikeSource(np.zeros(1), np.zeros(1, int))),
        Population("b", 1, LIF()),
        Projection("a", "b", one),
    )
    with (
        Simulator(network) as simulator,
        pytest.raises(ValueError, match=r"Consolidation.projection: got 'a->b'"),
    ):
        simulator.run(1.0, callbacks=[Every(0.1, Consolidation("a->b"))])
