"""The loops of a temporal memory: dendritic activity, activation of cells, and learning of
segments.

A segment is a sparse row: its synapses lie at start <= p < start + length with a source cell and a
permanence, in rows that have room to grow. The same synapses are linked from their source cells, so
that a volley visits only what it reaches. The seven rules are written out in `naive.py`.

Source: Hawkins & Ahmad, "Why neurons have thousands of synapses, a theory of sequence memory in
neocortex", Front. Neural Circuits 10:23 (2016), doi:10.3389/fncir.2016.00023.
"""

from types import ModuleType
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


def backend_module(backend: str) -> ModuleType:
    """Return the module with `empty`, `create`, `dendrites`, `activate` and `listing` of a backend.

    >>> backend_module("naive").__name__
    'neurosparse.kernels.memory.temporal_memory.naive'
    """
    match backend:
        case "naive":
            from neurosparse.kernels.memory.temporal_memory import naive

            return naive
        case "cpu":
            from neurosparse.kernels.memory.temporal_memory import segments

            return segments
    raise ValueError(f"backend: got {backend!r}, want 'naive' or 'cpu'")


def as_cells(cells: Any) -> Int32:
    """Return cells as a fresh int32 array.

    >>> as_cells([1, 2]).dtype
    dtype('int32')
    """
    return np.array(cells, np.int32)
