"""Recorded series: state variables and weights (row by row), population rates (bin by bin)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import bad_argument, missing_extra
from neurosparse.recording.spikes import TimeWindow, step_from
from neurosparse.recording.tables import Column
from neurosparse.typing import Array, Float64, Int64

if TYPE_CHECKING:
    import pandas
    import xarray


@dataclass(frozen=True, eq=False)
class StateRecord:
    """A variable of chosen neurons or synapses at every `every`-th step: values [rows, columns].

    Row k belongs to step `first_step + k every`. `i` numbers the columns: neurons, or positions of
    synapses in the connectivity; `along` holds more about them (`pre`, `post`), and names no unit.
    Arrays are kept, not copied.

    >>> voltages = np.arange(6.0).reshape(3, 2)
    >>> record = StateRecord(voltages, np.array([4, 9]), dt=0.1, every=5, variable="v")
    >>> record.t, record.select(start=0.5, indices=[9]).values
    (array([0. , 0.5, 1. ]), array([[3.],
           [5.]]))
    """

    stored: Column
    i: Int64
    dt: float
    every: int = 1
    first_step: int = 0
    variable: str = "value"
    unit: str = ""
    name: str = ""
    label: str = "neuron"
    along: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.stored.shape[0])

    def __repr__(self) -> str:
        rows, columns = self.stored.shape
        size = f"{rows:,} rows of {columns:,} {self.label}s"
        return f"StateRecord({self.name!r} {self.variable}: {size})"

    @property
    def values(self) -> Array:
        """All values, [rows, columns], in memory."""
        return self.stored[:]

    @property
    def step(self) -> Int64:
        """Step of every row, int64[rows]."""
        return self.first_step + self.every * np.arange(len(self), dtype=np.int64)

    @property
    def t(self) -> Float64:
        """Time of every row in ms, float64[rows]."""
        return np.multiply(self.step, self.dt, dtype=np.float64)

    def chunks(self, rows: int | None = None) -> Iterator["StateRecord"]:
        """The record in pieces of `rows` rows, each in memory; about 16 MiB a piece unless said."""
        width = max(1, self.stored.shape[1] * self.stored.dtype.itemsize)
        rows = max(1, 2**24 // width) if rows is None else rows
        for low in range(0, len(self), rows):
            yield self._part(self.stored[low : low + rows], low)

    def select(
        self,
        start: float | None = None,
        stop: float | None = None,
        indices: ArrayLike | None = None,
    ) -> "StateRecord":
        """Rows with start <= t < stop (ms) of the columns numbered `indices`, in memory."""
        low = 0 if start is None else self._row(start)
        high = len(self) if stop is None else max(low, self._row(stop))
        rows = self._part(TimeWindow(self.stored, low, high), low)
        if indices is None:
            return replace(rows, stored=rows.values)
        places = self._places(indices)
        parts = [part.values[:, places] for part in rows.chunks()]
        empty = np.empty((0, len(places)), self.stored.dtype)
        along = {name: values[places] for name, values in self.along.items()}
        return replace(
            rows, stored=np.concatenate([empty, *parts]), i=self.i[places], along=along
        )

    def to_pandas(self) -> "pandas.DataFrame":
        """One row a time (index `t` in ms), one column a neuron or synapse."""
        try:
            import pandas
        except ImportError:
            raise missing_extra("pandas", "io") from None
        index = pandas.Index(self.t, name="t")
        return pandas.DataFrame(
            self.values, index=index, columns=pandas.Index(self.i, name=self.label)
        )

    def to_xarray(self) -> "xarray.DataArray":
        """Labelled array with the dimensions `time` (ms) and `neuron` or `synapse`."""
        try:
            import xarray
        except ImportError:
            raise missing_extra("xarray", "io") from None
        coords = {
            "time": ("time", self.t, {"units": "ms"}),
            "step": ("time", self.step),
            self.label: (self.label, self.i),
            **{name: (self.label, values) for name, values in self.along.items()},
        }
        attributes = {"units": self.unit, "population": self.name}
        return xarray.DataArray(
            self.values,
            coords=coords,
            dims=("time", self.label),
            name=self.variable,
            attrs=attributes,
        )

    def _part(self, stored: Column, low: int) -> "StateRecord":
        return replace(self, stored=stored, first_step=self.first_step + low * self.every)

    def _row(self, time: float) -> int:
        behind = step_from(time, self.dt) - self.first_step
        return min(max(0, -(-behind // self.every)), len(self))

    def _places(self, indices: ArrayLike) -> Int64:
        chosen = np.atleast_1d(np.asarray(indices))
        order = np.argsort(self.i, kind="stable")
        at = np.minimum(np.searchsorted(self.i[order], chosen), max(0, len(self.i) - 1))
        if chosen.size and (len(self.i) == 0 or np.any(self.i[order][at] != chosen)):
            raise bad_argument(
                "indices",
                indices,
                f"{self.label}s that were recorded",
                "see the record's .i",
            )
        return np.asarray(order[at], np.int64)


@dataclass(frozen=True, eq=False)
class RateRecord:
    """Spikes of a population of `n` neurons in bins of `every` steps: counts int64[bins].

    >>> record = RateRecord(np.array([2, 0]), dt=0.1, n=4, every=50)
    >>> record.t, record.rate
    (array([0., 5.]), array([100.,   0.]))
    """

    stored: Column
    dt: float
    n: int
    every: int = 1
    first_step: int = 0
    name: str = ""

    def __len__(self) -> int:
        return int(self.stored.shape[0])

    def __repr__(self) -> str:
        return (
            f"RateRecord({self.name!r}: {len(self):,} bins of {self.every * self.dt:g} ms)"
        )

    @property
    def counts(self) -> Int64:
        """Spikes in every complete bin, int64[bins]."""
        return self.stored[:].astype(np.int64)

    @property
    def t(self) -> Float64:
        """Beginning of every bin in ms, float64[bins]."""
        step = self.first_step + self.every * np.arange(len(self), dtype=np.int64)
        return np.multiply(step, self.dt, dtype=np.float64)

    @property
    def rate(self) -> Float64:
        """Mean rate of a neuron in every bin in Hz, float64[bins]."""
        return np.divide(
            self.counts, max(1, self.n) * self.every * self.dt / 1000.0, dtype=np.float64
        )

    def to_pandas(self) -> "pandas.DataFrame":
        """Columns count and rate (Hz), index t (ms)."""
        try:
            import pandas
        except ImportError:
            raise missing_extra("pandas", "io") from None
        columns = {"count": self.counts, "rate": self.rate}
        return pandas.DataFrame(columns, index=pandas.Index(self.t, name="t"))

    def to_xarray(self) -> "xarray.Dataset":
        """Data set with count and rate (Hz) along the dimension `time` (ms)."""
        try:
            import xarray
        except ImportError:
            raise missing_extra("xarray", "io") from None
        data = {
            "count": ("time", self.counts),
            "rate": ("time", self.rate, {"units": "Hz"}),
        }
        time = {"time": ("time", self.t, {"units": "ms"})}
        return xarray.Dataset(
            data, coords=time, attrs={"population": self.name, "n": self.n}
        )
