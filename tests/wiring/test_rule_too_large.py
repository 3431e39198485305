"""Wiring that no machine can hold is refused before anything is counted."""

import time

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.wiring import (
    AllToAll,
    BarabasiAlbert,
    Bernoulli,
    FixedInDegree,
    FixedOutDegree,
    FixedTotal,
    Groups,
    WattsStrogatz,
)

MILLION = 10**6


@pytest.mark.parametrize(
    ("rule", "n"),
    [
        (AllToAll(), 10 * MILLION),
        (Bernoulli(0.1), 100 * MILLION),
        (FixedInDegree(MILLION), 10 * MILLION),
        (FixedOutDegree(MILLION), 10 * MILLION),
        (FixedTotal(10**14), 100 * MILLION),
        (Groups(10, 0.5, 0.5), 10 * MILLION),
        (WattsStrogatz(MILLION, 0.1), 10 * MILLION),
        (BarabasiAlbert(MILLION), 10 * MILLION),
    ],
)
def test_it_says_so_at_once(rule, n):
    begun = time.perf_counter()
    name = type(rule).__name__
    with pytest.raises(ValueError, match=rf"{name}: got .* synapses .* GB"):
        rule.build(n, n, 1)
    assert time.perf_counter() - begun < 1.0


def test_populations_and_rings_are_weighed_too():
    with pytest.raises(ValueError, match=r"Population.n: got 3e\+09 for 'E'"):
        Population("E", 3 * 10**9, LIF())
    with pytest.raises(ValueError, match=r"E\.n: got 2000000000 neurons LIF .* GB"):
        Simulator(Network(Population("E", 2 * 10**9, LIF())))
    delay = np.array([0.1, 6500.0])
    net = Network(
        Population("A", 1, LIF()),
        Population("B", 2 * 10**6, LIF()),
        Projection("A", "B", FixedOutDegree(2), delay=delay),
    )
    with pytest.raises(MemoryError, match=r"under way in 'A->B'.* GB"):
        Simulator(net)
