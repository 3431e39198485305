"""Spikes counted for rules that look at activity."""

import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population
from neurosparse.neurons import SpikeSource


def test_tally_counts_since_the_last_call():
    times = [0.5, 1.0, 2.0, 2.1]
    net = Network(Population("S", 2, SpikeSource(times=times, indices=[0, 1, 0, 1])))
    sim = Simulator(net, dt=0.1)
    sim.run(0.7)
    assert sim.tally("me", "S") is None
    sim.run(1.0)
    assert sim.tally("other", "S", bin_steps=5) is None
    tally = sim.tally("me", "S")
    assert (tally.start, tally.counts.tolist()) == (7, [[0, 1]])
    sim.run(1.0)
    assert sim.tally("me", "S").counts.tolist() == [[1, 1]]
    assert sim.tally("other", "S").counts.tolist() == [[1, 1], [0, 0]]
    with pytest.raises(ValueError, match="population: got 'T'"):
        sim.tally("me", "T")
