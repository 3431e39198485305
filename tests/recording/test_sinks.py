"""Memory and Zarr sinks keep the same numbers, whatever the pieces they come in, and refuse the
rest.
"""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.recording import (
    MemoryRates,
    MemorySpikes,
    MemoryStates,
    MemoryWeights,
    RunStore,
    open_run,
)

N = 50


def spikes(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return np.sort(rng.integers(0, 1 + count // 3, count)), rng.integers(
        0, N, count, dtype=np.int32
    )


@pytest.fixture
def run(tmp_path: Path) -> RunStore:
    return RunStore.create(tmp_path / "run.zarr", dt=0.1, seed=1)


@pytest.fixture(params=["memory", "zarr"])
def spike_sink(request: pytest.FixtureRequest, run: RunStore) -> Any:
    return (
        MemorySpikes(dt=0.1, n=N)
        if request.param == "memory"
        else run.spikes("E", N, shard=16)
    )


@pytest.fixture(params=["memory", "zarr"])
def state_sink(request: pytest.FixtureRequest, run: RunStore) -> Callable[..., Any]:
    if request.param == "memory":
        return lambda indices, **more: MemoryStates("v", indices, dt=0.1, **more)
    return lambda indices, **more: run.states("E", "v", indices, **more)


@pytest.fixture(params=["memory", "zarr"])
def rate_sink(request: pytest.FixtureRequest, run: RunStore) -> Any:
    return (
        MemoryRates(dt=0.1, n=N, every=4)
        if request.param == "memory"
        else run.rates("E", N, every=4)
    )


@settings(max_examples=8)
@given(st.lists(st.integers(0, 40), max_size=5), st.sets(st.integers(0, 8)))
def test_spikes_come_back_for_any_cutting_and_any_flushes(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], flushes: set[int]
) -> None:
    path = tmp_path_factory.mktemp("cut") / "run.zarr"
    step, index = spikes(sum(sizes))
    memory = MemorySpikes(dt=0.1, n=N)
    with RunStore.create(path, dt=0.1, seed=1) as run:
        stored = run.spikes("E", N, shard=16)
        low = 0
        for turn, size in enumerate(sizes):
            for sink in (memory, stored):
                sink.append(step[low : low + size], index[low : low + size])
            low += size
            assert stored.size == memory.size == low
            if turn in flushes:
                run.flush()
    for record in (memory.record(), open_run(path).spikes["E"]):
        np.testing.assert_array_equal(record.step, step)
        np.testing.assert_array_equal(record.i, index)
        assert len(record) == len(step)


def test_the_callers_arrays_may_be_used_again(spike_sink: Any) -> None:
    step = np.zeros(5, np.int64)
    index = np.arange(5, dtype=np.int32)
    for turn in range(8):
        step[:], index[:] = turn, (np.arange(5) + turn) % N
        spike_sink.append(step, index)
        step[:], index[:] = -1, -1
    record = spike_sink.record()
    np.testing.assert_array_equal(record.step, np.repeat(np.arange(8), 5))
    np.testing.assert_array_equal(
        record.i, np.add.outer(np.arange(8), np.arange(5)).ravel() % N
    )


@pytest.mark.parametrize(
    ("step", "index", "message"),
    [
        ([1, 2], [0], "index: got 1 neurons, wants one for each of 2 steps"),
        ([2, 1], [0, 0], "steps that never fall, from 0 on"),
        ([-1, 1], [0, 0], "steps that never fall, from 0 on"),
        ([1, 2], [0, N], f"neurons 0 to {N}, wants 0 to {N - 1}"),
        ([1, 2], [-1, 3], f"neurons -1 to 3, wants 0 to {N - 1}"),
        ([1, 2**31], [1, 1], r"at most 2\^31 - 1 steps after 0"),
        ([0.5], [1], "float64, int64, wants integers"),
    ],
)
def test_impossible_spikes_are_refused_and_nothing_is_kept(
    spike_sink: Any, step: list[int], index: list[int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        spike_sink.append(np.array(step), np.array(index))
    assert spike_sink.size == 0
    spike_sink.append(np.array([7]), np.array([1]))
    with pytest.raises(ValueError, match="never fall, from 7 on"):
        spike_sink.append(np.array([6]), np.array([1]))
    spike_sink.append(np.array([7]), np.array([2]))
    assert spike_sink.record().i.tolist() == [1, 2]


def test_a_late_beginning_is_an_offset(run: RunStore) -> None:
    for sink in (
        run.spikes("E", N, first_step=2**40),
        MemorySpikes(dt=0.1, n=N, first_step=2**40),
    ):
        sink.append(np.array([2**40, 2**40 + 5]), np.array([1, 2]))
        assert sink.record().step.tolist() == [2**40, 2**40 + 5]
        assert sink.record().select(start=(2**40 + 5) * 0.1).i.tolist() == [2]


def test_no_spikes_at_all(spike_sink: Any) -> None:
    spike_sink.append(np.empty(0, np.int64), np.empty(0, np.int32))
    spike_sink.close()
    record = spike_sink.record()
    assert len(record) == len(record.t) == record.count().sum() == 0
    assert record.rate(duration=1.0) == 0.0
    assert len(record.select(indices=[1])) == len(record.select(start=1.0)) == 0


@pytest.mark.parametrize("width", [0, 1, 7, 300])
def test_states_come_back_to_the_bit(state_sink: Callable[..., Any], width: int) -> None:
    values = np.random.default_rng(0).standard_normal((37, width)).astype(np.float32)
    values[::5] = -0.0
    values[1::5] = np.nan
    sink = state_sink(np.arange(width) * 3, every=10, first_step=20, unit="mV")
    step = 20 + 10 * np.arange(37)
    for low in range(0, 37, 5):
        sink.append(step[low : low + 5], values[low : low + 5])
    record = sink.record()
    assert record.values.tobytes() == values.tobytes()
    np.testing.assert_array_equal(record.step, step)
    np.testing.assert_array_equal(record.i, np.arange(width) * 3)
    assert record.unit == "mV"


def test_float64_states_stay_float64(state_sink: Callable[..., Any]) -> None:
    sink = state_sink([1], dtype="float64")
    sink.append(np.array([0]), np.array([[0.1]]))
    assert sink.record().values.tobytes() == np.float64(0.1).tobytes()


def test_a_missing_or_doubled_row_is_refused(state_sink: Callable[..., Any]) -> None:
    sink = state_sink([4, 2], every=5)
    sink.append(np.array([0, 5]), np.zeros((2, 2)))
    for step in ([15], [5], [10, 16]):
        with pytest.raises(ValueError, match="wants step 10 next, then every 5"):
            sink.append(np.array(step), np.zeros((len(step), 2)))
    with pytest.raises(ValueError, match=r"wants values \[1, 2\]"):
        sink.append(np.array([10]), np.zeros((1, 3)))
    assert sink.size == 2


@pytest.mark.parametrize("indices", [[1, 1], [-1], [0.5], [[1, 2]]])
def test_impossible_indices_are_refused(
    state_sink: Callable[..., Any], indices: Any
) -> None:
    with pytest.raises(ValueError, match="indices: got"):
        state_sink(indices)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 11), max_size=8))
def test_bins_are_the_same_for_any_cutting(sizes: list[int]) -> None:
    counts = np.random.default_rng(1).integers(0, 9, sum(sizes))
    sink = MemoryRates(dt=0.1, n=N, every=4)
    low = 0
    for size in sizes:
        sink.append(low, counts[low : low + size])
        low += size
    whole = sum(sizes) // 4 * 4
    np.testing.assert_array_equal(
        sink.record().counts, counts[:whole].reshape(-1, 4).sum(1)
    )


def test_rates_are_in_hertz_and_have_no_gap(rate_sink: Any) -> None:
    rate_sink.append(0, np.full(6, 5))
    with pytest.raises(ValueError, match="wants step 6, the first one not counted yet"):
        rate_sink.append(7, np.ones(1))
    rate_sink.append(6, np.full(2, 5))
    record = rate_sink.record()
    np.testing.assert_allclose(record.rate, 20 / N / 0.4e-3)
    np.testing.assert_allclose(record.t, [0.0, 0.4])


def test_rates_resume_inside_a_bin(rate_sink: Any) -> None:
    rate_sink.append(0, np.arange(6))
    state = {name: array.copy() for name, array in rate_sink.state().items()}
    rate_sink.append(6, np.full(20, 9))
    rate_sink.restore(state)
    rate_sink.append(6, np.array([6, 7]))
    assert rate_sink.record().counts.tolist() == [6, 22]


def test_weights_carry_pre_and_post(run: RunStore) -> None:
    along = {"pre": np.array([5, 6, 7]), "post": np.array([1, 2, 3])}
    more = {"dt": 0.1, "every": 100, "along": along}
    stored = run.weights("E->I", [3, 9, 4], every=100, along=along)
    for sink in (stored, MemoryWeights([3, 9, 4], **more)):
        sink.append(np.array([0, 100]), np.arange(6.0).reshape(2, 3))
        chosen = sink.record().select(indices=[4, 3])
        assert chosen.values.tolist() == [[2.0, 0.0], [5.0, 3.0]]
        assert chosen.along["pre"].tolist() == [7, 5]
    with pytest.raises(ValueError, match="pre and post, 3 numbers each"):
        run.weights("I->E", [3, 9, 4], every=100, along={"pre": np.array([1])})


def test_memory_sinks_pickle_clear_and_keep_old_records() -> None:
    sink = MemorySpikes(dt=0.1, n=N)
    step, index = spikes(3000)
    sink.append(step[:1000], index[:1000])
    early = sink.record()
    sink.append(step[1000:], index[1000:])
    again = pickle.loads(pickle.dumps(sink))
    np.testing.assert_array_equal(again.record().i, index)
    sink.clear()
    sink.append(step[-1:], index[-1:])
    assert len(sink.record()) == 1
    np.testing.assert_array_equal(early.i, index[:1000])
    with pytest.raises(ValueError, match="read-only"):
        early.stored_index[0] = 1  # type: ignore[index]


@pytest.mark.parametrize("cut", [0, 5, 16, 30])
def test_restore_drops_what_came_later(spike_sink: Any, cut: int) -> None:
    step, index = spikes(100)
    spike_sink.append(step[:cut], index[:cut])
    state = {name: array.copy() for name, array in spike_sink.state().items()}
    spike_sink.append(step[cut:], 49 - index[cut:])
    spike_sink.restore(state)
    assert spike_sink.size == cut
    spike_sink.append(step[cut:], index[cut:])
    np.testing.assert_array_equal(spike_sink.record().i, index)
    np.testing.assert_array_equal(spike_sink.record().step, step)


def test_a_checkpoint_that_does_not_fit_is_refused(run: RunStore) -> None:
    memory = MemorySpikes(dt=0.1, n=N)
    stored = run.spikes("E", N)
    with pytest.raises(ValueError, match="column 'step' wants int32"):
        memory.restore({"step": np.zeros(1)})
    with pytest.raises(ValueError, match="taken at 5 rows .* the store holds 0"):
        stored.restore({"complete": np.array(5)})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MemorySpikes(dt=0.0, n=1), "dt: got 0.0"),
        (lambda: MemorySpikes(dt=float("nan"), n=1), "dt: got nan"),
        (lambda: MemorySpikes(dt=0.1, n=-1), "n: got -1"),
        (lambda: MemoryRates(dt=0.1, n=1, every=0), "every: got 0"),
    ],
)
def test_impossible_sinks_are_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
