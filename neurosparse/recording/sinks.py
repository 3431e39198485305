"""Sinks: what the engine hands recorded numbers to, between chunks of the time loop.

A sink checks what it gets (order, range, no gap), copies it into its table and can come back to an
earlier point (`state`, `restore`), which is how recorders are part of a checkpoint. When `append`
raises OSError the numbers are kept and written by the next call that finds room: do not append them
again.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import Said, bad_argument
from neurosparse.recording.series import RateRecord, StateRecord
from neurosparse.recording.spikes import SpikeRecord
from neurosparse.recording.tables import Field, Table
from neurosparse.typing import Array, Int64

Arrays = Mapping[str, Array]


class Sink(Protocol):
    """What every sink can do besides taking numbers."""

    def flush(self) -> None:
        """Make what was appended readable by others."""
        ...

    def close(self) -> None:
        """Flush and end."""
        ...

    def state(self) -> dict[str, Array]:
        """What a checkpoint must hold so that `restore` comes back to this point."""
        ...

    def check(self, state: Arrays) -> None:
        """Refuse a state that `restore` would refuse; nothing changes."""
        ...

    def restore(self, state: Arrays) -> None:
        """Come back to the point of `state`, dropping what came later."""
        ...


class SpikeSink(Sink, Protocol):
    """Takes the spikes of one population."""

    def append(self, step: Array, index: Array) -> None:
        """Take spikes: step int64[k], never falling, and neuron int32[k]."""
        ...


class RowSink(Sink, Protocol):
    """Takes a state variable or weights, row by row."""

    def append(self, step: Array, values: Array) -> None:
        """Take rows: step int64[k], every `every` steps without a gap, and values [k, columns]."""
        ...


class RateSink(Sink, Protocol):
    """Takes the number of spikes of a population, step by step."""

    def append(self, first: int, counts: Array) -> None:
        """Take the numbers of spikes in steps `first`, `first + 1`, …: counts int64[k]."""
        ...


class Series(NamedTuple):
    """Whose numbers these are: name, time step in ms, neurons, every how many steps, first step."""

    name: str
    dt: float
    n: int
    every: int = 1
    first_step: int = 0

    def check(self) -> "Series":
        """Return self. Raises: ValueError for what cannot be meant."""
        if not self.dt > 0:
            raise bad_argument("dt", self.dt, "a time step in ms above 0")
        if self.n < 0:
            raise bad_argument("n", self.n, "a number of neurons, 0 or more")
        if self.every < 1:
            raise bad_argument("every", self.every, "whole steps, 1 or more")
        return self


# in a checkpoint beside the columns, whose names can have no dot
EVERY = "recorded.every"
INDICES = "recorded.indices"


class _Recorder:
    """What the recorders share: their table does the keeping."""

    def __init__(self, table: Table, series: Series) -> None:
        self.table = table
        self.series = series.check()

    @property
    def size(self) -> int:
        """Rows appended so far."""
        return self.table.size

    def flush(self) -> None:
        """Make what was appended readable by others."""
        self.table.flush()

    def close(self) -> None:
        """Flush and end."""
        self.table.close()

    def state(self) -> dict[str, Array]:
        """What a checkpoint must hold: rows in memory, or how many are stored."""
        return {**self.table.state(), EVERY: np.asarray(self.series.every)}

    def check(self, state: Arrays) -> None:
        """Raises: ValueError when `state` is that of a sink which recorded something else."""
        self.table.check(state)
        if EVERY in state and state[EVERY] != self.series.every:
            other = Said(f"a checkpoint that recorded every {state[EVERY]} steps")
            raise bad_argument(
                "state", other, f"one with every {self.series.every} steps, as here"
            )

    def restore(self, state: Arrays) -> None:
        """Come back to the point of `state`, dropping later rows; raises as `check` does."""
        self.check(state)
        self.table.restore(state)


class SpikeRecorder(_Recorder):
    """Spikes of one population: the int32 columns step (from `first_step`) and index."""

    def __init__(self, table: Table, series: Series) -> None:
        super().__init__(table, series)
        self._last = self._last_step()

    @staticmethod
    def fields() -> list[Field]:
        """The columns of a table of spikes."""
        return [
            Field(name, np.dtype(np.int32), None, ("spike",)) for name in ("step", "index")
        ]

    def append(self, step: Array, index: Array) -> None:
        """Take a copy of spikes: step int64[k], never falling, and neuron int32[k].

        Raises:
            ValueError: unequal lengths, falling steps, neurons out of range, more than 2^31 steps.
        """
        if len(step) != len(index):
            raise bad_argument(
                "index", Said(f"{len(index)} neurons"), f"one for each of {len(step)} steps"
            )
        if not len(step):
            return
        if step.dtype.kind not in "iu" or index.dtype.kind not in "iu":
            raise bad_argument(
                "step, index", Said(f"{step.dtype}, {index.dtype}"), "integers"
            )
        first = self.series.first_step
        if step[0] < max(self._last, first) or np.any(step[1:] < step[:-1]):
            raise bad_argument(
                "step", step, f"steps that never fall, from {max(self._last, first)} on"
            )
        if index.min() < 0 or index.max() >= self.series.n:
            outside = Said(f"neurons {index.min()} to {index.max()}")
            raise bad_argument("index", outside, f"0 to {self.series.n - 1}")
        if step[-1] - first > np.iinfo(np.int32).max:
            raise bad_argument(
                "step",
                int(step[-1]),
                f"at most 2^31 - 1 steps after {first}",
                "begin a new run",
            )
        # before the table, which keeps the rows even when the disk is full
        self._last = int(step[-1])
        self.table.append(
            [np.subtract(step, first, dtype=np.int64).astype(np.int32), index]
        )

    def restore(self, state: Arrays) -> None:
        """Come back to the point of `state`, dropping later spikes."""
        super().restore(state)
        self._last = self._last_step()

    def record(self) -> SpikeRecord:
        """The spikes so far."""
        step, index = self.table.columns("step", "index")
        return SpikeRecord(
            step,
            index,
            self.series.dt,
            self.series.n,
            self.series.name,
            self.series.first_step,
        )

    def _last_step(self) -> int:
        size, first = self.table.size, self.series.first_step
        (step,) = self.table.columns("step")
        return first + int(step[size - 1 : size][0]) if size else first


class RowRecorder(_Recorder):
    """A variable of chosen neurons or synapses, one row every `every` steps, without a gap."""

    def __init__(
        self,
        table: Table,
        series: Series,
        indices: Int64,
        variable: str,
        unit: str = "",
        label: str = "neuron",
        along: Arrays | None = None,
    ) -> None:
        super().__init__(table, series)
        self.indices = indices
        self.variable = variable
        self.unit = unit
        self.label = label
        self.along = dict(along or {})

    @staticmethod
    def fields(
        variable: str, width: int, dtype: str, unit: str, label: str = "neuron"
    ) -> list[Field]:
        """The one column of a table of rows."""
        return [Field(variable, np.dtype(dtype), width, ("time", label), unit)]

    def append(self, step: Array, values: Array) -> None:
        """Take a copy of rows: step int64[k] and values [k, columns].

        Raises:
            ValueError: a row is missing, comes twice or has another width.
        """
        if values.shape != (len(step), len(self.indices)):
            rows = f"values [{len(step)}, {len(self.indices)}]"
            expected = f"{rows}, a row a step and a column an index"
            raise bad_argument("values", values, expected)
        series = self.series
        due = series.first_step + series.every * np.arange(
            self.size, self.size + len(step), dtype=np.int64
        )
        if not np.array_equal(step, due):
            following = series.first_step + series.every * self.size
            expected = f"step {following} next, then every {series.every}"
            raise bad_argument("step", Said(f"steps {np.asarray(step)[:4]}…"), expected)
        if len(step):
            self.table.append([values])

    def state(self) -> dict[str, Array]:
        """What a checkpoint must hold, whose numbers these are included."""
        return {**super().state(), INDICES: self.indices.copy()}

    def check(self, state: Arrays) -> None:
        """Raises: ValueError when `state` is that of a sink which recorded something else."""
        super().check(state)
        if INDICES in state and not np.array_equal(state[INDICES], self.indices):
            other = Said(
                f"a checkpoint that recorded other {self.label}s, {state[INDICES][:4]}…"
            )
            raise bad_argument(
                "state",
                other,
                f"one of the {self.label}s recorded here, {self.indices[:4]}…",
            )

    def record(self) -> StateRecord:
        """The rows so far."""
        series = self.series
        (values,) = self.table.columns(self.variable)
        return StateRecord(
            values,
            self.indices,
            series.dt,
            series.every,
            series.first_step,
            self.variable,
            self.unit,
            series.name,
            self.label,
            self.along,
        )


class RateRecorder(_Recorder):
    """Spikes of a population in bins of `every` steps; a bin is stored when it is complete."""

    def __init__(self, table: Table, series: Series) -> None:
        super().__init__(table, series)
        self._open = np.zeros(0, np.int64)

    @staticmethod
    def fields() -> list[Field]:
        """The one column of a table of bins."""
        return [Field("count", np.dtype(np.int64), None, ("time",))]

    def append(self, first: int, counts: Array) -> None:
        """Take the numbers of spikes in steps `first`, `first + 1`, …: counts int64[k].

        Raises:
            ValueError: steps are missing or come twice.
        """
        series = self.series
        due = series.first_step + series.every * self.size + len(self._open)
        if first != due:
            raise bad_argument("first", first, f"step {due}, the first one not counted yet")
        steps = np.concatenate([self._open, np.asarray(counts, np.int64)])
        whole = len(steps) // series.every * series.every
        self._open = steps[whole:]
        if whole:
            self.table.append([steps[:whole].reshape(-1, series.every).sum(1)])

    def state(self) -> dict[str, Array]:
        """What a checkpoint must hold, the steps of the incomplete bin included."""
        return {**super().state(), "open_bin": self._open.copy()}

    def restore(self, state: Arrays) -> None:
        """Come back to the point of `state`, dropping later bins."""
        super().restore(state)
        self._open = np.array(state["open_bin"], np.int64)

    def record(self) -> RateRecord:
        """The complete bins so far."""
        series = self.series
        (count,) = self.table.columns("count")
        return RateRecord(
            count, series.dt, series.n, series.every, series.first_step, series.name
        )


def checked_indices(indices: ArrayLike | Sequence[int], what: str = "indices") -> Int64:
    """Return `indices` as a new int64 array of one dimension.

    Raises: ValueError when they are no whole numbers, negative, or come twice.
    """
    array = np.asarray(indices)
    flat = array.reshape(-1)
    if array.ndim > 1 or (flat.size and (flat.dtype.kind not in "iu" or flat.min() < 0)):
        raise bad_argument(what, indices, "whole numbers from 0, one dimension")
    if len(np.unique(flat)) != len(flat):
        raise bad_argument(what, indices, "every number once")
    return flat.astype(np.int64)
