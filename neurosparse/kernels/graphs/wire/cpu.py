"""Random wiring with Numba: rows drawn straight into the final arrays, counted first if needed.

Every draw is a function of (key, tile, turn), so a share of the tiles may run in any thread, and
the synapses onto some neurons alone are drawn as they are among all.
"""

import math

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.cpu import unit53
from neurosparse.kernels.graphs.wire.degrees import darts, fixed_columns, fixed_rows
from neurosparse.kernels.graphs.wire.grown import preferential, ring
from neurosparse.kernels.graphs.wire.naive import LANE, Rows, tile_heights
from neurosparse.kernels.graphs.wire.pairs import pair_words
from neurosparse.kernels.graphs.wire.threads import pointers, run
from neurosparse.kernels.graphs.wire.words import words
from neurosparse.typing import Float64, Int32, Int64, UInt32

__all__ = [
    "bernoulli",
    "darts",
    "fixed_columns",
    "fixed_rows",
    "pair_words",
    "preferential",
    "ring",
]

_BATCH = 32  # draws at once


@njit(cache=True, nogil=True)
def _refill(key: UInt32, turn: int, column: int, row: int, units: Float64) -> None:
    """The next draws of a tile, many at once, so that Philox runs in vector registers."""
    for k in range(len(units)):
        high, low = words(key, turn + k, column, row)
        units[k] = unit53(high, low)


@njit(cache=True, nogil=True)
def _tile(
    p: float,
    corner: tuple[int, int],
    size: tuple[int, int],
    skip_self: bool,
    span: tuple[int, int],
    key: UInt32,
    units: Float64,
    places: Int64,
    out: Int32,
) -> None:
    """Hits of one tile, row by row: counted into `places`, and put there unless `out` is empty."""
    i0, j0 = corner
    height, width = size
    cells = height * width
    scale = 1.0 / math.log1p(-p) if p < 1 else 0.0
    write = len(out) > 0
    used = 0
    ready = 0
    turn = 0
    c = 0
    while c < cells:
        if p < 1:
            if used == ready:
                # about as many as there will be hits
                ready = min(len(units), 2 + int(p * (cells - c)))
                _refill(key, turn, j0, i0, units[:ready])
                turn += ready
                used = 0
            leap = math.log(units[used]) * scale
            used += 1
            if leap >= cells - c:
                break
            c += int(leap)
        i = c >> 6 if width == LANE else c // width
        j = j0 + c - i * width
        i += i0
        c += 1
        if span[0] <= j < span[1] and not (skip_self and i == j):
            if write:
                out[places[i]] = j
            places[i] += 1


@njit(cache=True, nogil=True)
def _tiles(
    first: int,
    last: int,
    blocks: tuple[Int64, Int64, Int64],
    groups: tuple[Int64, Float64, Int64],
    skip_self: bool,
    span: tuple[int, int],
    key: UInt32,
    places: Int64,
    out: Int32,
) -> None:
    """All tiles of the blocks of rows [first, last), in each lane after lane."""
    begins, ends, group = blocks
    post_bounds, p, heights = groups
    n_post_groups = p.shape[1]
    units = np.empty(_BATCH)
    left = span[0] // LANE * LANE
    right = (span[1] + LANE - 1) // LANE * LANE
    for q in range(first, last):
        a = group[q]
        b = 0
        while b < n_post_groups:
            probability = p[a, b]
            height = heights[a, b]
            j = max(post_bounds[b], left)
            while b + 1 < n_post_groups and p[a, b + 1] == probability:
                b += 1
            b += 1
            stop = min(post_bounds[b], right)
            while j < stop and probability > 0:
                width = min(j // LANE * LANE + LANE, stop) - j
                for i in range(begins[q], ends[q], height):
                    size = (min(height, ends[q] - i), width)
                    _tile(
                        probability, (i, j), size, skip_self, span, key, units, places, out
                    )
                j += width


def bernoulli(
    pre_bounds: Int64,
    post_bounds: Int64,
    p: Float64,
    skip_self: bool,
    key: UInt32,
    span: tuple[int, int] | None = None,
    threads: int | None = None,
) -> Rows:
    """Count every row, then draw the same bits again into the final array."""
    n_pre = int(pre_bounds[-1])
    n_post = int(post_bounds[-1])
    span = (0, n_post) if span is None else span
    heights = tile_heights(pre_bounds, p)
    groups = (post_bounds, p, heights)
    blocks = _blocks(pre_bounds, heights.max(axis=1, initial=1))
    share = (span[1] - span[0]) / max(n_post, 1)
    size = share * float(np.diff(pre_bounds) @ p @ np.diff(post_bounds))
    places = np.zeros(n_pre, np.int64)
    none = np.empty(0, np.int32)

    def count(_: int, low: int, high: int) -> None:
        _tiles(low, high, blocks, groups, skip_self, span, key, places, none)

    run(count, len(blocks[0]), threads, size=size)
    indptr = pointers(places)
    places[:] = indptr[:-1]
    indices = np.empty(indptr[-1], np.int32)

    def write(_: int, low: int, high: int) -> None:
        _tiles(low, high, blocks, groups, skip_self, span, key, places, indices)

    if len(indices):
        run(write, len(blocks[0]), threads, size=size)
    return indptr, indices


def _blocks(pre_bounds: Int64, heights: Int64) -> tuple[Int64, Int64, Int64]:
    """Rows that are drawn together: where each block begins and ends, and its group."""
    starts = [
        np.arange(low, high, height)
        for low, high, height in zip(pre_bounds[:-1], pre_bounds[1:], heights, strict=True)
    ]
    group = np.repeat(np.arange(len(starts)), [len(rows) for rows in starts])
    begins = np.concatenate([*starts, np.zeros(0, np.int64)]).astype(np.int64)
    ends = np.minimum(begins + heights[group], pre_bounds[1:][group])
    return begins, ends, group
