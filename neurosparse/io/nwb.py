"""Neurodata Without Borders: one HDF5 file with the spikes and variables of a run, in SI units.

Spikes are the table `units`, a row a neuron with its population and number, times in seconds and
the interval in which it was observed. Variables, rates and weights are `TimeSeries` under
`acquisition`, with the factor that turns their numbers into SI; which neuron or synapse each column
is stands in tables of the module `columns`.

Source: O. Rübel et al., eLife 11 (2022), doi:10.7554/eLife.78362.
"""

import pathlib
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.errors import bad_argument, missing_extra
from neurosparse.recording import RateRecord, SpikeRecord, StateRecord
from neurosparse.store.single import new_file
from neurosparse.typing import Array, Path

if TYPE_CHECKING:
    from neurosparse.recording import Run

# unit of a record -> SI unit as NWB spells it, and what one of ours is in it
SI = {
    "mV": ("volts", 1e-3),
    "pA": ("amperes", 1e-12),
    "nA": ("amperes", 1e-9),
    "nS": ("siemens", 1e-9),
    "ms": ("seconds", 1e-3),
    "Hz": ("hertz", 1.0),
    "": ("n.a.", 1.0),
}


def write_nwb(
    path: Path,
    run: "Run",
    *,
    stop: float,
    description: str = "neurosparse simulation",
    begun: datetime | None = None,
) -> None:
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
    pynwb = pynwb_or_refuse()
    if pathlib.Path(path).suffix.lower() != ".nwb":
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


def _units(records: Mapping[str, SpikeRecord], stop: float) -> Any:
    """The table of units, made column by column: a call a neuron would take minutes."""
    from hdmf.common import VectorData, VectorIndex
    from pynwb.misc import Units

    times = [np.empty(0)]
    counts = [np.zeros(0, np.int64)]
    for record in records.values():
        time = record.t
        if time.size and time[-1] > stop:
            expected = f"the end of the recording in ms, at least {time[-1]:g}"
            raise bad_argument("stop", stop, expected)
        times.append(time[np.argsort(record.i, kind="stable")] / 1000.0)
        counts.append(np.bincount(record.i, minlength=record.n).astype(np.int64))
    sizes = [record.n for record in records.values()]
    rows = sum(sizes)
    whole = np.tile([0.0, stop / 1000.0], (rows, 1))
    numbers = np.concatenate([np.arange(n) for n in sizes])
    populations = np.repeat(list(records), sizes).tolist()
    texts = {
        "spike_times": ("time of each spike in seconds", np.concatenate(times)),
        "obs_intervals": ("when it was observed, in seconds", whole),
        "population": ("its name", populations),
        "neuron": ("number in it", numbers),
    }
    columns = {
        name: VectorData(name=name, description=text, data=data)
        for name, (text, data) in texts.items()
    }
    ends = {
        "spike_times": np.cumsum(np.concatenate(counts)),
        "obs_intervals": np.arange(1, rows + 1),
    }
    indices = [
        VectorIndex(name=f"{name}_index", data=data, target=columns[name])
        for name, data in ends.items()
    ]
    about = {"name": "units", "description": "simulated neurons"}
    return Units(
        **about,
        id=np.arange(rows),
        columns=[*columns.values(), *indices],
        colnames=list(columns),
    )


def _series(run: "Run") -> Iterator[tuple[str, StateRecord | RateRecord]]:
    for (population, variable), state in run.states.items():
        yield f"{population} {variable}", state
    for name, rate in run.rates.items():
        yield f"{name} rate", rate
    for name, weight in run.weights.items():
        yield f"{name} weights", weight


def _time_series(name: str, record: StateRecord | RateRecord) -> Any:
    from pynwb import TimeSeries

    ours = "Hz" if isinstance(record, RateRecord) else record.unit
    unit, factor = SI.get(ours, (ours, 1.0))
    # rows are read and written a few megabytes at a time
    values = record.rate if isinstance(record, RateRecord) else _pieces(record)
    step = record.dt * record.every
    return TimeSeries(
        name=_safe(name),
        data=values,
        unit=unit,
        conversion=factor,
        rate=1000.0 / step,
        starting_time=record.first_step * record.dt / 1000.0,
        comments=f"recorded in {ours}" if ours else "no comments",
    )


def _safe(name: str) -> str:
    """A name without what NWB keeps for paths."""
    return name.replace("/", "_").replace(":", "_")


def _pieces(record: StateRecord) -> Any:
    from hdmf.data_utils import GenericDataChunkIterator

    class Rows(GenericDataChunkIterator):
        def _get_data(self, selection: tuple[slice, slice]) -> Array:
            return np.asarray(record.stored[selection[0]][:, selection[1]])

        def _get_maxshape(self) -> tuple[int, ...]:
            return tuple(map(int, record.stored.shape))

        def _get_dtype(self) -> "np.dtype[Any]":
            return np.dtype(record.stored.dtype)

    small = (
        0 in record.stored.shape or record.stored.shape[0] * record.stored.shape[1] < 2**20
    )
    return record.values if small else Rows(buffer_gb=0.05, display_progress=False)


def _columns(file: Any, name: str, record: StateRecord) -> None:
    from hdmf.common import DynamicTable, VectorData

    if "columns" not in file.processing:
        file.create_processing_module(
            name="columns", description="what each column of a series is"
        )
    values_of = {record.label: record.i, **record.along}
    columns = [
        VectorData(name=key, description=f"{key} of each column", data=np.asarray(values))
        for key, values in values_of.items()
    ]
    about = {"name": _safe(name), "description": "columns of the series"}
    table = DynamicTable(**about, columns=columns, colnames=list(values_of))
    file.processing["columns"].add(table)


def pynwb_or_refuse() -> Any:
    """Import pynwb, or name the extra that brings it."""
    try:
        import pynwb
    except ImportError:
        raise missing_extra("pynwb", "io") from None
    return pynwb
