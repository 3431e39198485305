"""Sinks that write into a Zarr v3 group, and the reading of such groups.

One group a stream. Its attributes say whose numbers these are (population, n, dt, units, every,
first_step) and how many rows are complete. xarray opens it: spikes along `spike`, rows along `time`
and `neuron` or `synapse`; the `time` coordinate in ms is written when the sink is closed.
"""

import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import Said, bad_argument
from neurosparse.recording.series import RateRecord, StateRecord
from neurosparse.recording.sinks import (
    Arrays,
    RateRecorder,
    RowRecorder,
    Series,
    SpikeRecorder,
    checked_indices,
)
from neurosparse.recording.spikes import SpikeRecord
from neurosparse.recording.tables import Field, Table
from neurosparse.recording.zarr_table import COMPLETE, StoredColumn, ZarrTable
from neurosparse.store.zarr_store import check_dtype, check_name, create_array, tile_rows
from neurosparse.typing import Array

if TYPE_CHECKING:
    import zarr

SPIKES_PER_SHARD = 1_000_000
_BINS_PER_SHARD = 2**16
_TAKEN = {"time", "neuron", "synapse", "spike", "pre", "post"}


class ZarrSpikes(SpikeRecorder):
    """Spikes of a population in the Zarr group `group`: `step` int32 (from `first_step`) and
    `index` int32.

    A group that already holds this stream is continued behind its complete rows.
    """

    table: ZarrTable

    def __init__(
        self, group: "zarr.Group", *, dt: float, n: int, name: str = "", first_step: int = 0,
        shard: int = SPIKES_PER_SHARD,
    ) -> None:  # fmt: skip
        series = Series(name, dt, n, first_step=first_step).check()
        super().__init__(_table(group, "spikes", series, self.fields(), {}, shard), series)


class _Timed:
    """Writes the `time` coordinate of a stream of rows when it is closed."""

    table: Table
    series: Series

    def close(self) -> None:
        """Flush, write the time of every row in ms for other readers, and end."""
        assert isinstance(self.table, ZarrTable)
        self.table.close()
        group = self.table.group
        series = self.series
        rows = self.table.complete
        if "time" in group:
            del group["time"]
        time = (series.first_step + series.every * np.arange(rows)) * series.dt
        _put(group, "time", time, ("time",), {"units": "ms"})


class ZarrStates(_Timed, RowRecorder):
    """A state variable of the neurons `indices` every `every` steps in the Zarr group `group`."""

    table: ZarrTable

    def __init__(
        self,
        group: "zarr.Group",
        variable: str,
        indices: ArrayLike,
        series: Series,
        *,
        unit: str = "",
        dtype: str = "float32",
    ) -> None:
        _check_free(variable)
        chosen = checked_indices(indices)
        check_dtype(np.dtype(dtype), "dtype")
        fields = self.fields(variable, len(chosen), dtype, unit)
        more = {"variable": variable, "label": "neuron", "units": unit}
        table = _table(
            group, "states", series.check(), fields, more, None, {"neuron": chosen}
        )
        super().__init__(table, series, chosen, variable, unit)


class ZarrWeights(_Timed, RowRecorder):
    """Weights, or another `variable`, at `positions` of a connectivity every `every` steps in the
    Zarr group `group`.
    """

    table: ZarrTable

    def __init__(
        self, group: "zarr.Group", positions: ArrayLike, series: Series, *, unit: str = "",
        along: Arrays | None = None, variable: str = "weight",
    ) -> None:  # fmt: skip
        _check_free(variable)
        chosen = checked_indices(positions, "positions")
        along = {name: np.asarray(values) for name, values in (along or {}).items()}
        for name, values in along.items():
            if name not in {"pre", "post"} or values.shape != chosen.shape:
                raise bad_argument(
                    "along",
                    {name: values.shape},
                    f"pre and post, {len(chosen)} numbers each",
                )
        fields = self.fields(variable, len(chosen), "float32", unit, "synapse")
        more = {"variable": variable, "label": "synapse", "units": unit}
        table = _table(
            group,
            "weights",
            series.check(),
            fields,
            more,
            None,
            {"synapse": chosen, **along},
        )
        super().__init__(table, series, chosen, variable, unit, "synapse", along)


class ZarrRates(_Timed, RateRecorder):
    """Spikes of a population of `n` neurons in bins of `every` steps in the Zarr group `group`."""

    table: ZarrTable

    def __init__(self, group: "zarr.Group", series: Series) -> None:
        super().__init__(
            _table(group, "rates", series.check(), self.fields(), {}, _BINS_PER_SHARD),
            series,
        )


def _check_free(variable: str) -> None:
    """Refuse a variable whose name another array of a stream has."""
    if check_name(variable, "variable") in _TAKEN:
        expected = f"a name other than {', '.join(sorted(_TAKEN))}"
        raise bad_argument("variable", variable, expected)


def _table(
    group: "zarr.Group",
    kind: str,
    series: Series,
    fields: Sequence[Field],
    more: Mapping[str, Any],
    shard: int | None,
    fixed: Arrays | None = None,
) -> ZarrTable:
    """Create the arrays of a stream in an empty group, or continue the same stream."""
    about = {
        "kind": kind,
        "population": series.name,
        "n": series.n,
        "dt_ms": series.dt,
        "every": series.every,
        "first_step": series.first_step,
        **more,
    }
    if COMPLETE in group.attrs:
        _refuse_other(group, about, fixed or {})
        if "time" in group:
            del group["time"]
        return ZarrTable(group, fields)
    label = fields[0].dims[-1]
    for name, values in (fixed or {}).items():
        _put(group, name, values, (label,), {})
    return ZarrTable.create(group, fields, about, shard)


def _refuse_other(group: "zarr.Group", about: Mapping[str, Any], fixed: Arrays) -> None:
    for key, value in about.items():
        if group.attrs.get(key) != value:
            other = Said(f"{key} {value!r} for {group.path!r}")
            raise bad_argument(
                "stream", other, f"{group.attrs.get(key)!r}, as the run was begun with"
            )
    for name, values in fixed.items():
        if name not in group or not np.array_equal(_get(group, name), values):
            other = Said(f"other numbers of {name} for {group.path!r}")
            raise bad_argument("stream", other, "those that the run was begun with")


def _put(
    group: "zarr.Group",
    name: str,
    values: Array,
    dims: tuple[str, ...],
    attributes: Mapping[str, Any],
) -> None:
    array = create_array(
        group, name, values.dtype, values.shape, _one_row(len(values)), dims, attributes
    )
    array[...] = values


def _one_row(length: int) -> Any:
    tiling = tile_rows(length)
    return tiling._replace(shard=tiling.shard[1:], chunk=tiling.chunk[1:])


def _get(group: "zarr.Group", name: str) -> Array:
    import zarr

    array = group[name]
    if not isinstance(array, zarr.Array):
        raise ValueError(f"{group.store_path}: {name!r} is not an array")
    return np.asarray(array[...])


def read_stream(group: "zarr.Group", folder: str) -> SpikeRecord | StateRecord | RateRecord:
    """The record of one stream, its columns read when asked for; `folder` is where the group lies.

    Raises: ValueError when the group is no stream of ours, or files of its complete part are
    missing.
    """
    about: dict[str, Any] = dict(group.attrs)
    try:
        rows = about[COMPLETE]
        kind = about["kind"]
        name = about["population"]
        n = about["n"]
        dt = about["dt_ms"]
        every = about["every"]
        first = about["first_step"]
    except KeyError as error:
        raise ValueError(
            f"{folder} is not a recorded stream: it has no attribute {error}"
        ) from error
    if kind == "spikes":
        step = _column(group, folder, "step", rows)
        index = _column(group, folder, "index", rows)
        return SpikeRecord(step, index, dt, n, name, first, {"dt_ms": dt})
    if kind == "rates":
        return RateRecord(_column(group, folder, "count", rows), dt, n, every, first, name)
    variable, label = about["variable"], about["label"]
    fixed = [key for key in ("pre", "post", label) if key in group]
    for key in fixed:
        _check_files(group, folder, key)
    along = {key: _get(group, key) for key in fixed if key != label}
    stored = _column(group, folder, variable, rows)
    # fmt: off
    return StateRecord(stored, _get(group, label).astype(np.int64), dt, every, first, variable,
                       about["units"], name, label, along)
    # fmt: on


def _column(group: "zarr.Group", folder: str, name: str, rows: int) -> StoredColumn:
    import zarr

    array = group[name]
    if not isinstance(array, zarr.Array) or array.shape[0] < rows:
        raise ValueError(
            f"{folder}/{name} is damaged: it has fewer than its {rows} complete rows"
        )
    _check_files(group, folder, name, rows)
    return StoredColumn(array, rows)


def _check_files(
    group: "zarr.Group", folder: str, name: str, rows: int | None = None
) -> None:
    """Count the files of the first rows before believing them: Zarr reads a missing or empty one as
    zeros.
    """
    import zarr

    array = group[name]
    if not isinstance(array, zarr.Array):
        raise ValueError(f"{folder}/{name} is damaged: it is not an array")
    shape = array.shape if rows is None else (rows, *array.shape[1:])
    along = tuple(
        -(-size // part)
        for size, part in zip(shape, array.shards or array.chunks, strict=True)
    )
    needed = math.prod(along)
    there = _files(os.path.join(folder, name, "c"), along) if needed else 0
    if there < needed:
        raise ValueError(
            f"{folder}/{name} is damaged: {there} of {needed} shards are there"
        )


def _files(folder: str, along: tuple[int, ...]) -> int:
    """Shards that are there and not empty, of so many along each axis; those of two axes lie in a
    folder a row.
    """
    if not os.path.isdir(folder):
        return 0
    with os.scandir(folder) as entries:
        ours = [
            e
            for e in entries
            if e.name.isdecimal() and e.name == str(int(e.name)) and int(e.name) < along[0]
        ]
        if len(along) == 1:
            return sum(entry.stat().st_size > 0 for entry in ours)
        return sum(_files(entry.path, along[1:]) for entry in ours)
