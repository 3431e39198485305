"""Spike events as flat arrays, at once or in chunks; never one object per neuron."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.grid import ceil_steps, floor_steps, precision, steps
from neurosparse.quantities import refuse_units
from neurosparse.typing import Array, Float64, Int32, Int64

if TYPE_CHECKING:
    from neurosparse.recording import SpikeRecord

Chunk = tuple[Float64, Int32]
RawChunk = tuple[npt.ArrayLike, npt.ArrayLike]

MANY = 1_000_000  # bins that need no look at the memory


@dataclass(frozen=True, eq=False)
class SpikeTrains:
    """Spikes of `n` neurons in the window [start, stop); events outside it are left out.

    Make one with `from_record`, `from_times`, `from_steps` or `from_chunks`.

    Args:
        chunks: starts a new pass and yields (time `[k]`, index `[k]`); times ascend in and across
            chunks.
        n: neurons.
        start: of the window, ms.
        stop: of the window, ms.
        dt: length of a step in ms where `chunks` yields whole steps in the place of times.

    >>> spikes = SpikeTrains.from_steps([0, 5, 5], [2, 0, 1], n=3, dt=0.1, steps=10)
    >>> spikes.stop, [(time.tolist(), index.tolist()) for time, index in spikes]
    (1.0, [([0.0, 0.5, 0.5], [2, 0, 1])])
    """

    chunks: Callable[[], Iterable[RawChunk]]
    n: int
    start: float
    stop: float
    dt: float | None = None

    def __post_init__(self) -> None:
        whole_number("n", self.n)
        for name in ("start", "stop", "dt"):
            refuse_units(name, getattr(self, name))
        if not (_is_time(self.start) and _is_time(self.stop) and self.stop > self.start):
            expected = f"a time in ms after start={self.start}"
            raise bad_argument("stop", self.stop, expected, "say how long was recorded")
        if self.dt is not None and not (np.isfinite(self.dt) and self.dt > 0):
            raise bad_argument("dt", self.dt, "the length of a step in ms, above 0")

    @classmethod
    def from_times(
        cls,
        time: npt.ArrayLike,
        index: npt.ArrayLike,
        n: int,
        *,
        stop: float,
        start: float = 0.0,
    ) -> "SpikeTrains":
        """Take times in ms `[k]`, in any order, and neuron indices `[k]`.

        Times of 32 bits are taken for exact to 32 bits where they meet the border of a bin.
        """
        refuse_units("time", time)
        times = np.asarray(time)
        # whole numbers and lists become 64 bits; float32 stays, to be known by
        if times.dtype.kind != "f":
            times = times.astype(np.float64)
        times, neurons = _ascending(times, np.asarray(index))
        return cls(lambda: [(times, neurons)], n, start, stop)

    @classmethod
    def from_steps(
        cls, step: npt.ArrayLike, index: npt.ArrayLike, n: int, *, dt: float, steps: int
    ) -> "SpikeTrains":
        """Take whole simulation steps `[k]` of length `dt` ms from a run of `steps` steps."""
        whole, neurons = _ascending(np.asarray(step), np.asarray(index))
        if whole.size and not np.issubdtype(whole.dtype, np.integer):
            remedy = "give times in ms to SpikeTrains.from_times"
            raise bad_argument("step", whole, "whole numbers", remedy)
        return cls(lambda: [(whole, neurons)], n, 0.0, steps * dt, dt)

    @classmethod
    def from_chunks(
        cls,
        chunks: Iterable[RawChunk] | Callable[[], Iterable[RawChunk]],
        n: int,
        *,
        stop: float,
        start: float = 0.0,
        dt: float | None = None,
    ) -> "SpikeTrains":
        """Take chunks of (time in ms, index), or of (step, index) when `dt` is given.

        Pass a list, or a function that opens the recording anew: most measures need one pass, some
        two. A bare generator can be read once; a second pass then raises. Nothing is copied: what
        becomes of the chunks later becomes of the measures.
        """
        if callable(chunks):
            return cls(chunks, n, start, stop, dt)
        # an iterator is its own iterator: it cannot begin again
        if iter(chunks) is chunks:
            return cls(_once(chunks), n, start, stop, dt)
        return cls(lambda: chunks, n, start, stop, dt)

    @classmethod
    def from_record(cls, record: "SpikeRecord", *, stop: float) -> "SpikeTrains":
        """Take what a simulation recorded until `stop` ms; it is read in chunks, also from a store.

        Write `SpikeTrains.from_record(simulation.spikes("E"), stop=simulation.time)`.

        >>> from neurosparse.recording import SpikeRecord
        >>> record = SpikeRecord(np.array([0, 5]), np.array([2, 0]), dt=0.1, n=3)
        >>> SpikeTrains.from_record(record, stop=1.0).arrays()[0].tolist()
        [0.0, 0.5]
        """
        if not all(hasattr(record, name) for name in ("chunks", "n", "dt")):
            remedy = "write simulation.spikes('E') or run.spikes['E']"
            raise bad_type("record", record, "recorded spikes", remedy)

        def chunks() -> Iterator[RawChunk]:
            return ((part.step, part.i) for part in record.chunks())

        return cls(chunks, record.n, 0.0, stop, record.dt)

    @property
    def duration(self) -> float:
        """Length of the window in ms."""
        return self.stop - self.start

    def window(self, start: float, stop: float) -> "SpikeTrains":
        """The same events seen through another window, in ms."""
        return replace(self, start=float(start), stop=float(stop))

    def __iter__(self) -> Iterator[Chunk]:
        """One checked pass over the events of the window, times in ms."""
        for time, index, _ in self._passed():
            yield time, index

    def _passed(self) -> Iterator[tuple[Float64, Int32, Array]]:
        """Time in ms, neuron, and what the recording held: times, or whole steps."""
        before = -np.inf
        for raw_time, raw_index in self.chunks():
            refuse_units("time", raw_time)
            raw = np.asarray(raw_time)
            time = np.asarray(raw, np.float64)
            index = np.asarray(raw_index)
            _check_pair(time, index)
            if self.dt is not None:
                time = time * self.dt
            if time.size:
                self._check(time, index, before)
                before = float(time[-1])
                low, high = (self._first(raw, border) for border in (self.start, self.stop))
                yield time[low:high], index[low:high].astype(np.int32), raw[low:high]

    def _first(self, raw: Array, border: float) -> int:
        """Position of the first event at or after a border, where rounding does not count."""
        if self.dt is not None:
            return int(np.searchsorted(raw, ceil_steps(border, self.dt)))
        slack = 4 * max(precision(raw), precision(border)) * abs(border)
        return int(np.searchsorted(raw, np.float64(border) - slack))

    def arrays(self) -> Chunk:
        """All events of the window in two arrays (time in ms, index)."""
        parts = [(np.empty(0), np.empty(0, np.int32)), *self]
        times = np.concatenate([time for time, _ in parts])
        return times, np.concatenate([index for _, index in parts])

    def gathered(self) -> tuple[Float64, Int32, float]:
        """All events of the window, and how far their times are exact, as a share of them."""
        parts = list(self._passed())
        times = np.concatenate([np.empty(0), *(time for time, _, _ in parts)])
        index = np.concatenate(
            [np.empty(0, np.int32), *(neurons for _, neurons, _ in parts)]
        )
        whole = [precision(None)] if self.dt is None else [precision(self.dt)]
        exact = [precision(raw) for _, _, raw in parts] if self.dt is None else []
        return times, index, max(whole + exact)

    def bins(self, width: float) -> int:
        """How many whole bins of `width` ms fit; a rest shorter than a bin is left out."""
        refuse_units("width", width)
        if not (_is_time(width) and width > 0):
            raise bad_argument("width", width, "a bin width in ms above 0")
        count = int(floor_steps(self.stop, width, self.start))
        if count < 1:
            raise bad_argument("width", width, f"at most the window's {self.duration:g} ms")
        refuse_bins("width", count)
        return count

    def binned(self, width: float, *, rest: bool = False) -> Iterator[tuple[Int64, Int32]]:
        """One pass of (bin, index), bins of `width` ms counted from `start`.

        Args:
            width: of the bins in ms; a spike on a border belongs to the bin that begins there.
            rest: whether spikes after the last whole bin are in one more.
        """
        count = self.bins(width) + rest
        for time, index, raw in self._passed():
            bin_ = self._bin(time, raw, width)
            end = np.searchsorted(bin_, count)
            yield bin_[:end], index[:end]

    def _bin(self, time: Float64, raw: Array, width: float) -> Int64:
        if self.dt is not None and np.issubdtype(raw.dtype, np.integer):
            long = float(steps(width, self.dt))
            first = float(steps(self.start, self.dt))
            if long.is_integer() and first.is_integer():
                return (raw.astype(np.int64) - int(first)) // int(long)
        eps = None if self.dt is not None else precision(raw)
        # what the window lets in as its first event is in its first bin
        return np.maximum(floor_steps(time, width, self.start, eps), 0).astype(np.int64)

    def _check(self, time: Float64, index: Array, before: float) -> None:
        if not np.all(np.isfinite(time)):
            raise bad_argument("time", Said("NaN or infinity"), "finite times")
        if time[0] < before or np.any(time[1:] < time[:-1]):
            remedy = "sort them, or use SpikeTrains.from_times"
            raise bad_argument(
                "time", Said("times that go back"), "ascending times", remedy
            )
        low = int(index.min())
        high = int(index.max())
        if low < 0 or high >= self.n:
            worst = low if low < 0 else high
            remedy = f"n={self.n} may be too small"
            raise bad_argument("index", worst, f"neurons 0 to {self.n - 1}", remedy)


def refuse_bins(name: str, count: int) -> None:
    """Refuse more bins than memory holds the counts of."""
    if count > MANY:
        remedy = "take wider bins, or a shorter window"
        refuse_beyond_memory(name, 16.0 * count, f"{count:,} bins", remedy)


def check_spikes(spikes: object) -> None:
    """Refuse what is not `SpikeTrains`, above all a record, which does not say how long it is."""
    if not isinstance(spikes, SpikeTrains):
        remedy = (
            "write SpikeTrains.from_record(simulation.spikes('E'), stop=simulation.time), "
            "or SpikeTrains.from_times(...)"
        )
        raise bad_type("spikes", spikes, "SpikeTrains of neurosparse.analysis", remedy)


def as_trains(spikes: Any, stop: float | None, *, last: bool = False) -> SpikeTrains:
    """Take trains as they are, and a record until `stop` ms; else to its last spike, if `last`.

    Raises:
        TypeError: neither of them, or a record that nobody says how long it is.
    """
    if isinstance(spikes, SpikeTrains):
        if stop is None:
            return spikes
        raise bad_argument("stop", stop, "None beside SpikeTrains, which know their window")
    if not all(hasattr(spikes, name) for name in ("chunks", "stored_step", "dt")):
        check_spikes(spikes)
    if stop is None and last and len(spikes):
        # a record is ordered by step
        final = int(spikes.stored_step[-1:][0]) + spikes.first_step
        stop = (final + 1) * spikes.dt
    if stop is None:
        remedy = "write stop=simulation.time"
        raise bad_type("stop", stop, "the end of the record in ms", remedy)
    return SpikeTrains.from_record(spikes, stop=stop)


def _is_time(value: Any) -> bool:
    real = isinstance(value, int | float | np.number) and type(value) is not bool
    return real and bool(np.isfinite(value))


def _ascending(time: Array, index: Array) -> tuple[Array, Array]:
    _check_pair(time, index)
    if np.any(time[1:] < time[:-1]):
        order = np.argsort(time, kind="stable")
        return time[order], index[order]
    # what the caller does with its arrays later is no matter of ours
    return time.copy(), index.copy()


def _check_pair(time: Array, index: Array) -> None:
    if time.ndim != 1 or time.shape != index.shape:
        expected = f"one neuron per time, shape {list(time.shape)} and one axis"
        raise bad_argument("index", index, expected)
    if index.size and not np.issubdtype(index.dtype, np.integer):
        raise bad_argument("index", index, "whole numbers")


def _once(chunks: Iterable[RawChunk]) -> Callable[[], Iterable[RawChunk]]:
    waiting = [chunks]

    def take() -> Iterable[RawChunk]:
        if not waiting:
            problem = Said("a generator that was read to its end")
            remedy = "pass a list, or a function that opens the recording anew"
            raise bad_argument("chunks", problem, "chunks that can be read again", remedy)
        return waiting.pop()

    return take
