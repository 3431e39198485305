"""Spikes and series out of an NWB file, ours or another writer's."""

import warnings
from typing import Any, NamedTuple

import numpy as np

from neurosparse import grid
from neurosparse.errors import bad_argument
from neurosparse.io.nwb import SI, pynwb_or_refuse
from neurosparse.store.single import old_file, reading
from neurosparse.typing import Array, Float64, Int32, Path

# of a step: how far time stamps may lie from equal distances
_EVEN = 1e-3


class NWBTrains(NamedTuple):
    """Spikes of one population, sorted by neuron, and by time within each.

    Attributes:
        time: of each spike, `[k]`, ms.
        neuron: which fired, `[k]`.
        n: neurons of the population.
        stop: end of the recording, ms.
    """

    time: Float64
    neuron: Int32
    n: int
    stop: float


class NWBSignal(NamedTuple):
    """Values of a series.

    Attributes:
        values: `[rows, columns]` in `unit`.
        unit: as we spell it, such as mV; that of the file where we have none of its size.
        start: time of the first row, ms.
        every: time between rows, ms; NaN where rows come at times of their own.
        columns: what each column is, arrays `[columns]` by name.
        times: of each row, `[rows]`, ms, where `every` is NaN.
    """

    values: Array
    unit: str
    start: float
    every: float
    columns: dict[str, Array]
    times: Float64 | None = None


class NWBContent(NamedTuple):
    """What a file holds: trains by population, signals by name."""

    spikes: dict[str, NWBTrains]
    signals: dict[str, NWBSignal]


def read_nwb(path: Path) -> NWBContent:
    """Read the units and the acquired series of a file of ours, or of another writer.

    Units without a population are the population "units". A unit without a number is the neuron of
    its row, among those of its population. Times come back in ms. Values are those the file means:
    its conversion and offset are applied, unless they are those of a unit of ours. What is no
    series of numbers `[rows]` or `[rows, columns]` is left out, and so are stimuli and what was
    processed; a warning names it.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: pynwb is missing.
        ValueError: it is no NWB file, or holds spikes at no time or rows at no rate.
    """
    pynwb = pynwb_or_refuse()
    path = old_file(path, "an NWB file")
    with reading(path, "an NWB file"), pynwb.NWBHDF5IO(str(path), "r") as source:
        file = source.read()
        signals = {}
        others = []
        for name, item in file.acquisition.items():
            if _is_plain(item):
                signals[name] = _signal(file, name, item)
            else:
                others.append(f"{name} ({type(item).__name__})")
        spikes = {} if file.units is None else _populations(file.units)
        further = [*map("stimulus {}".format, file.stimulus)]
        further += map("module {}".format, set(file.processing) - {"columns"})
    reasons = {"no series of numbers in one table": others, "not acquired": sorted(further)}
    for reason, names in reasons.items():
        if names:
            about = f"{path.name}: {', '.join(names)} left out: {reason}"
            warnings.warn(about, stacklevel=2)
    return NWBContent(spikes, signals)


def _is_plain(item: Any) -> bool:
    data = getattr(item, "data", None)
    kind = getattr(getattr(data, "dtype", None), "kind", "")
    is_series = hasattr(item, "conversion") and getattr(data, "ndim", 0) in (1, 2)
    return is_series and kind in "iufb" and getattr(item, "external_file", None) is None


def _signal(file: Any, name: str, item: Any) -> NWBSignal:
    values, unit = _meant(item)
    tables = (
        file.processing["columns"].data_interfaces if "columns" in file.processing else {}
    )
    columns = {}
    if name in tables:
        table = tables[name]
        columns = {key: np.asarray(table[key].data[:]) for key in table.colnames}
    rows = values.reshape(len(values), 1) if values.ndim == 1 else values
    # seconds to ms and back: rounded to what was meant
    if item.rate is not None:
        if not item.rate > 0:
            raise bad_argument(f"{name}.rate", float(item.rate), "a rate in Hz above 0")
        start = round(float(item.starting_time) * 1000.0, 9)
        return NWBSignal(rows, unit, start, round(1000.0 / float(item.rate), 9), columns)
    times = np.asarray(item.timestamps[:], np.float64) * 1000.0
    if times.shape != (len(rows),):
        expected = f"one time for each of {len(rows)} rows"
        raise bad_argument(f"{name}.timestamps", times, expected)
    start = round(float(times[0]), 9) if len(times) else 0.0
    every = _even(times)
    return NWBSignal(rows, unit, start, every, columns, times if np.isnan(every) else None)


def _meant(item: Any) -> tuple[Array, str]:
    """The values of a series and their unit: (data * conversion + offset) in that of the file."""
    values = np.asarray(item.data[:])
    conversion = float(item.conversion)
    offset = float(getattr(item, "offset", 0.0) or 0.0)
    channels = getattr(item, "channel_conversion", None)
    ours = [unit for unit, si in SI.items() if si == (item.unit, conversion)]
    if channels is None and offset == 0:
        if ours:
            return values, ours[0]
        if conversion == 1:
            return values, item.unit
    factor: Any = conversion
    if channels is not None:
        factor = conversion * np.asarray(channels[:], np.float64)
    return values * factor + offset, item.unit


def _even(times: Float64) -> float:
    """The time between rows, NaN unless it is one."""
    if len(times) < 2:
        return np.nan
    every = float(times[-1] - times[0]) / (len(times) - 1)
    steps = grid.steps(times, every, times[0]) if every > 0 else times
    # stamps of microseconds are rounded to a thousandth of a step or less
    even = every > 0 and np.abs(steps - np.arange(len(times))).max() < _EVEN
    return round(every, 9) if even else np.nan


def _populations(units: Any) -> dict[str, NWBTrains]:
    """Spikes by population, out of the table of units."""
    if "spike_times" not in units.colnames:
        return {}
    times = np.asarray(units["spike_times"].target.data[:])
    ends = np.asarray(units["spike_times"].data[:])
    rows = len(ends)
    spikes_of_row = np.diff(np.concatenate(([0], ends)))
    if not np.isfinite(times).all():
        raise bad_argument("spike_times", times, "finite times")
    populations = np.full(rows, "units")
    if "population" in units.colnames:
        populations = np.asarray(units["population"].data[:]).astype(str)
    named = "population" in units.colnames and "neuron" in units.colnames
    neurons = np.asarray(units["neuron"].data[:]) if named else _places(populations)
    stop = np.nan
    if "obs_intervals" in units.colnames and rows:
        stop = float(np.max(units["obs_intervals"].target.data[:]))
    trains = {}
    for name in dict.fromkeys(populations.tolist()):
        members = populations == name
        chosen = np.repeat(members, spikes_of_row)
        neuron = np.repeat(neurons, spikes_of_row)[chosen].astype(np.int32)
        time = times[chosen] * 1000.0
        order = np.lexsort((time, neuron))
        n = max(int(members.sum()), int(neurons[members].max()) + 1)
        trains[name] = NWBTrains(time[order], neuron[order], n, stop * 1000.0)
    return trains


def _places(populations: Array) -> Array:
    """Number the rows of each population from 0."""
    place = np.zeros(len(populations), np.int64)
    for name in np.unique(populations):
        members = populations == name
        place[members] = np.arange(members.sum())
    return place
