"""Rates and intervals: Poisson, gamma and clock processes, and Elephant."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains, firing_rates
from neurosparse.recording import SpikeRecord
from tests.analysis.spikes.helpers import RATE, STOP, silence, together


def test_lv_ignores_a_drift_that_cv_sees():
    gaps = np.linspace(5, 50, 200)
    train = SpikeTrains.from_times(np.cumsum(gaps), np.zeros(200, int), 1, stop=10_000.0)
    found = analysis.interspike_intervals(train)
    assert found.cv[0] > 0.4
    assert found.lv[0] < 0.001


def test_gamma_process_has_the_cv_of_its_shape():
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.gamma(4.0, 5.0, (30, 2000)), axis=1)
    train = SpikeTrains.from_times(
        times.ravel(), np.repeat(np.arange(30), 2000), 30, stop=60_000.0
    )
    found = analysis.interspike_intervals(train)
    assert found.cv.mean() == pytest.approx(0.5, abs=0.01)
    assert found.lv.mean() == pytest.approx(3 / (2 * 4 + 1), abs=0.01)


@pytest.mark.filterwarnings("ignore")
def test_regularity_is_that_of_elephant(pair_of_trains):
    from elephant.statistics import cv, isi, lv

    ours, theirs = pair_of_trains
    found = analysis.interspike_intervals(ours)
    gaps = [isi(one).magnitude for one in theirs]
    np.testing.assert_allclose(found.mean, [gap.mean() for gap in gaps])
    np.testing.assert_allclose(found.cv, [cv(gap) for gap in gaps])
    np.testing.assert_allclose(found.lv, [lv(gap) for gap in gaps])


def test_poisson_is_poisson(poisson):
    found = analysis.interspike_intervals(poisson)
    assert found.spikes.min() > 800
    assert analysis.firing_rates(poisson).mean() == pytest.approx(RATE, rel=0.02)
    assert found.cv.mean() == pytest.approx(1.0, abs=0.02)
    assert found.lv.mean() == pytest.approx(1.0, abs=0.03)


def test_a_clock_is_regular():
    found = analysis.interspike_intervals(together())
    assert found.spikes.tolist() == [50] * 10
    np.testing.assert_allclose(found.cv, 0, atol=1e-9)
    np.testing.assert_allclose(found.lv, 0, atol=1e-9)


@pytest.mark.parametrize("n", [0, 1])
def test_silence_is_defined(n):
    assert analysis.firing_rates(silence(n)).tolist() == [0.0] * n
    assert analysis.spike_summary(silence(n)).mean_rate == 0.0


@pytest.mark.filterwarnings("ignore")
def test_elephant_agrees_on_long_trains(poisson):
    statistics = pytest.importorskip(
        "elephant.statistics", reason="elephant is not installed"
    )
    neo = pytest.importorskip("neo")
    time, index = poisson.arrays()
    found = analysis.interspike_intervals(poisson)
    for neuron in range(3):
        train = neo.SpikeTrain(time[index == neuron], units="ms", t_stop=STOP)
        isi = statistics.isi(train).magnitude
        assert found.cv[neuron] == pytest.approx(statistics.cv(isi))
        assert found.lv[neuron] == pytest.approx(statistics.lv(isi))


@pytest.mark.filterwarnings("ignore")
def test_rates_are_those_of_elephant(pair_of_trains):
    from elephant.statistics import mean_firing_rate

    ours, theirs = pair_of_trains
    expected = [float(mean_firing_rate(one).rescale("Hz")) for one in theirs]
    np.testing.assert_allclose(analysis.firing_rates(ours), expected)


def test_a_record_is_taken_with_its_end():
    record = SpikeRecord(np.array([0, 5, 5]), np.array([2, 0, 2]), dt=0.1, n=3)
    assert firing_rates(record, stop=1000.0).tolist() == [1.0, 0.0, 2.0]
    with pytest.raises(TypeError, match="stop=simulation.time"):
        firing_rates(record)
    with pytest.raises(ValueError, match="know their window"):
        firing_rates(SpikeTrains.from_record(record, stop=1.0), stop=2.0)
