"""A growing table in Zarr v3: rows wait in a buffer of one shard and are written as whole shards.

Order of writing, for every shard: the shards of all columns, then the attribute `complete` of the
group
(Zarr writes it under a temporary name and renames it). Whatever is killed in between, the rows
before
`complete` are there; readers trim to them, and a run that goes on overwrites what is behind.
"""

import contextlib
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.recording.tables import Field, JoinedColumn
from neurosparse.store.owner import FolderOwner, lost
from neurosparse.store.zarr_store import Tiling, create_array, tile_rows
from neurosparse.typing import Array

if TYPE_CHECKING:
    import zarr

COMPLETE = "complete"


class StoredColumn:
    """One array of a store, trimmed to its complete rows; slices are read when asked for."""

    def __init__(self, array: "zarr.Array[Any]", rows: int) -> None:
        self._array, self._rows = array, rows

    @property
    def dtype(self) -> "np.dtype[Any]":
        """Type of the numbers."""
        return np.dtype(self._array.dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """Complete rows, then the width where there is one."""
        return (self._rows, *self._array.shape[1:])

    def __getitem__(self, rows: slice) -> Array:
        start, stop, step = rows.indices(self._rows)
        if step != 1:
            raise ValueError(
                f"stored columns are read in steps of 1, got a slice with step {step}"
            )
        return np.asarray(self._array[start : max(start, stop)])


class ZarrTable:
    """A table in the Zarr group `group`; `create` makes the arrays, the constructor opens what is
    there.

    Memory: one shard of buffer, filled on demand. A failed write keeps every row that was appended:
    the next append or flush tries again.
    """

    def __init__(self, group: "zarr.Group", fields: Sequence[Field]) -> None:
        self.group = group
        self.owner: FolderOwner | None = None
        self.fields = tuple(fields)
        self._arrays = [_array(group, field.name) for field in self.fields]
        tilings = [array.shards or array.chunks for array in self._arrays]
        self._rows = tilings[0][0]
        self._blocks = [tiling[1] if len(tiling) > 1 else 0 for tiling in tilings]
        self._queue: deque[list[Array]] = deque()
        self._buffers: list[Array] = []
        self._base = self._fill = self._written = 0
        self._closed = False
        self._reopen(int(str(group.attrs[COMPLETE])))

    @classmethod
    def create(
        cls,
        group: "zarr.Group",
        fields: Sequence[Field],
        attributes: Mapping[str, Any],
        shard: int | None = None,
    ) -> "ZarrTable":
        """Make the arrays of `fields` in the empty group; `shard` is the rows of one file."""
        for field in fields:
            tiling = tile_rows(field.width or 1)
            if field.width is None:
                rows = shard or tiling.shard[0]
                tiling = Tiling((rows,), (rows // 4 if rows % 4 == 0 else rows,))
            elif shard is not None:
                tiling = Tiling((shard, tiling.shard[1]), (shard, tiling.chunk[1]))
            unit = {"units": field.unit} if field.unit else {}
            create_array(
                group, field.name, field.dtype, field.shape(0), tiling, field.dims, unit
            )
        group.update_attributes({**attributes, COMPLETE: 0})
        return cls(group, fields)

    @property
    def size(self) -> int:
        """Rows appended so far, buffered ones included."""
        return self._base + self._fill + sum(len(piece[0]) for piece in self._queue)

    @property
    def complete(self) -> int:
        """Rows that are in the store for good."""
        return self._written

    def append(self, columns: Sequence[Array]) -> None:
        """Copy rows, one array a column; write every shard that becomes full.

        Raises: OSError when a shard cannot be written; nothing appended is lost by that. ValueError
            when
        the table is closed.
        """
        if self._closed:
            raise ValueError(
                f"{self.group.store_path} is closed; open the run again with RunStore.resume"
            )
        self._queue.append(list(columns))
        self._drain()

    def flush(self) -> None:
        """Write the rows of the incomplete last shard too.

        Raises: OSError when it cannot be written; the rows stay in the buffer.
        """
        self._require()
        self._drain()
        if self._written < self._base + self._fill:
            self._write(self._base, [buffer[: self._fill] for buffer in self._buffers])

    def close(self) -> None:
        """Flush, and give the buffers back."""
        self.flush()
        self._base = self._base + self._fill
        self._fill = 0
        self._buffers = []
        self._closed = True

    def columns(self, *names: str) -> list[StoredColumn | JoinedColumn]:
        """Rows so far of columns, read when asked for; what cannot be written is read from memory.

        Raises: FileNotFoundError when the store was deleted.
        """
        self._require()
        with contextlib.suppress(OSError):
            self.flush()
        stored = [StoredColumn(_array(self.group, name), self._written) for name in names]
        if self.size == self._written:
            return list(stored)
        return [
            JoinedColumn(column, self._waiting(name))
            for column, name in zip(stored, names, strict=True)
        ]

    def _waiting(self, name: str) -> Array:
        """The rows of a column that are not stored yet."""
        k = [field.name for field in self.fields].index(name)
        rows = [piece[k] for piece in self._queue]
        if self._buffers:
            rows.insert(0, self._buffers[k][self._written - self._base : self._fill])
        waiting: Array = np.concatenate(rows).astype(self.fields[k].dtype)
        return waiting

    def _require(self) -> None:
        """Raises: FileNotFoundError when the group was deleted; Zarr would make another one."""
        root = getattr(self.group.store, "root", None)
        if root is not None and not (Path(root) / self.group.path / "zarr.json").exists():
            raise lost(Path(root) / self.group.path)

    def state(self) -> dict[str, Array]:
        """The number of rows, after a flush: a checkpoint never points behind what is stored."""
        self.flush()
        return {COMPLETE: np.asarray(self._written, np.int64)}

    def check(self, state: Mapping[str, Array]) -> int:
        """Rows at the point of `state`. Raises: ValueError when the store holds fewer."""
        rows = int(state[COMPLETE])
        stored = self._written
        if not 0 <= rows <= stored:
            raise ValueError(
                f"the checkpoint was taken at {rows} rows of {self.group.path!r}, "
                f"the store holds {stored}; "
                "resume into the run store that the checkpointed run was writing"
            )
        return rows

    def restore(self, state: Mapping[str, Array]) -> None:
        """Drop the rows behind the point of `state`; raises as `check` does."""
        rows = self.check(state)
        self.group.update_attributes({COMPLETE: rows})
        for array, field in zip(self._arrays, self.fields, strict=True):
            array.resize(field.shape(rows))
        self._queue.clear()
        self._closed = False
        self._reopen(rows)

    def _reopen(self, rows: int) -> None:
        """Go on behind `rows`: read the incomplete last shard back into the buffer."""
        self._written = rows
        self._fill = rows % self._rows
        self._base = rows - self._fill
        self._buffers = []
        if self._fill:
            self._make_buffers()
            for buffer, array in zip(self._buffers, self._arrays, strict=True):
                buffer[: self._fill] = array[self._base : rows]

    def _make_buffers(self) -> None:
        self._buffers = [
            np.empty(field.shape(self._rows), field.dtype) for field in self.fields
        ]

    def _drain(self) -> None:
        """Move queued rows into the buffer, writing it whenever it is full."""
        try:
            while self._queue:
                self._take(self._queue[0])
                if not len(self._queue[0][0]):
                    self._queue.popleft()
            if self._fill == self._rows:
                self._write_buffer()
        except BaseException:
            # the caller may use its arrays again: own what did not fit
            self._queue = deque(
                [column.copy() for column in piece] for piece in self._queue
            )
            raise

    def _take(self, piece: list[Array]) -> None:
        """Take rows off the front of `piece`: a whole shard to the store, or what fits the
        buffer.
        """
        if self._fill == self._rows:
            self._write_buffer()
        count = min(self._rows - self._fill, len(piece[0]))
        if count == self._rows:
            self._write(self._base, [column[:count] for column in piece])
            self._base += count
        else:
            if not self._buffers:
                self._make_buffers()
            for buffer, column in zip(self._buffers, piece, strict=True):
                buffer[self._fill : self._fill + count] = column[:count]
            self._fill += count
        piece[:] = [column[count:] for column in piece]

    def _write_buffer(self) -> None:
        self._write(self._base, self._buffers)
        self._base = self._base + self._rows
        self._fill = 0

    def _write(self, start: int, columns: Sequence[Array]) -> None:
        """Write rows from `start`, which begins a shard; mark them complete last."""
        stop = start + len(columns[0])
        self._require()
        if self.owner is not None:
            # a forked process, or one that let go of the store, finds another writer here
            self.owner.claim()
        try:
            for array, column, block in zip(
                self._arrays, columns, self._blocks, strict=True
            ):
                array.resize((stop, *array.shape[1:]))
                for low in range(0, column.shape[1], block) if block else ():
                    array[start:stop, low : low + block] = column[:, low : low + block]
                if not block:
                    array[start:stop] = column
            self.group.update_attributes({COMPLETE: stop})
        except OSError as error:
            raise OSError(
                error.errno,
                f"rows {start} to {stop} of {self.group.store_path} could not be written "
                f"({error.strerror or error}); the {self._written} rows before are complete and "
                "readable; "
                "free space, then flush() again or resume from a checkpoint",
            ) from error
        self._written = stop


def _array(group: "zarr.Group", name: str) -> "zarr.Array[Any]":
    import zarr

    array = group[name]
    if not isinstance(array, zarr.Array):
        raise ValueError(f"{group.store_path}: {name!r} is not an array")
    # no part of a store: a shard of zeros must be a file too, or it could not be told from a
    # missing one
    return array.with_config({"write_empty_chunks": True})
