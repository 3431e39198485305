"""Spikes as flat arrays: order, chunks, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains
from neurosparse.recording import SpikeRecord
from tests.analysis.spikes.helpers import trains


@given(trains, st.lists(st.integers(0, 80), max_size=3).map(sorted))
def test_chunks_change_nothing(events, cuts):
    step, index = np.array(events).T
    whole = SpikeTrains.from_steps(step, index, 5, dt=0.1, steps=60)
    pieces = list(zip(np.split(step, cuts), np.split(index, cuts), strict=True))
    parts = SpikeTrains.from_chunks(pieces, 5, dt=0.1, stop=6.0)
    np.testing.assert_array_equal(
        analysis.firing_rates(whole), analysis.firing_rates(parts)
    )
    np.testing.assert_allclose(
        analysis.fano_factor(whole, 0.3), analysis.fano_factor(parts, 0.3)
    )
    np.testing.assert_array_equal(
        analysis.avalanches(whole, 0.2).size, analysis.avalanches(parts, 0.2).size
    )
    assert analysis.mean_population_interval(whole) == pytest.approx(
        analysis.mean_population_interval(parts)
    )


def test_window_and_order():
    shuffled = SpikeTrains.from_times([3.0, 1.0, 2.0], [2, 0, 1], 3, stop=3.0)
    assert shuffled.arrays()[1].tolist() == [0, 1]
    assert shuffled.window(2.0, 4.0).arrays()[1].tolist() == [1, 2]
    assert analysis.spike_summary(shuffled).spikes == 2


def test_a_generator_is_read_once_and_says_so():
    stream = SpikeTrains.from_chunks((c for c in [([0.0], [0])]), 1, stop=1.0)
    assert analysis.firing_rates(stream).tolist() == [1000.0]
    with pytest.raises(ValueError, match="opens the recording anew"):
        analysis.firing_rates(stream)


@pytest.mark.parametrize(
    "measure",
    [
        analysis.interspike_intervals,
        analysis.spike_summary,
        analysis.mean_population_interval,
        analysis.avalanches,
        lambda s: analysis.fano_factor(s, 1.0),
        lambda s: analysis.population_rate(s, 1.0),
        lambda s: analysis.spike_count_matrix(s, 1.0),
        lambda s: analysis.synchrony(s, 1.0),
        lambda s: analysis.mean_correlation(s, 1.0),
        lambda s: analysis.correlation_matrix(s, 1.0),
        lambda s: analysis.participation_ratio(s, 1.0),
        lambda s: analysis.power_spectrum(s, 1.0),
        lambda s: analysis.ensembles(s, 1.0),
    ],
)
def test_a_record_is_refused_with_the_way_out(measure) -> None:
    record = SpikeRecord(np.array([0, 5, 9]), np.array([2, 0, 2]), dt=1.0, n=3)
    with pytest.raises(
        TypeError,
        match=r"^spikes: got SpikeRecord.*SpikeTrains.from_record\(simulation.spikes",
    ):
        measure(record)
    assert measure(SpikeTrains.from_record(record, stop=100.0)) is not None


@pytest.mark.parametrize("stop", [None, "5", np.nan, 0.0])
def test_no_end_is_refused_by_name(stop) -> None:
    with pytest.raises(ValueError, match="^stop: got .*a time in ms after start"):
        SpikeTrains.from_times([1.0], [0], n=1, stop=stop)


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: SpikeTrains.from_times([0.0, 1.0], [0], 1, stop=2.0), "index"),
        (lambda: SpikeTrains.from_times([0.0], [0.5], 1, stop=2.0), "whole numbers"),
        (lambda: SpikeTrains.from_times([0.0], [0], 1, stop=0.0), "stop"),
        (lambda: SpikeTrains.from_steps([0.5], [0], 1, dt=0.1, steps=2), "step"),
        (lambda: SpikeTrains.from_steps([0], [0], 1, dt=0.0, steps=2), "stop"),
        (
            lambda: SpikeTrains.from_times([0.0], [3], 2, stop=1.0).arrays(),
            "neurons 0 to 1",
        ),
        (lambda: SpikeTrains.from_times([np.nan], [0], 2, stop=1.0).arrays(), "finite"),
        (
            lambda: SpikeTrains.from_chunks(
                [([1.0], [0]), ([0.5], [0])], 1, stop=2.0
            ).arrays(),
            "ascending",
        ),
        (lambda: SpikeTrains.from_times([0.0], [0], 2.5, stop=1.0), "n: got 2.5"),
    ],
)
def test_bad_input_is_named(build, word):
    with pytest.raises(ValueError, match=word):
        build()


def test_what_is_no_number_and_a_record_of_nothing_are_refused_by_name():
    with pytest.raises(TypeError, match="n: got '2'"):
        SpikeTrains.from_times([0.0], [0], "2", stop=1.0)
    with pytest.raises(TypeError, match="^record: got None, wants recorded spikes"):
        SpikeTrains.from_record(None, stop=5.0)


GRIDS = [
    (0.1, 0.1, 0, np.float32),
    (0.1, 0.3, 0, np.float32),
    (1 / 30, 1 / 30, 108_000_000, np.float64),
    (0.1, 0.1, 36_000_000, np.float64),
    (0.025, 0.1, 4_000_000, np.float64),
    (1.0, 3.0, 0, np.int64),
]


@pytest.mark.parametrize(("dt", "width", "first", "kind"), GRIDS)
def test_spikes_on_the_grid_are_in_the_bin_that_begins_there(dt, width, first, kind):
    """One spike a step: every bin holds width / dt of them, far from 0 and in 32 bits too."""
    each = round(width / dt)
    step = first + np.arange(200 * each)
    time = (step * dt).astype(kind)
    spikes = SpikeTrains.from_times(
        time, np.zeros(len(step), int), 1, start=first * dt, stop=(first + len(step)) * dt
    )
    assert spikes.bins(width) == 200
    counts = np.bincount(np.concatenate([bins for bins, _ in spikes.binned(width)]))
    assert counts.tolist() == [each] * 200
    assert analysis.fano_factor(spikes, width)[0] == pytest.approx(0, abs=1e-12)
    half = spikes.window(start=(first + 100 * each) * dt, stop=spikes.stop)
    assert len(half.arrays()[0]) == 100 * each


@given(st.integers(1, 7), st.integers(0, 2**40), st.sampled_from([0.1, 1 / 30, 0.025, 0.3]))
def test_steps_are_counted_as_whole_numbers(each, first, dt):
    step = first + np.arange(20 * each)
    spikes = SpikeTrains.from_chunks(
        [(step.astype(np.uint64), np.zeros(len(step), int))],
        1,
        dt=dt,
        start=first * dt,
        stop=(first + len(step)) * dt,
    )
    counts = analysis.spike_count_matrix(spikes, each * dt).toarray().ravel()
    assert counts.tolist() == [each] * 20


def test_quantities_are_refused_with_the_unit():
    pq = pytest.importorskip("quantities", reason="quantities is not installed")
    seconds = np.array([0.1, 0.2]) * pq.s
    with pytest.raises(TypeError, match="^time: got .*quantities.*ms"):
        SpikeTrains.from_times(seconds, [0, 0], 1, stop=500.0)
    with pytest.raises(TypeError, match="^time: got .*quantities.*ms"):
        SpikeTrains.from_chunks([(seconds, [0, 0])], 1, stop=500.0).arrays()
    with pytest.raises(TypeError, match="^stop: got .*quantities"):
        SpikeTrains.from_times([0.1], [0], 1, stop=0.5 * pq.s)
    with pytest.raises(TypeError, match="^width: got .*quantities"):
        SpikeTrains.from_times([0.1], [0], 1, stop=500.0).bins(1 * pq.s)


@pytest.mark.parametrize("build", ["times", "steps"])
def test_arrays_of_the_caller_are_not_followed(build):
    time = np.array([1, 2, 3])
    index = np.array([0, 1, 0])
    if build == "times":
        time = time.astype(float)
        spikes = SpikeTrains.from_times(time, index, 2, stop=10.0)
    else:
        spikes = SpikeTrains.from_steps(time, index, 2, dt=1.0, steps=10)
    time[:] = 9
    index[:] = 1
    assert [part.tolist() for part in spikes.arrays()] == [[1.0, 2.0, 3.0], [0, 1, 0]]
