"""Spike statistics against Elephant on small data."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains

STOP, N = 2000.0, 6


@pytest.fixture(scope="module")
def trains():
    """Our spikes and the same as Neo trains: Poisson with a common part, so that they correlate."""
    neo = pytest.importorskip("neo", reason="neo is not installed")
    pytest.importorskip("elephant", reason="elephant is not installed")
    rng = np.random.default_rng(2)
    common = rng.uniform(0, STOP, 60)
    parts = [np.sort(np.concatenate([common, rng.uniform(0, STOP, 50 + 10 * k)])) for k in range(N)]
    ours = SpikeTrains.from_times(
        np.concatenate(parts), np.repeat(np.arange(N), [len(p) for p in parts]), N, stop=STOP
    )
    return ours, [neo.SpikeTrain(part, units="ms", t_stop=STOP) for part in parts]


pytestmark = pytest.mark.filterwarnings("ignore")


def test_rates_and_the_population_rate(trains):
    import quantities as pq
    from elephant.statistics import mean_firing_rate, time_histogram

    ours, theirs = trains
    np.testing.assert_allclose(
        analysis.firing_rates(ours), [float(mean_firing_rate(one).rescale("Hz")) for one in theirs]
    )
    histogram = (
        time_histogram(theirs, bin_size=20 * pq.ms, output="rate").rescale("Hz").magnitude.ravel()
    )
    np.testing.assert_allclose(analysis.population_rate(ours, 20.0).rate, histogram)


def test_regularity(trains):
    from elephant.statistics import cv, isi, lv

    ours, theirs = trains
    found = analysis.interspike_intervals(ours)
    gaps = [isi(one).magnitude for one in theirs]
    np.testing.assert_allclose(found.mean, [gap.mean() for gap in gaps])
    np.testing.assert_allclose(found.cv, [cv(gap) for gap in gaps])
    np.testing.assert_allclose(found.lv, [lv(gap) for gap in gaps])


def test_correlations(trains):
    import quantities as pq
    from elephant.conversion import BinnedSpikeTrain
    from elephant.spike_train_correlation import correlation_coefficient

    ours, theirs = trains
    binned = BinnedSpikeTrain(theirs, bin_size=10 * pq.ms, t_start=0 * pq.ms, t_stop=STOP * pq.ms)
    expected = correlation_coefficient(binned)
    np.testing.assert_allclose(analysis.correlation_matrix(ours, 10.0), expected, atol=1e-12)
    upper = expected[np.triu_indices(N, 1)].mean()
    assert analysis.mean_correlation(ours, 10.0) == pytest.approx(upper)
    assert upper > 0.3
    np.testing.assert_array_equal(
        analysis.spike_count_matrix(ours, 10.0).toarray().T, binned.to_array()
    )


def test_spectrum(trains):
    import neo
    import quantities as pq
    from elephant.spectral import welch_psd

    ours, _ = trains
    rate = analysis.population_rate(ours, 5.0).rate
    signal = neo.AnalogSignal(rate, units="Hz", sampling_period=5 * pq.ms)
    frequency, power = welch_psd(signal, len_segment=100, overlap=0.5)
    found = analysis.power_spectrum(ours, 5.0, 500.0)
    np.testing.assert_allclose(found.frequency, frequency.rescale("Hz").magnitude)
    np.testing.assert_allclose(found.power, power.magnitude.ravel(), rtol=1e-9)


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
