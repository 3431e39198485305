"""Recorded spikes as flat arrays: whole, in chunks, by time, by neuron."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import bad_argument, missing_extra
from neurosparse.recording.tables import Column
from neurosparse.typing import Array, Bool, Float64, Int32, Int64

if TYPE_CHECKING:
    import pandas
    import xarray


def step_from(time: float, dt: float) -> int:
    """First step that begins at `time` (ms) or later; a thousandth of a step is forgiven.

    >>> step_from(0.3, 0.1), step_from(0.31, 0.1)
    (3, 4)
    """
    return int(np.ceil(time / dt - 1e-3))


@dataclass(frozen=True, eq=False)
class SpikeRecord:
    """Spikes of one population of `n` neurons, ordered by step; one of step k has time t = k dt.

    The columns may lie in memory or in a store; `step`, `i` and `t` bring all of them into memory,
    `chunks`, `count`, `rate` and `select` only a part at a time. Arrays are kept, not copied.

    >>> record = SpikeRecord(np.array([0, 5, 5]), np.array([2, 0, 2]), dt=0.1, n=3)
    >>> record.t, record.count(), record.rate(duration=100.0)
    (array([0. , 0.5, 0.5]), array([1, 0, 2]), 10.0)
    >>> record.select(start=0.5, indices=[2]).i
    array([2], dtype=int32)
    """

    stored_step: Column
    stored_index: Column
    dt: float
    n: int
    name: str = ""
    first_step: int = 0
    attributes: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.stored_step.shape[0])

    def __repr__(self) -> str:
        size = f"{len(self):,} spikes of {self.n:,} neurons"
        return f"SpikeRecord({self.name!r}: {size}, dt={self.dt} ms)"

    @property
    def step(self) -> Int64:
        """Step of every spike, int64[spikes], never falling."""
        return self.stored_step[:].astype(np.int64) + self.first_step

    @property
    def i(self) -> Int32:
        """Neuron of every spike, int32[spikes]."""
        return self.stored_index[:].astype(np.int32, copy=False)

    @property
    def t(self) -> Float64:
        """Time of every spike in ms, float64[spikes]."""
        return np.multiply(self.step, self.dt, dtype=np.float64)

    def chunks(self, size: int = 1_000_000) -> Iterator["SpikeRecord"]:
        """The record in pieces of at most `size` spikes, each in memory."""
        for low in range(0, len(self), size):
            yield self._part(low, min(low + size, len(self)))

    def count(self, n: int | None = None) -> Int64:
        """Spikes of every neuron, int64[n].

        Raises: ValueError when a spike's neuron is not below `n`.
        """
        total = np.zeros(self.n if n is None else n, np.int64)
        for part in self.chunks():
            counts = np.bincount(part.i, minlength=len(total))
            if len(counts) > len(total):
                raise bad_argument(
                    "n", n, f"more than {len(counts) - 1}, the largest neuron that fired"
                )
            total += counts
        return total

    def rate(self, n: int | None = None, *, duration: float) -> float:
        """Mean rate in Hz of `n` neurons (all, unless said) over `duration` ms."""
        n = self.n if n is None else n
        if not duration > 0:
            raise bad_argument("duration", duration, "a time in ms above 0")
        if n < 1:
            raise bad_argument("n", n, "at least one neuron")
        return len(self) / n / duration * 1000.0

    def select(
        self,
        start: float | None = None,
        stop: float | None = None,
        indices: ArrayLike | None = None,
    ) -> "SpikeRecord":
        """Spikes with start <= t < stop (ms) of the neurons `indices`, in memory; numbers are
        kept.
        """
        low = 0 if start is None else self._position(step_from(start, self.dt))
        high = len(self) if stop is None else self._position(step_from(stop, self.dt))
        if indices is None:
            return self._part(low, max(low, high))
        chosen = _member(indices, self.n)
        parts = [
            part._only(chosen) for part in self._part_lazily(low, max(low, high)).chunks()
        ]
        steps = [np.asarray(part.stored_step[:]) for part in parts] or [
            np.empty(0, self.stored_step.dtype)
        ]
        index = [part.i for part in parts] or [np.empty(0, np.int32)]
        return self._with(np.concatenate(steps), np.concatenate(index))

    def to_pandas(self) -> "pandas.DataFrame":
        """Columns t (ms), i, step."""
        try:
            import pandas
        except ImportError:
            raise missing_extra("pandas", "io") from None
        step = self.step
        return pandas.DataFrame({"t": step * self.dt, "i": self.i, "step": step})

    def to_xarray(self) -> "xarray.Dataset":
        """Data set with t (ms), i and step along the dimension `spike`."""
        try:
            import xarray
        except ImportError:
            raise missing_extra("xarray", "io") from None
        step = self.step
        data = {
            "t": ("spike", step * self.dt, {"units": "ms"}),
            "i": ("spike", self.i),
            "step": ("spike", step),
        }
        return xarray.Dataset(
            data, attrs={**self.attributes, "population": self.name, "n": self.n}
        )

    def _with(self, step: Column, index: Column) -> "SpikeRecord":
        return SpikeRecord(
            step, index, self.dt, self.n, self.name, self.first_step, self.attributes
        )

    def _part(self, low: int, high: int) -> "SpikeRecord":
        return self._with(self.stored_step[low:high], self.stored_index[low:high])

    def _part_lazily(self, low: int, high: int) -> "SpikeRecord":
        return self._with(
            TimeWindow(self.stored_step, low, high),
            TimeWindow(self.stored_index, low, high),
        )

    def _only(self, chosen: Bool) -> "SpikeRecord":
        keep = chosen[self.stored_index[:]]
        return self._with(self.stored_step[:][keep], self.stored_index[:][keep])

    def _position(self, step: int) -> int:
        """Number of spikes before `step`, by bisection over single rows."""
        low = 0
        high = len(self)
        while high - low > 4096:
            middle = (low + high) // 2
            before = int(self.stored_step[middle : middle + 1][0]) + self.first_step < step
            low, high = (middle + 1, high) if before else (low, middle)
        rows = self.stored_step[low:high].astype(np.int64) + self.first_step
        return low + int(np.searchsorted(rows, step))


@dataclass(frozen=True)
class TimeWindow:
    """Rows `low` to `high` of a column, read when asked for."""

    column: Column
    low: int
    high: int

    @property
    def dtype(self) -> "np.dtype[Any]":
        """Type of the numbers."""
        return self.column.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows of the window, then the width where there is one."""
        return (self.high - self.low, *self.column.shape[1:])

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(self.high - self.low)
        return self.column[self.low + start : self.low + max(start, stop)]


def _member(indices: ArrayLike, n: int) -> Bool:
    chosen = np.atleast_1d(np.asarray(indices))
    if chosen.size and (
        chosen.dtype.kind not in "iu" or chosen.min() < 0 or chosen.max() >= n
    ):
        raise bad_argument("indices", indices, f"integers from 0 to {n - 1}")
    member = np.zeros(n, np.bool_)
    member[chosen.astype(np.int64)] = True
    return member
