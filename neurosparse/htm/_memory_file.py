"""What a file of a temporal memory holds, checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.memory.temporal_memory import Listing
from neurosparse.store.arrays import loaded_array, loaded_number
from neurosparse.typing import Array, Int32


def saved_cells(
    arrays: Mapping[str, Array], name: str, n_cells: int, n: int | None = None
) -> Int32:
    """Return numbers of cells that lie inside a memory."""
    cells = loaded_array(arrays, name, np.int32, (n,))
    if cells.size and not 0 <= cells.min() <= cells.max() < n_cells:
        received = Said(f"{name} outside the {n_cells} cells")
        raise bad_argument("path", received, "a file that save wrote")
    return cells


def saved_count(config: Mapping[str, Any], name: str, least: int) -> int:
    """Return a whole number that is not below the least a memory can have."""
    count: int = loaded_number(config, name)
    if count < least:
        raise bad_argument("path", Said(f"{name} = {count}"), f"{least} or more")
    return count


def saved_listing(arrays: Mapping[str, Array], n_cells: int) -> Listing:
    """Return segments in order, with sources that rise and permanences from 0 to 1."""
    cell = saved_cells(arrays, "cell", n_cells)
    indptr = loaded_array(arrays, "indptr", np.int64, (cell.size + 1,))
    if indptr[0] != 0 or (np.diff(indptr) < 0).any():
        received = Said("rows of segments out of order")
        raise bad_argument("path", received, "a file that save wrote")
    n = int(indptr[-1])
    serial = loaded_array(arrays, "serial", np.int64, (cell.size,))
    permanence = loaded_array(arrays, "permanence", np.float32, (n,))
    if not ((permanence >= 0) & (permanence <= 1)).all():
        received = Said("permanences outside 0 to 1")
        raise bad_argument("path", received, "a file that save wrote")
    source = saved_cells(arrays, "source", n_cells, n)
    rising = np.diff(source) > 0
    # where another segment begins, its first source may be any
    rising[indptr[(indptr > 0) & (indptr < n)] - 1] = True
    if (
        not rising.all()
        or np.unique(serial).size != serial.size
        or serial.min(initial=0) < 0
    ):
        received = Said("sources or segments out of order")
        raise bad_argument("path", received, "a file that save wrote")
    return Listing(cell, serial, indptr, source, permanence)
