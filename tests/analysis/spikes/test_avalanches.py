"""Avalanches: cut without loss, and of the law they should have."""

import numpy as np
import pytest
from hypothesis import given

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains
from tests.analysis.spikes.helpers import silence, trains


@given(trains)
def test_avalanches_cut_all_spikes_once(events):
    step, index = np.array(events).T
    found = analysis.avalanches(
        SpikeTrains.from_steps(step, index, 5, dt=1.0, steps=60), 1.0
    )
    occupied = np.unique(step)
    assert found.size.sum() == len(step)
    assert found.duration.sum() == len(occupied)
    assert len(found.size) == 1 + np.count_nonzero(np.diff(occupied) > 1)


def test_avalanches_of_independent_bins_are_geometric():
    rng = np.random.default_rng(5)
    step = np.flatnonzero(rng.random(200_000) < 0.5)
    found = analysis.avalanches(
        SpikeTrains.from_steps(step, np.zeros_like(step), 1, dt=1.0, steps=200_000), 1.0
    )
    assert found.duration.mean() == pytest.approx(2.0, rel=0.02)
    assert np.mean(found.duration == 1) == pytest.approx(0.5, abs=0.01)


def test_avalanches_of_a_branching_process_have_the_law_they_should():
    """Critical branching: sizes fall with 3/2 below the cut-off; half as many offspring: an
    exponential tail.
    """
    from neurosparse.analysis import fit_power_law

    def sizes(mean, count, rng):
        found = np.empty(count, np.int64)
        for k in range(count):
            alive = total = 1
            while alive and total < 2000:
                alive = rng.poisson(mean * alive)
                total += alive
            found[k] = total
        return found

    rng = np.random.default_rng(0)
    critical = sizes(1.0, 1500, rng)
    fit = fit_power_law(critical[critical < 500], xmin=2)
    assert fit.alpha == pytest.approx(1.5, abs=0.15)
    assert fit.exponential.ratio > 5
    below = fit_power_law(sizes(0.5, 1500, rng), xmin=1)
    assert below.verdict != "power law"


@pytest.mark.parametrize("n", [0, 1])
def test_silence_is_defined(n):
    assert analysis.avalanches(silence(n)).size.size == 0


def test_a_last_bin_that_is_cut_short_counts():
    spikes = SpikeTrains.from_times([0, 10, 20, 30], [0, 0, 0, 0], 1, stop=35.0)
    assert analysis.avalanches(spikes).size.tolist() == [4]
    assert analysis.avalanches(spikes, 10.0).duration.tolist() == [4]
    ended = SpikeTrains.from_times([0.0, 1.0, 3.5], [0, 0, 0], 1, stop=4.0)
    assert analysis.avalanches(ended, 1.0).size.tolist() == [2, 1]
