"""Spikes counted for rules that look at activity."""

from itertools import pairwise

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.engine.tallies import count, take, tallies_from, tally_arrays
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


@pytest.mark.parametrize("width", [0, 1, 3, 50])
def test_counts_do_not_depend_on_how_a_run_is_cut(width):
    rng = np.random.default_rng(width)
    when = np.sort(rng.integers(7, 40, 200))
    who = rng.integers(0, 5, 200).astype(np.int32)
    bins = 1 if not width else -(-33 // width)
    expected = np.zeros((bins, 5), int)
    np.add.at(expected, ((when - 7) // width if width else 0 * when, who), 1)
    for cuts in ([7, 40], [7, 8, 20, 39, 40]):
        tallies = {}
        assert take(tallies, "rule", "E", 5, now=7, width=width) is None
        for first, last in pairwise(cuts):
            inside = (when >= first) & (when < last)
            count(tallies, first, last - first, {"E": (when[inside], who[inside])})
        np.testing.assert_array_equal(
            take(tallies, "rule", "E", 5, now=40).counts, expected
        )


def test_what_was_counted_comes_back_from_a_checkpoint():
    tallies = {}
    take(tallies, "S->E/rule", "E", 3, now=4, width=2)
    take(tallies, "other", "S", 2, now=0)
    spikes = (np.array([4, 6]), np.array([1, 2], np.int32))
    count(tallies, 4, 4, {"E": spikes, "S": (spikes[0], spikes[1] - 1)})
    arrays = {k.removeprefix("tally/"): a for k, a in tally_arrays(tallies).items()}
    again = tallies_from(arrays)
    assert again.keys() == tallies.keys()
    for key, tally in tallies.items():
        found = again[key]
        assert (found.population, found.start, found.width) == (
            tally.population,
            tally.start,
            tally.width,
        )
        np.testing.assert_array_equal(found.counts, tally.counts)
        assert found.counts is not tally.counts
