"""What goes into the operation and comes out of it."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.typing import Float32, Int32, Int64

EPSILON = 1e-6  # permanences this close to a threshold, or to zero, have reached it
FIXED = 2**20  # permanences as whole numbers, for sums that depend on no order


PICK_WINNER, PICK_SOURCE = 0, 1  # streams of random words


class Rule(NamedTuple):
    """Numbers of the seven rules."""

    cells_per_column: int
    active: int  # connected synapses that make a segment active
    matching: int  # potential synapses that make a segment match
    initial: float
    connected: float
    increment: float
    decrement: float
    punishment: float
    new_synapses: int
    per_segment: int
    per_cell: int
    seed: int


class Reach(NamedTuple):
    """Segments that a set of active cells reaches, by (cell, age)."""

    active: Int32  # [n] segments with enough connected synapses
    active_cells: Int32  # [n] their owners
    matching: Int32  # [m] segments with enough potential synapses
    matching_cells: Int32  # [m]
    matching_counts: Int32  # [m] active potential synapses


class Before(NamedTuple):
    """Cells of the step before."""

    active: Int32
    winners: Int32


class Listing(NamedTuple):
    """All segments by (cell, age): owners, and synapses as rows of a sparse matrix."""

    cell: Int32  # [n_segments]
    serial: Int64  # [n_segments] order of birth
    indptr: Int64  # [n_segments + 1]
    source: Int32  # [n_synapses] ascending in a row
    permanence: Float32  # [n_synapses]


def as_cells(cells: Any) -> Int32:
    """Return cells as a fresh int32 array.

    >>> as_cells([1, 2]).dtype
    dtype('int32')
    """
    return np.array(cells, np.int32)
