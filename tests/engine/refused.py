"""Small networks to be refused, and the check that one is."""

import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from neurosparse.plasticity import PairSTDP

ONE = Connectivity.from_edges([0], [1], n_pre=2, n_post=3)


TWO = Connectivity.from_edges([0, 1], [1, 2], n_pre=2, n_post=3)


def net(wiring=ONE, *more, model=None, **given):
    a = Population("A", 2, model or LIF())
    return Network(
        a, Population("B", 3, LIF()), Projection("A", "B", wiring, **given), *more
    )


def edges(**given):
    return Connectivity.from_edges([0], [1], **({"n_pre": 2, "n_post": 3} | given))


def simulator(*parts, **given):
    return Simulator(net(*parts), **given)


def source(**given):
    return Simulator(Network(Population("S", 2, SpikeSource(**given))))


RULE = PairSTDP(0.1, 0.1, w_max=1.0)


def refuse(make, words):
    """Making it is refused, and the error says so in these words."""
    with pytest.raises((ValueError, TypeError), match=words):
        make()
