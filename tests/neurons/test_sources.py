"""Spikes given in advance: lists, event-camera recordings, records of earlier runs."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.datasets.bs2 import decode_bs2
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, SpikeSource
from neurosparse.wiring import OneToOne
from tests.neurons.harness import alone, spikes

EVENT = st.tuples(
    st.integers(0, 6), st.integers(0, 4), st.integers(0, 1), st.integers(0, 5000)
)


def played(source, n, ms=10.0, **options):
    sim = alone(source, n, **options)
    sim.run(ms)
    return spikes(sim)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("n", [1, 63, 64, 65, 200])
def test_a_list_is_played_as_it_was_given(n, threads):
    rng = np.random.default_rng(n)
    once = np.unique(rng.integers(0, 100 * n, 300))
    rng.shuffle(once)
    steps, index = played(SpikeSource(once // n * 0.1, once % n), n, threads=threads)
    order = np.sort(once)
    np.testing.assert_array_equal(steps, order // n)
    np.testing.assert_array_equal(index, order % n)
    assert len(steps) > 50


def test_an_empty_list_is_silence():
    steps, _ = played(SpikeSource([], []), 3)
    assert len(steps) == 0


@given(st.lists(EVENT, max_size=60))
def test_events_become_spikes_of_their_pixel(events):
    x, y, p, t = (
        np.array(column, dtype=np.int64)
        for column in zip(*(events or [(0,) * 4]), strict=True)
    )
    n = len(events)
    source = SpikeSource.from_events(x[:n], y[:n], p[:n], t[:n], shape=(7, 5), dt=0.1)
    wanted = {
        (when // 100, sign * 35 + row * 7 + column) for column, row, sign, when in events
    }
    found = list(zip(np.rint(source.times / 0.1).astype(int), source.indices, strict=True))
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert (np.diff(source.times) >= 0).all()


def test_events_run():
    source = SpikeSource.from_events(
        [1, 1, 3, 0], [0, 0, 2, 1], [1, 1, 0, 1], [250, 299, 999, 0], shape=(4, 3), dt=0.1
    )
    steps, index = played(source, 24)
    assert list(zip(steps, index, strict=True)) == [(0, 16), (2, 13), (9, 11)]


@pytest.mark.parametrize("dt", [0.3, 0.7, 0.025])
def test_whole_steps_stay_whole(dt):
    k = np.arange(500)
    source = SpikeSource.from_events(
        k * 0, k * 0, k * 0, np.rint(k * dt * 1000), shape=(1, 1), dt=dt
    )
    np.testing.assert_array_equal(np.rint(source.times / dt), k)


def test_a_recording_from_a_file_is_played():
    events = decode_bs2(
        bytes([3, 4, 0x80, 0, 7, 3, 4, 0x00, 0x01, 0x00]), width=34, height=34
    )
    source = SpikeSource.from_events(
        events["x"], events["y"], events["p"], events["t"], shape=(34, 34), dt=0.1
    )
    pixel = 4 * 34 + 3
    assert source.times.tolist() == [0.0, 0.2]
    assert source.indices.tolist() == [34 * 34 + pixel, pixel]


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"x": [7]}, "x: got 7 .. 7, wants 0 to 6"),
        ({"y": [-1]}, "y: got -1 .. -1, wants 0 to 4"),
        ({"p": [2]}, "p: got 2 .. 2, wants 0 to 1"),
        ({"t_us": [-5]}, "t_us: got -5"),
        ({"x": [0.5]}, "x: .*whole numbers"),
        ({"t_us": [np.nan]}, "t_us: .*whole numbers"),
        ({"x": [[0]]}, "x: .*whole numbers"),
        ({"x": [0, 1]}, "x, y, p, t_us: got 2, 1, 1, 1 values"),
        ({"shape": (0, 3)}, "shape: got \\(0, 3\\)"),
        ({"dt": 0.0}, "dt: got 0.0"),
    ],
)
def test_events_that_cannot_be_meant_are_refused(given_, words):
    good = {"x": [0], "y": [0], "p": [0], "t_us": [0], "shape": (7, 5), "dt": 0.1}
    with pytest.raises(ValueError, match=words):
        SpikeSource.from_events(**(good | given_))


def test_a_record_is_replayed_spike_for_spike():
    first = alone(LIFExp(i_ext=np.linspace(16.0, 30.0, 70)), 70)
    first.run(100.0)
    again = alone(SpikeSource.from_record(first.spikes("a")), 70)
    again.run(100.0)
    assert len(spikes(first)[0]) > 100
    np.testing.assert_array_equal(spikes(again), spikes(first))
    later = alone(SpikeSource.from_record(first.spikes("a"), start=40.0), 70)
    later.run(60.0)
    kept = spikes(first)[0] >= 400
    np.testing.assert_array_equal(spikes(later)[0], spikes(first)[0][kept] - 400)


def test_what_is_no_record_is_refused():
    with pytest.raises(TypeError, match="record: got .* wants recorded spikes"):
        SpikeSource.from_record([1, 2, 3])
    with pytest.raises(ValueError, match="start: got -1.0"):
        SpikeSource.from_record(alone(LIFExp()).spikes("a"), start=-1.0)


@pytest.mark.parametrize(
    ("times", "indices", "words"),
    [
        ([0.0, 1.0], [0], r"SpikeSource.indices: got shape \(1,\), wants an array \[2\]"),
        ([-1.0], [0], "SpikeSource.times: got -1.0"),
        ([np.nan], [0], "SpikeSource.times"),
        ([0.0], [-1], "SpikeSource.indices: got -1"),
        ([0.0], [0.5], "SpikeSource.indices"),
    ],
)
def test_lists_that_cannot_be_meant_are_refused(times, indices, words):
    with pytest.raises(ValueError, match=words):
        SpikeSource(times, indices)


@pytest.mark.parametrize(
    ("times", "indices", "words"),
    [
        (
            [0.15],
            [0],
            "times: got 0.15 ms, wants a multiple of dt = 0.1 ms; for example 0.1 or 0.2",
        ),
        ([0.1], [5], "indices: got 5, wants neuron numbers below 5"),
        ([0.3, 0.3], [2, 2], "times: got neuron 2 twice in step 3"),
    ],
)
def test_lists_that_do_not_fit_the_run_are_refused(times, indices, words):
    with pytest.raises(ValueError, match=words):
        alone(SpikeSource(times, indices), 5)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_list_costs_memory_by_its_spikes_not_by_its_last_time(threads):
    sources = SpikeSource([0.0, 0.5, 0.5, 1e8, 1e12], [0, 99, 3, 1, 2])
    net = Network(Population("S", 100, sources))
    tracemalloc.start()
    simulation = Simulator(net, threads=threads)
    simulation.run(2.0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6
    record = simulation.spikes("S")
    assert sorted(zip(record.step.tolist(), record.i.tolist(), strict=True)) == [
        (0, 0),
        (5, 3),
        (5, 99),
    ]


def test_a_list_goes_on_after_a_checkpoint_and_an_edit(tmp_path):
    times = np.arange(0, 60) / 10
    net = Network(
        Population("S", 3, SpikeSource(times, np.arange(60) % 3)),
        Population("E", 3, LIF()),
        Projection("S", "E", OneToOne(), weight=1.0, delay=0.3),
    )
    whole = Simulator(net)
    whole.run(6.0)
    cut = Simulator(net)
    cut.run(2.0)
    cut.save(tmp_path / "c")
    cut.set_weights("S->E", [1.0, 1.0, 1.0])
    cut.run(4.0)
    assert cut.spikes("S").step.tolist() == whole.spikes("S").step.tolist()
    cut.restore(tmp_path / "c")
    cut.run(4.0)
    assert cut.spikes("S").step.tolist() == whole.spikes("S").step.tolist()
    assert (cut.state("E", "v") == whole.state("E", "v")).all()
