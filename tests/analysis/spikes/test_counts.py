"""Statistics of counts: closed forms, dense formulas and Elephant."""

import numpy as np
import pytest
from hypothesis import given

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains
from tests.analysis.spikes.helpers import STOP, N, silence, together, trains


def test_correlation_shared_input_has_its_closed_form():
    """Counts a_i + b with equal Poisson rates correlate by one half."""
    rng = np.random.default_rng(4)
    common = rng.uniform(0, 200_000, 10_000)
    own = [rng.uniform(0, 200_000, 10_000) for _ in range(3)]
    time = np.concatenate([np.concatenate([common, o]) for o in own])
    train = SpikeTrains.from_times(time, np.repeat(np.arange(3), 20_000), 3, stop=200_000.0)
    matrix = analysis.correlation_matrix(train, 20.0)
    assert matrix[0, 1] == pytest.approx(0.5, abs=0.03)
    upper = matrix[np.triu_indices(3, 1)].mean()
    assert analysis.mean_correlation(train, 20.0) == pytest.approx(upper, abs=1e-10)


@given(trains)
def test_counts_equal_the_dense_formulas(events):
    step, index = np.array(events).T
    spikes = SpikeTrains.from_steps(step, index, 5, dt=0.1, steps=60)
    dense = np.zeros((20, 5))
    np.add.at(dense, (step // 3, index), 1)
    np.testing.assert_array_equal(analysis.spike_count_matrix(spikes, 0.3).toarray(), dense)
    eigen = np.linalg.eigvalsh(np.cov(dense.T, ddof=0))
    if eigen.sum() > 1e-9:
        expected = eigen.sum() ** 2 / (eigen**2).sum()
        assert analysis.participation_ratio(spikes, 0.3) == pytest.approx(expected)
        few_bins = analysis.participation_ratio(spikes.window(0.0, 1.2), 0.3)
        small = np.linalg.eigvalsh(np.cov(dense[:4].T, ddof=0))
        if small.sum() > 1e-9:
            assert few_bins == pytest.approx(small.sum() ** 2 / (small**2).sum())
    alive = dense.std(axis=0) > 0
    if alive.sum() > 1:
        matrix = np.corrcoef(dense[:, alive].T)
        pairs = matrix[np.triu_indices(alive.sum(), 1)].mean()
        assert analysis.mean_correlation(spikes, 0.3) == pytest.approx(pairs, abs=1e-9)
        np.testing.assert_allclose(
            analysis.correlation_matrix(spikes, 0.3, np.flatnonzero(alive)),
            matrix,
            atol=1e-9,
        )


@pytest.mark.filterwarnings("ignore")
def test_correlations_are_those_of_elephant(pair_of_trains):
    import quantities as pq
    from elephant.conversion import BinnedSpikeTrain
    from elephant.spike_train_correlation import correlation_coefficient

    ours, theirs = pair_of_trains
    binned = BinnedSpikeTrain(
        theirs, bin_size=10 * pq.ms, t_start=0 * pq.ms, t_stop=2000 * pq.ms
    )
    expected = correlation_coefficient(binned)
    np.testing.assert_allclose(
        analysis.correlation_matrix(ours, 10.0), expected, atol=1e-12
    )
    upper = expected[np.triu_indices(6, 1)].mean()
    assert analysis.mean_correlation(ours, 10.0) == pytest.approx(upper)
    assert upper > 0.3
    np.testing.assert_array_equal(
        analysis.spike_count_matrix(ours, 10.0).toarray().T, binned.to_array()
    )


def test_poisson_is_poisson(poisson):
    assert analysis.fano_factor(poisson, 100.0).mean() == pytest.approx(1.0, abs=0.05)
    assert analysis.mean_correlation(poisson, 50.0) == pytest.approx(0.0, abs=0.005)
    # independent neurons of one variance: chi is 1/sqrt(n), the dimension nearly n
    assert analysis.synchrony(poisson, 50.0) == pytest.approx(1 / np.sqrt(N), rel=0.1)
    assert analysis.participation_ratio(poisson, 50.0) == pytest.approx(N, rel=0.1)


def test_a_clock_is_synchronous():
    clock = together()
    np.testing.assert_allclose(analysis.fano_factor(clock, 20.0), 0, atol=1e-9)
    assert analysis.synchrony(clock, 10.0) == pytest.approx(1.0)
    assert analysis.mean_correlation(clock, 10.0) == pytest.approx(1.0)
    assert analysis.participation_ratio(clock, 10.0) == pytest.approx(1.0)


@pytest.mark.parametrize("n", [0, 1])
def test_silence_is_defined(n):
    none = silence(n)
    assert analysis.population_rate(none, 1.0).rate.sum() == 0
    assert np.isnan(analysis.mean_correlation(none, 1.0))
    assert np.isnan(analysis.synchrony(none, 1.0))
    assert np.isnan(analysis.participation_ratio(none, 1.0))


def test_the_variance_over_the_mean(poisson):
    time, index = poisson.arrays()
    fano = analysis.fano_factor(poisson, 100.0)
    for neuron in range(3):
        counts = np.histogram(time[index == neuron], np.arange(0, STOP + 1, 100.0))[0]
        assert fano[neuron] == pytest.approx(counts.var() / counts.mean())


@pytest.mark.filterwarnings("ignore")
def test_the_population_rate_is_that_of_elephant(pair_of_trains):
    import quantities as pq
    from elephant.statistics import time_histogram

    ours, theirs = pair_of_trains
    histogram = time_histogram(theirs, bin_size=20 * pq.ms, output="rate").rescale("Hz")
    rate = analysis.population_rate(ours, 20.0).rate
    np.testing.assert_allclose(rate, histogram.magnitude.ravel())


def test_a_width_that_does_not_fit_is_refused():
    spikes = SpikeTrains.from_times([0.0], [0], 1, stop=1.0)
    with pytest.raises(ValueError, match="width"):
        analysis.fano_factor(spikes, 2.0)
    with pytest.raises(
        ValueError, match="^width: got '1 ms', wants a bin width in ms above 0"
    ):
        analysis.fano_factor(spikes, "1 ms")


def test_one_window_has_no_fano_factor():
    spikes = SpikeTrains.from_times([1.0, 2.0], [0, 0], 2, stop=10.0)
    assert np.isnan(analysis.fano_factor(spikes, 10.0)).all()
    assert np.isnan(analysis.fano_factor(spikes, 6.0)).all()


@pytest.mark.parametrize("others", [0, 50])
def test_counts_that_never_change_have_no_dimension(others):
    """Rounding of the mean is no variance, for few neurons and for more than bins."""
    clock = np.arange(30) + 0.5
    n = 1 + others
    spikes = SpikeTrains.from_times(
        np.tile(np.repeat(clock, 3), n), np.repeat(np.arange(n), 90), n, stop=30.0
    )
    assert np.isnan(analysis.participation_ratio(spikes, 1.0))
    with_one = SpikeTrains.from_times([*clock, 3.2], [0] * 30 + [1], n + 1, stop=30.0)
    assert analysis.participation_ratio(with_one, 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("neurons", [[-1], [5], [0, 3], [0.5], [[0]]])
def test_neurons_that_are_not_there_are_refused(neurons):
    spikes = SpikeTrains.from_times([0.0, 1.0], [0, 2], 3, stop=4.0)
    with pytest.raises(ValueError, match="^neurons: got"):
        analysis.correlation_matrix(spikes, 1.0, neurons)
    both = analysis.correlation_matrix(spikes, 1.0, [2, 0])
    mask = analysis.correlation_matrix(spikes, 1.0, np.array([True, False, True]))
    np.testing.assert_array_equal(both, mask[::-1, ::-1])


def test_a_count_that_never_changes_has_no_correlation():
    """What rounding leaves of it is divided by no 0, and it joins no ensemble."""
    clock = np.tile(np.arange(30) + 0.5, 8)
    time = np.concatenate([clock, clock, [3.2, 7.1, 9.4]])
    index = np.repeat([0, 1, 2], [len(clock), len(clock), 3])
    spikes = SpikeTrains.from_times(time, index, 3, stop=30.0)
    for chosen in ([0, 1, 2], [1, 2], [1]):
        matrix = analysis.correlation_matrix(spikes, 1.0, chosen)
        known = np.array(chosen) == 2
        assert np.isnan(matrix[~known]).all()
        assert np.isnan(matrix[:, ~known]).all()
        np.testing.assert_allclose(matrix[known][:, known], 1.0)
    found = analysis.ensembles(spikes, 1.0, least=2, p=0.1, rng=0)
    assert found.labels.tolist() == [-1, -1, -1]
