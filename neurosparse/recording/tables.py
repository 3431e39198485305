"""Tables that grow by rows: in memory, or in Zarr by whole shards with a mark of what is complete.

A table is a few arrays of equal length (columns). Sinks check and name what they append; a table
only keeps it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from neurosparse.typing import Array


class Field(NamedTuple):
    """One column: name, dtype, width (None: one number a row), dimension names for xarray, unit."""

    name: str
    dtype: "np.dtype[Any]"
    width: int | None
    dims: tuple[str, ...]
    unit: str = ""

    def shape(self, rows: int) -> tuple[int, ...]:
        """Shape of the column when it has this many rows."""
        return (rows,) if self.width is None else (rows, self.width)


class Column(Protocol):
    """What a result face reads: slices of a column, the length known beforehand."""

    @property
    def dtype(self) -> "np.dtype[Any]":
        """Type of the numbers."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, then the width where there is one."""
        ...

    def __getitem__(self, rows: slice, /) -> Array:
        """The rows of a slice, in memory."""
        ...


@dataclass(frozen=True)
class JoinedColumn:
    """A column whose first rows are stored and whose last ones are in memory.

    >>> column = JoinedColumn(np.array([3, 1]), np.array([2]))
    >>> column.shape, column[1:3], column[:1]
    ((3,), array([1, 2]), array([3]))
    """

    first: Column
    last: Array

    @property
    def dtype(self) -> "np.dtype[Any]":
        """Type of the numbers."""
        return self.last.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, then the width where there is one."""
        return (self.first.shape[0] + len(self.last), *self.last.shape[1:])

    def __getitem__(self, rows: slice) -> Array:
        start, stop, _ = rows.indices(self.shape[0])
        cut = self.first.shape[0]
        parts = [
            self.first[min(start, cut) : min(stop, cut)],
            self.last[max(start - cut, 0) : max(stop - cut, 0)],
        ]
        return np.concatenate(parts)


class Table(Protocol):
    """Where a sink puts its rows."""

    @property
    def size(self) -> int:
        """Rows appended so far, buffered ones included."""
        ...

    def append(self, columns: Sequence[Array]) -> None:
        """Take a copy of rows, one array a column."""
        ...

    def flush(self) -> None:
        """Make every row appended so far readable by others."""
        ...

    def close(self) -> None:
        """Flush; append nothing more."""
        ...

    def columns(self, *names: str) -> Sequence[Column]:
        """The rows so far of columns, for reading: as many of each."""
        ...

    def state(self) -> dict[str, Array]:
        """What a checkpoint must hold so that `restore` comes back to this point."""
        ...

    def check(self, state: Mapping[str, Array]) -> object:
        """Refuse a state that `restore` would refuse; nothing changes."""
        ...

    def restore(self, state: Mapping[str, Array]) -> None:
        """Come back to the point of `state`, dropping later rows."""
        ...


class MemoryTable:
    """A table in memory; buffers double, so appending costs a constant time a row, and it pickles.

    >>> table = MemoryTable([Field("index", np.dtype("int32"), None, ("spike",))])
    >>> table.append([np.array([3, 1], "int32")]); table.append([np.array([2], "int32")])
    >>> table.columns("index")
    [array([3, 1, 2], dtype=int32)]
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = tuple(fields)
        self.size = 0
        self._buffers = [np.empty(field.shape(0), field.dtype) for field in self.fields]

    def append(self, columns: Sequence[Array]) -> None:
        """Copy rows, one array a column, behind those that are there."""
        stop = self.size + len(columns[0])
        if stop > len(self._buffers[0]):
            self._grow(max(stop, 2 * len(self._buffers[0]), 1024))
        for buffer, column in zip(self._buffers, columns, strict=True):
            buffer[self.size : stop] = column
        self.size = stop

    def _grow(self, rows: int) -> None:
        # new memory instead of realloc: records handed out earlier keep theirs
        for position, field in enumerate(self.fields):
            larger = np.empty(field.shape(rows), field.dtype)
            larger[: self.size] = self._buffers[position][: self.size]
            self._buffers[position] = larger

    def columns(self, *names: str) -> list[Array]:
        """Rows so far of columns: views that cannot be written."""
        return [self._column(name) for name in names]

    def _column(self, name: str) -> Array:
        position = [field.name for field in self.fields].index(name)
        view = self._buffers[position][: self.size]
        view.flags.writeable = False
        return view

    def flush(self) -> None:
        """Do nothing: what is in memory is readable."""

    def close(self) -> None:
        """Do nothing."""

    def clear(self) -> None:
        """Forget every row; records handed out before keep theirs."""
        self.size = 0
        self._buffers = [np.empty(field.shape(0), field.dtype) for field in self.fields]

    def state(self) -> dict[str, Array]:
        """Copies of all rows, by column."""
        return {field.name: self._column(field.name).copy() for field in self.fields}

    def check(self, state: Mapping[str, Array]) -> None:
        """Raises: ValueError when the columns of `state` are not those of this table."""
        for field in self.fields:
            column = state.get(field.name)
            kind = None if column is None else (column.dtype, column.shape[1:])
            if kind != (field.dtype, field.shape(0)[1:]):
                raise ValueError(
                    f"the checkpoint's recording does not fit: column {field.name!r} wants "
                    f"{field.dtype} {field.shape(0)[1:]}, got {kind}"
                )

    def restore(self, state: Mapping[str, Array]) -> None:
        """Hold the rows of `state` and no others; raises as `check` does."""
        self.check(state)
        self.clear()
        self.append([state[field.name] for field in self.fields])
