"""Neurodata Without Borders: one HDF5 file with the spikes and variables of a run, in SI units.

Spikes are the table `units`, a row a neuron with its population and number, times in seconds and
the interval in which it was observed. Variables, rates and weights are `TimeSeries` under
`acquisition`, with the factor that turns their numbers into SI; which neuron or synapse each column
is stands in tables of the module `columns`.

Source: O. Rübel et al., eLife 11 (2022), doi:10.7554/eLife.78362.
"""

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument, missing_extra
from neurosparse.recording import RateRecord, SpikeRecord, StateRecord
from neurosparse.store.single import new_file, old_file, reading

if TYPE_CHECKING:
    from neurosparse.recording import Run

# unit of a record -> SI unit as NWB spells it, and what one of ours is in it
SI = {
    "mV": ("volts", 1e-3), "pA": ("amperes", 1e-12), "nA": ("amperes", 1e-9), "nS": ("siemens", 1e-9),
    "ms": ("seconds", 1e-3), "Hz": ("hertz", 1.0), "": ("n.a.", 1.0),
}  # fmt: skip


class Trains(NamedTuple):
    """Spikes of `n` neurons, sorted by neuron: time in ms `[k]`, neuron `[k]`, end of the recording
    in ms.
    """

    time: NDArray[np.float64]
    neuron: NDArray[np.int32]
    n: int
    stop: float


class Signal(NamedTuple):
    """Values `[rows, columns]` in `unit`, first time and spacing in ms, and what the columns
    are.
    """

    values: NDArray[Any]
    unit: str
    start: float
    every: float
    columns: dict[str, NDArray[Any]]


class Content(NamedTuple):
    """What a file holds: trains by population, signals by name."""

    spikes: dict[str, Trains]
    signals: dict[str, Signal]


def write_nwb(
    path: str | Path, run: "Run", *, stop: float, description: str = "neurosparse simulation",
    begun: datetime | None = None,
) -> None:  # fmt: skip
    """Write a recorded run; the file appears whole or not at all.

    Args:
        path: ends in .nwb.
        run: what `open_run` gives.
        stop: end of the recording in ms.
        description: of the session.
        begun: date and time of the session with a time zone; now unless said.

    Raises:
        ImportError: pynwb is missing.
        ValueError: a spike is later than `stop`, or `begun` has no time zone.
    """
    pynwb = _pynwb()
    if Path(path).suffix.lower() != ".nwb":
        raise bad_argument("path", str(path), "a name ending in .nwb")
    begun = datetime.now(UTC) if begun is None else begun
    if begun.tzinfo is None:
        raise bad_argument("begun", begun, "a date and time with a time zone")
    about = {
        "session_description": description,
        "identifier": uuid.uuid4().hex,
        "session_start_time": begun,
    }
    file = pynwb.NWBFile(
        **about, source_script="neurosparse", source_script_file_name="neurosparse"
    )
    if run.spikes:
        file.units = _units(run.spikes, stop)
    for name, record in _series(run):
        file.add_acquisition(_time_series(name, record))
        if isinstance(record, StateRecord):
            _columns(file, name, record)
    with new_file(path) as temporary, pynwb.NWBHDF5IO(str(temporary), "w") as out:
        out.write(file)


def read_nwb(path: str | Path) -> Content:
    """Read the units and time series of a file of ours, or of another writer as far as they are of
    that form.

    Units without a population are the population "units"; their row is their neuron. Times come
    back in ms.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: pynwb is missing.
        ValueError: it is no NWB file.
    """
    pynwb = _pynwb()
    path = old_file(path, "an NWB file")
    with reading(path, "an NWB file"), pynwb.NWBHDF5IO(str(path), "r") as source:
        file = source.read()
        signals = {
            name: _signal(file, name, item)
            for name, item in file.acquisition.items()
            if _plain(item)
        }
        return Content(_populations(file.units) if file.units is not None else {}, signals)


def _units(records: Mapping[str, SpikeRecord], stop: float) -> Any:
    """The table of units, made column by column: a call a neuron would take minutes."""
    from hdmf.common import VectorData, VectorIndex
    from pynwb.misc import Units

    times = [np.empty(0)]
    ends = [np.zeros(0, np.int64)]
    for record in records.values():
        time, index = record.t, record.i
        if time.size and time[-1] > stop:
            raise bad_argument(
                "stop", stop, f"the end of the recording in ms, at least {time[-1]:g}"
            )
        times.append(time[np.argsort(index, kind="stable")] / 1000.0)
        ends.append(np.bincount(index, minlength=record.n).astype(np.int64))
    sizes = [record.n for record in records.values()]
    rows = sum(sizes)
    spikes = VectorData(
        name="spike_times", description="time of each spike in seconds", data=np.concatenate(times)
    )
    whole = np.tile([0.0, stop / 1000.0], (rows, 1))
    seen = VectorData(
        name="obs_intervals", description="when it was observed, in seconds", data=whole
    )
    columns = [
        spikes,
        VectorIndex(name="spike_times_index", data=np.cumsum(np.concatenate(ends)), target=spikes),
        seen,
        VectorIndex(name="obs_intervals_index", data=np.arange(1, rows + 1), target=seen),
        VectorData(
            name="population", description="its name", data=np.repeat(list(records), sizes).tolist()
        ),
        VectorData(
            name="neuron",
            description="number in it",
            data=np.concatenate([np.arange(n) for n in sizes]),
        ),
    ]
    names = ["spike_times", "obs_intervals", "population", "neuron"]
    about = {"name": "units", "description": "simulated neurons"}
    return Units(**about, id=np.arange(rows), columns=columns, colnames=names)


def _series(run: "Run") -> Iterator[tuple[str, StateRecord | RateRecord]]:
    for (population, variable), state in run.states.items():
        yield f"{population} {variable}", state
    for name, rate in run.rates.items():
        yield f"{name} rate", rate
    for name, weight in run.weights.items():
        yield f"{name} weights", weight


def _time_series(name: str, record: StateRecord | RateRecord) -> Any:
    from pynwb import TimeSeries

    mine = "Hz" if isinstance(record, RateRecord) else record.unit
    unit, factor = SI.get(mine, (mine, 1.0))
    # rows are read and written a few megabytes at a time
    values = record.rate if isinstance(record, RateRecord) else _pieces(record)
    step = record.dt * record.every
    return TimeSeries(
        name=_safe(name), data=values, unit=unit, conversion=factor, rate=1000.0 / step,
        starting_time=record.first_step * record.dt / 1000.0, comments=f"recorded in {mine}" if mine else "no comments",
    )  # fmt: skip


def _safe(name: str) -> str:
    """A name without what NWB keeps for paths."""
    return name.replace("/", "_").replace(":", "_")


def _pieces(record: StateRecord) -> Any:
    from hdmf.data_utils import GenericDataChunkIterator

    class Rows(GenericDataChunkIterator):
        def _get_data(self, selection: tuple[slice, slice]) -> NDArray[Any]:
            return np.asarray(record.stored[selection[0]][:, selection[1]])

        def _get_maxshape(self) -> tuple[int, ...]:
            return tuple(map(int, record.stored.shape))

        def _get_dtype(self) -> "np.dtype[Any]":
            return np.dtype(record.stored.dtype)

    small = 0 in record.stored.shape or record.stored.shape[0] * record.stored.shape[1] < 2**20
    return record.values if small else Rows(buffer_gb=0.05, display_progress=False)


def _columns(file: Any, name: str, record: StateRecord) -> None:
    from hdmf.common import DynamicTable, VectorData

    if "columns" not in file.processing:
        file.create_processing_module(name="columns", description="what each column of a series is")
    given = {record.label: record.i, **record.along}
    made = [
        VectorData(name=key, description=f"{key} of each column", data=np.asarray(values))
        for key, values in given.items()
    ]
    about = {"name": _safe(name), "description": "columns of the series"}
    table = DynamicTable(**about, columns=made, colnames=list(given))
    file.processing["columns"].add(table)


def _plain(item: Any) -> bool:
    return (
        type(item).__name__ == "TimeSeries"
        and item.rate is not None
        and getattr(item.data, "ndim", 0) in (1, 2)
    )


def _signal(file: Any, name: str, item: Any) -> Signal:
    values = np.asarray(item.data[:])
    mine = next((unit for unit, si in SI.items() if si == (item.unit, item.conversion)), item.unit)
    tables = file.processing["columns"].data_interfaces if "columns" in file.processing else {}
    columns = (
        {key: np.asarray(tables[name][key].data[:]) for key in tables[name].colnames}
        if name in tables
        else {}
    )
    start = float(item.starting_time) * 1000.0
    return Signal(
        values.reshape(len(values), -1),
        mine,
        round(start, 9),
        round(1000.0 / float(item.rate), 9),
        columns,
    )


def _populations(units: Any) -> dict[str, Trains]:
    times = np.asarray(units["spike_times"].target.data[:])
    ends = np.asarray(units["spike_times"].data[:])
    rows = len(ends)
    size = np.diff(np.concatenate(([0], ends)))
    named = "population" in units.colnames and "neuron" in units.colnames
    names = np.asarray(units["population"].data[:]).astype(str) if named else np.full(rows, "units")
    number = np.asarray(units["neuron"].data[:]) if named else np.arange(rows)
    stop = (
        float(np.max(units["obs_intervals"].target.data[:]))
        if "obs_intervals" in units.colnames and rows
        else np.nan
    )
    found = {}
    for name in dict.fromkeys(names.tolist()):
        mine = np.repeat(names == name, size)
        index = np.repeat(number, size)[mine].astype(np.int32)
        found[name] = Trains(times[mine] * 1000.0, index, int((names == name).sum()), stop * 1000.0)
    return found


def _pynwb() -> Any:
    try:
        import pynwb
    except ImportError:
        raise missing_extra("pynwb", "io") from None
    return pynwb
