"""Result faces: flat arrays, pandas, xarray, selections, chunks; the same from memory and from a
store.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.recording import (
    MemorySpikes,
    RateRecord,
    RunStore,
    SpikeRecord,
    StateRecord,
    open_run,
)
from neurosparse.recording.spikes import step_from

N, COUNT = 20, 30_000
STEP = np.sort(np.random.default_rng(2).integers(0, 10_000, COUNT))
INDEX = np.random.default_rng(3).integers(0, N - 1, COUNT, dtype=np.int32)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "run.zarr"
    with RunStore.create(path, dt=0.1, seed=[1, 2], config={"a": {"b": 3}}) as run:
        run.spikes("E", N, shard=1000).append(STEP, INDEX)
        values = np.arange(200, dtype=np.float32).reshape(50, 4)
        run.states("E", "v", [3, 1, 7, 5], every=10, unit="mV").append(
            10 * np.arange(50), values
        )
        run.rates("E", N, every=10).append(0, np.bincount(STEP, minlength=10_000))
        sink = run.weights(
            "E->E", [8, 2], every=500, unit="mV", along={"pre": np.array([1, 2])}
        )
        sink.append(np.array([0, 500]), np.ones((2, 2)))
    return path


@pytest.fixture(params=["memory", "zarr"])
def record(request: pytest.FixtureRequest, stored: Path) -> SpikeRecord:
    if request.param == "zarr":
        return open_run(stored).spikes["E"]
    sink = MemorySpikes(dt=0.1, n=N, name="E")
    sink.append(STEP, INDEX)
    return sink.record()


def test_flat_arrays(record: SpikeRecord) -> None:
    assert (record.t.dtype, record.step.dtype, record.i.dtype) == (
        np.float64,
        np.int64,
        np.int32,
    )
    np.testing.assert_array_equal(record.step, STEP)
    np.testing.assert_array_equal(record.i, INDEX)
    np.testing.assert_allclose(record.t, STEP * 0.1)
    assert repr(record) == "SpikeRecord('E': 30,000 spikes of 20 neurons, dt=0.1 ms)"


def test_counts_and_rates(record: SpikeRecord) -> None:
    np.testing.assert_array_equal(record.count(), np.bincount(INDEX, minlength=N))
    assert len(record.count(N + 5)) == N + 5
    assert record.rate(duration=1000.0) == COUNT / N
    assert record.rate(10, duration=500.0) == COUNT / 10 * 2
    with pytest.raises(ValueError, match="n: got 3"):
        record.count(3)
    with pytest.raises(ValueError, match="n: got 0"):
        record.rate(0, duration=1.0)
    with pytest.raises(ValueError, match="duration: got 0"):
        record.rate(duration=0)


WINDOWS = [
    (None, None),
    (100.0, 300.05),
    (0.0, 0.0),
    (999.9, None),
    (5e3, 6e3),
    (300.0, 100.0),
]


@pytest.mark.parametrize(("start", "stop"), WINDOWS)
@pytest.mark.parametrize("indices", [None, [], [4], [19], np.array([7, 2])])
def test_selection_is_what_a_mask_gives(
    record: SpikeRecord, start: Any, stop: Any, indices: Any
) -> None:
    part = record.select(start, stop, indices)
    # whole steps, so that rounding of t decides nothing here
    low = 0 if start is None else step_from(start, 0.1)
    high = np.inf if stop is None else step_from(stop, 0.1)
    keep = (
        (low <= STEP)
        & (high > STEP)
        & (True if indices is None else np.isin(INDEX, indices))
    )
    np.testing.assert_array_equal(part.step, STEP[keep])
    np.testing.assert_array_equal(part.i, INDEX[keep])
    assert (part.dt, part.n, part.name) == (record.dt, record.n, record.name)


@pytest.mark.parametrize("indices", [[N], [-1], [0.5]])
def test_impossible_selections(record: SpikeRecord, indices: Any) -> None:
    with pytest.raises(ValueError, match="integers from 0 to 19"):
        record.select(indices=indices)


def test_chunks_are_the_whole(record: SpikeRecord) -> None:
    parts = list(record.chunks(7000))
    assert [len(part) for part in parts] == [7000] * 4 + [2000]
    np.testing.assert_array_equal(np.concatenate([part.i for part in parts]), INDEX)
    np.testing.assert_array_equal(np.concatenate([part.t for part in parts]), record.t)


@given(st.integers(0, 10**9), st.sampled_from([0.1, 0.05, 0.025, 0.2, 1.0, 0.3]))
def test_the_time_of_a_step_finds_the_step(step: int, dt: float) -> None:
    assert step_from(step * dt, dt) == step
    assert step_from((step + 0.5) * dt, dt) == step + 1


def test_pandas_and_xarray(record: SpikeRecord) -> None:
    frame, data = record.to_pandas(), record.to_xarray()
    assert list(frame.columns) == ["t", "i", "step"]
    np.testing.assert_array_equal(frame.i, INDEX)
    np.testing.assert_array_equal(data.step, STEP)
    assert data.t.dims == ("spike",)
    assert data.t.attrs["units"] == "ms"
    assert data.attrs["n"] == N


def test_the_head_of_a_run(stored: Path) -> None:
    run = open_run(stored)
    assert (run.dt, run.seed, run.config, run.finished) == (
        0.1,
        [1, 2],
        {"a": {"b": 3}},
        True,
    )
    assert {"python", "numpy", "zarr", "neurosparse"} <= set(run.versions)
    assert list(run.states) == [("E", "v")]
    assert list(run.weights) == ["E->E"]


def test_states(stored: Path) -> None:
    record = open_run(stored).states["E", "v"]
    assert (record.unit, record.variable, record.values.shape) == ("mV", "v", (50, 4))
    part = record.select(start=10.0, stop=12.0, indices=[7, 3])
    assert part.values.tolist() == [[42.0, 40.0], [46.0, 44.0]]
    assert part.t.tolist() == [10.0, 11.0]
    assert part.i.tolist() == [7, 3]
    assert record.select(stop=0.0, indices=[7]).values.shape == (0, 1)
    assert record.select(start=1e6).values.shape == (0, 4)
    np.testing.assert_array_equal(
        np.concatenate([p.values for p in record.chunks(7)]), record.values
    )
    np.testing.assert_array_equal(
        np.concatenate([p.step for p in record.chunks(7)]), record.step
    )
    with pytest.raises(
        ValueError, match=r"indices: got \[2\], wants neurons that were recorded"
    ):
        record.select(indices=[2])
    assert record.to_pandas().loc[11.0, 7] == 46.0
    labelled = record.to_xarray()
    assert float(labelled.sel(time=11.0, neuron=7)) == 46.0
    assert labelled.attrs["units"] == "mV"


def test_weights_and_rates(stored: Path) -> None:
    run = open_run(stored)
    assert run.weights["E->E"].to_xarray().pre.values.tolist() == [1, 2]
    rates = run.rates["E"]
    np.testing.assert_array_equal(rates.counts, np.bincount(STEP // 10, minlength=1000))
    assert (
        abs(rates.rate.mean() - open_run(stored).spikes["E"].rate(duration=1000.0)) < 1e-9
    )
    assert rates.to_pandas().index[3] == pytest.approx(3.0)
    assert rates.to_xarray().rate.attrs["units"] == "Hz"
    assert repr(rates) == "RateRecord('E': 1,000 bins of 1 ms)"


def test_empty_states_and_rates() -> None:
    nothing = StateRecord(np.empty((0, 0)), np.empty(0, np.int64), dt=0.1)
    assert nothing.select(indices=[]).values.shape == (0, 0)
    with pytest.raises(ValueError, match="wants neurons that were recorded"):
        nothing.select(indices=[1])
    assert RateRecord(np.empty(0, np.int64), dt=0.1, n=0).rate.shape == (0,)


def test_xarray_opens_the_groups_themselves(stored: Path) -> None:
    xarray = pytest.importorskip("xarray")
    spikes = xarray.open_zarr(stored, group="spikes/E", consolidated=False)
    np.testing.assert_array_equal(spikes["step"], STEP)
    assert spikes.attrs["dt_ms"] == 0.1
    states = xarray.open_zarr(stored, group="states/E/v", consolidated=False)
    assert float(states.v.sel(time=11.0, neuron=7)) == 46.0
    rates = xarray.open_zarr(stored, group="rates/E", consolidated=False)
    assert int(rates["count"].sum()) == COUNT
