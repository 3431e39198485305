"""Partitions: whole lanes, everything owned once, about equal loads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.distributed import Contiguous, Placed
from neurosparse.distributed.partitions import check_cuts
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.wiring import FixedInDegree


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=5), st.integers(1, 7))
def test_loads_are_level_up_to_a_lane(sizes, size):
    net = Network(*(Population(f"P{k}", n, LIF()) for k, n in enumerate(sizes)))
    cuts = check_cuts(Contiguous().cuts(net, size), net, size)
    ends = [
        np.minimum(cuts[name], population.n) for name, population in net.populations.items()
    ]
    loads = sum(np.diff(end) for end in ends)
    assert loads.sum() == sum(sizes)
    assert loads.max() - sum(sizes) / size <= 64 * (len(sizes) + 1)


def test_synapses_weigh():
    net = Network(
        Population("E", 640, LIF()),
        Population("I", 640, LIF()),
        Projection("E", "I", FixedInDegree(400)),
    )
    cuts = Contiguous().cuts(net, 2)
    assert cuts["E"].tolist() == [0, 320, 640]
    assert check_cuts(cuts, net, 2)["I"][1] in (256, 320, 384)


def test_placed_populations_stay_whole():
    net = Network(Population("E", 640, LIF()), Population("I", 640, LIF()))
    assert Placed({"I": 2}).cuts(net, 3)["I"].tolist() == [0, 0, 0, 640]
    with pytest.raises(ValueError, match="a rank below 3"):
        Placed({"I": 3}).cuts(net, 3)


@pytest.mark.parametrize("bounds", [[0, 640], [0, 100, 640], [0, 128, 64, 640], [64, 640]])
def test_cuts_that_are_none_are_refused(bounds):
    net = Network(Population("E", 640, LIF()))
    with pytest.raises(ValueError, match="ascending multiples of 64"):
        check_cuts({"E": np.array(bounds)}, net, 2 if len(bounds) != 4 else 3)
