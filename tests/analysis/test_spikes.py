"""Spike statistics against closed forms, dense formulas and Elephant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains
from neurosparse.recording import SpikeRecord

N = 40
STOP = 50_000.0
RATE = 20.0


@pytest.fixture(scope="module")
def poisson():
    """Independent Poisson trains of 20 Hz for 50 s."""
    rng = np.random.default_rng(1)
    count = rng.poisson(RATE * STOP / 1000, N)
    return SpikeTrains.from_times(
        rng.uniform(0, STOP, count.sum()), np.repeat(np.arange(N), count), N, stop=STOP
    )


def together(n=10, period=20.0, stop=1000.0):
    time = np.repeat(np.arange(0.0, stop, period), n)
    return SpikeTrains.from_times(time, np.tile(np.arange(n), len(time) // n), n, stop=stop)


def test_poisson_is_poisson(poisson):
    found = analysis.interspike_intervals(poisson)
    assert found.spikes.min() > 800
    assert analysis.firing_rates(poisson).mean() == pytest.approx(RATE, rel=0.02)
    assert found.cv.mean() == pytest.approx(1.0, abs=0.02)
    assert found.lv.mean() == pytest.approx(1.0, abs=0.03)
    assert analysis.fano_factor(poisson, 100.0).mean() == pytest.approx(1.0, abs=0.05)
    assert analysis.mean_correlation(poisson, 50.0) == pytest.approx(0.0, abs=0.005)
    # independent neurons of one variance: chi is 1/sqrt(n), the dimension nearly n
    assert analysis.synchrony(poisson, 50.0) == pytest.approx(1 / np.sqrt(N), rel=0.1)
    assert analysis.participation_ratio(poisson, 50.0) == pytest.approx(N, rel=0.1)


def test_poisson_spectrum_is_flat_and_has_its_level(poisson):
    power = analysis.power_spectrum(poisson, 5.0, 1000.0).power[1:-1]
    # rate per neuron: one-sided density 2 r / n
    assert power.mean() == pytest.approx(2 * RATE / N, rel=0.05)


def test_a_clock_is_regular_and_synchronous():
    clock = together()
    found = analysis.interspike_intervals(clock)
    assert found.spikes.tolist() == [50] * 10
    np.testing.assert_allclose(found.cv, 0, atol=1e-9)
    np.testing.assert_allclose(found.lv, 0, atol=1e-9)
    np.testing.assert_allclose(analysis.fano_factor(clock, 20.0), 0, atol=1e-9)
    assert analysis.synchrony(clock, 10.0) == pytest.approx(1.0)
    assert analysis.mean_correlation(clock, 10.0) == pytest.approx(1.0)
    assert analysis.participation_ratio(clock, 10.0) == pytest.approx(1.0)
    assert analysis.power_spectrum(clock, 5.0, 500.0).peak == pytest.approx(50.0)


def test_lv_ignores_a_drift_that_cv_sees():
    gaps = np.linspace(5, 50, 200)
    train = SpikeTrains.from_times(np.cumsum(gaps), np.zeros(200, int), 1, stop=10_000.0)
    found = analysis.interspike_intervals(train)
    assert found.cv[0] > 0.4
    assert found.lv[0] < 0.001


def test_gamma_process_has_the_cv_of_its_shape():
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.gamma(4.0, 5.0, (30, 2000)), axis=1)
    train = SpikeTrains.from_times(times.ravel(), np.repeat(np.arange(30), 2000), 30, stop=60_000.0)
    found = analysis.interspike_intervals(train)
    assert found.cv.mean() == pytest.approx(0.5, abs=0.01)
    assert found.lv.mean() == pytest.approx(3 / (2 * 4 + 1), abs=0.01)


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


trains = st.lists(st.tuples(st.integers(0, 59), st.integers(0, 4)), min_size=3, max_size=80).map(
    sorted
)


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
            analysis.correlation_matrix(spikes, 0.3, np.flatnonzero(alive)), matrix, atol=1e-9
        )


@given(trains, st.lists(st.integers(0, 80), max_size=3).map(sorted))
def test_chunks_change_nothing(events, cuts):
    step, index = np.array(events).T
    whole = SpikeTrains.from_steps(step, index, 5, dt=0.1, steps=60)
    pieces = list(zip(np.split(step, cuts), np.split(index, cuts), strict=True))
    parts = SpikeTrains.from_chunks(pieces, 5, dt=0.1, stop=6.0)
    np.testing.assert_array_equal(analysis.firing_rates(whole), analysis.firing_rates(parts))
    np.testing.assert_allclose(analysis.fano_factor(whole, 0.3), analysis.fano_factor(parts, 0.3))
    np.testing.assert_array_equal(
        analysis.avalanches(whole, 0.2).size, analysis.avalanches(parts, 0.2).size
    )
    assert analysis.mean_population_interval(whole) == pytest.approx(
        analysis.mean_population_interval(parts)
    )


@given(trains)
def test_avalanches_cut_all_spikes_once(events):
    step, index = np.array(events).T
    found = analysis.avalanches(SpikeTrains.from_steps(step, index, 5, dt=1.0, steps=60), 1.0)
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


def test_window_and_order():
    shuffled = SpikeTrains.from_times([3.0, 1.0, 2.0], [2, 0, 1], 3, stop=3.0)
    assert shuffled.arrays()[1].tolist() == [0, 1]
    assert shuffled.window(2.0, 4.0).arrays()[1].tolist() == [1, 2]
    assert analysis.spike_summary(shuffled).spikes == 2


@pytest.mark.parametrize("n", [0, 1])
def test_silence_is_defined(n):
    none = SpikeTrains.from_times([], np.empty(0, int), n, stop=10.0)
    assert analysis.firing_rates(none).tolist() == [0.0] * n
    assert analysis.population_rate(none, 1.0).rate.sum() == 0
    assert analysis.avalanches(none).size.size == 0
    assert np.isnan(analysis.mean_correlation(none, 1.0))
    assert np.isnan(analysis.synchrony(none, 1.0))
    assert np.isnan(analysis.participation_ratio(none, 1.0))
    assert analysis.spike_summary(none).mean_rate == 0.0


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: SpikeTrains.from_times([0.0, 1.0], [0], 1, stop=2.0), "index"),
        (lambda: SpikeTrains.from_times([0.0], [0.5], 1, stop=2.0), "whole numbers"),
        (lambda: SpikeTrains.from_times([0.0], [0], 1, stop=0.0), "stop"),
        (lambda: SpikeTrains.from_steps([0.5], [0], 1, dt=0.1, steps=2), "step"),
        (lambda: SpikeTrains.from_steps([0], [0], 1, dt=0.0, steps=2), "stop"),
        (
            lambda: analysis.firing_rates(SpikeTrains.from_times([0.0], [3], 2, stop=1.0)),
            "neurons 0 to 1",
        ),
        (
            lambda: analysis.firing_rates(SpikeTrains.from_times([np.nan], [0], 2, stop=1.0)),
            "finite",
        ),
        (
            lambda: analysis.firing_rates(
                SpikeTrains.from_chunks([([1.0], [0]), ([0.5], [0])], 1, stop=2.0)
            ),
            "ascending",
        ),
        (
            lambda: analysis.fano_factor(SpikeTrains.from_times([0.0], [0], 1, stop=1.0), 2.0),
            "width",
        ),
        (
            lambda: analysis.power_spectrum(SpikeTrains.from_times([0.0], [0], 1, stop=1.0), 0.5),
            "segment: got 0 of 2 bins",
        ),
        (
            lambda: analysis.power_spectrum(
                SpikeTrains.from_times([0.0], [0], 1, stop=99.0), 0.5, np.nan
            ),
            "segment: got nan",
        ),
        (lambda: SpikeTrains.from_times([0.0], [0], 2.5, stop=1.0), "n: got 2.5"),
    ],
)
def test_bad_input_is_named(build, word):
    with pytest.raises(ValueError, match=word):
        build()
    with pytest.raises(TypeError, match="n: got '2'"):
        SpikeTrains.from_times([0.0], [0], "2", stop=1.0)


def test_a_generator_is_read_once_and_says_so():
    stream = SpikeTrains.from_chunks((c for c in [([0.0], [0])]), 1, stop=1.0)
    assert analysis.firing_rates(stream).tolist() == [1000.0]
    with pytest.raises(ValueError, match="opens the recording anew"):
        analysis.firing_rates(stream)


@pytest.mark.filterwarnings("ignore")
def test_elephant_agrees(poisson):
    statistics = pytest.importorskip("elephant.statistics", reason="elephant is not installed")
    neo = pytest.importorskip("neo")
    time, index = poisson.arrays()
    found = analysis.interspike_intervals(poisson)
    fano = analysis.fano_factor(poisson, 100.0)
    for neuron in range(3):
        train = neo.SpikeTrain(time[index == neuron], units="ms", t_stop=STOP)
        isi = statistics.isi(train).magnitude
        assert found.cv[neuron] == pytest.approx(statistics.cv(isi))
        assert found.lv[neuron] == pytest.approx(statistics.lv(isi))
        counts = np.histogram(train.magnitude, np.arange(0, STOP + 1, 100.0))[0]
        assert fano[neuron] == pytest.approx(counts.var() / counts.mean())


def test_planted_ensembles_are_found_and_noise_has_none(poisson):
    rng = np.random.default_rng(6)
    time, index = poisson.arrays()
    for group in (np.arange(8), np.arange(10, 16)):
        events = rng.uniform(0, STOP, 200)
        time = np.concatenate([time, np.repeat(events, len(group))])
        index = np.concatenate([index, np.tile(group, len(events))])
    found = analysis.ensembles(
        SpikeTrains.from_times(time, index, N, stop=STOP), 5.0, p=1e-5, rng=0
    )
    assert found.count == 2
    assert set(np.flatnonzero(found.labels == 0)) == set(range(8))
    assert set(np.flatnonzero(found.labels == 1)) == set(range(10, 16))
    assert analysis.ensembles(poisson, 5.0, p=1e-5, rng=0).count == 0
    with pytest.raises(ValueError, match="p: got 2"):
        analysis.ensembles(poisson, 5.0, p=2)


@pytest.mark.parametrize(
    "measure",
    [
        analysis.interspike_intervals, analysis.firing_rates, analysis.spike_summary, analysis.mean_population_interval, analysis.avalanches, lambda s: analysis.fano_factor(s, 1.0),
        lambda s: analysis.population_rate(s, 1.0), lambda s: analysis.spike_count_matrix(s, 1.0), lambda s: analysis.synchrony(s, 1.0),
        lambda s: analysis.mean_correlation(s, 1.0), lambda s: analysis.correlation_matrix(s, 1.0),
        lambda s: analysis.participation_ratio(s, 1.0), lambda s: analysis.power_spectrum(s, 1.0), lambda s: analysis.ensembles(s, 1.0),
        analysis.plot_raster, analysis.plot_rate,
    ],
)  # fmt: skip
def test_a_record_is_refused_with_the_way_out(measure) -> None:
    record = SpikeRecord(np.array([0, 5, 9]), np.array([2, 0, 2]), dt=1.0, n=3)
    with pytest.raises(
        TypeError, match=r"^spikes: got SpikeRecord.*SpikeTrains.from_record\(simulation.spikes"
    ):
        measure(record)
    assert measure(SpikeTrains.from_record(record, stop=100.0)) is not None


@pytest.mark.parametrize("stop", [None, "5", np.nan, 0.0])
def test_no_end_is_refused_by_name(stop) -> None:
    with pytest.raises(ValueError, match="^stop: got .*a time in ms after start"):
        SpikeTrains.from_times([1.0], [0], n=1, stop=stop)


def test_a_width_in_words_and_a_record_of_nothing_are_refused_by_name() -> None:
    spikes = SpikeTrains.from_times([1.0], [0], n=1, stop=5.0)
    with pytest.raises(ValueError, match="^width: got '1 ms', wants a bin width in ms above 0"):
        analysis.fano_factor(spikes, "1 ms")
    with pytest.raises(TypeError, match="^record: got None, wants recorded spikes"):
        SpikeTrains.from_record(None, stop=5.0)
