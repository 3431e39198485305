"""Random wiring with Numba: rows drawn straight into the final arrays, counted first if needed.

Every draw is a function of (key, row, turn), so a share of the rows may run in any thread.
"""

import math

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.cpu import unit53
from neurosparse.kernels.graphs.wire.degrees import darts, fixed_columns, fixed_rows
from neurosparse.kernels.graphs.wire.grown import preferential, ring
from neurosparse.kernels.graphs.wire.naive import Rows
from neurosparse.kernels.graphs.wire.threads import pointers, run
from neurosparse.kernels.graphs.wire.words import words
from neurosparse.typing import Float64, Int32, Int64, UInt32

__all__ = ["bernoulli", "darts", "fixed_columns", "fixed_rows", "preferential", "ring"]

_BATCH = 32  # draws at once


@njit(cache=True, nogil=True)
def _refill(key: UInt32, turn: int, row: int, units: Float64) -> None:
    """The next draws of a row, many at once, so that Philox runs in vector registers."""
    for k in range(len(units)):
        high, low = words(key, turn + k, 0, row)
        units[k] = unit53(high, low)


@njit(cache=True, nogil=True)
def _bernoulli_row(
    i: int,
    p: Float64,
    bounds: Int64,
    left_out: int,
    key: UInt32,
    units: Float64,
    out: Int32,
) -> int:
    """Number of hits of row i with probability p[b] in the b-th group of columns.

    Neighbouring groups of one p are one. Hits are written to `out` unless it is empty.
    """
    hits = 0
    used = len(units)
    turn = 0
    b = 0
    write = len(out) > 0
    while b < len(p):
        last = b
        while last + 1 < len(p) and p[last + 1] == p[b]:
            last += 1
        j = bounds[b]
        end = bounds[last + 1]
        scale = 1.0 / math.log1p(-p[b]) if 0 < p[b] < 1 else 0.0
        while p[b] > 0 and j < end:
            if p[b] < 1:
                if used == len(units):
                    _refill(key, turn, i, units)
                    turn = turn + len(units)
                    used = 0
                leap = math.log(units[used]) * scale
                used += 1
                if leap >= end - j:
                    break
                j += int(leap)
            if j != left_out:
                if write:
                    out[hits] = j
                hits += 1
            j += 1
        b = last + 1
    return hits


@njit(cache=True, nogil=True)
def _bernoulli_rows(
    low: int,
    high: int,
    groups: tuple[Int64, Int64, Float64],
    skip_self: bool,
    key: UInt32,
    places: Int64,
    out: Int32,
) -> None:
    """Rows [low, high): counted into `places` while `out` is empty, else written there."""
    pre_bounds, post_bounds, p = groups
    a = 0
    counting = len(out) == 0
    units = np.empty(_BATCH)
    for i in range(low, high):
        while i >= pre_bounds[a + 1]:
            a += 1
        left_out = i if skip_self else -1
        if counting:
            places[i] = _bernoulli_row(i, p[a], post_bounds, left_out, key, units, out)
        else:
            row = out[places[i] : places[i + 1]]
            _bernoulli_row(i, p[a], post_bounds, left_out, key, units, row)


def bernoulli(
    pre_bounds: Int64,
    post_bounds: Int64,
    p: Float64,
    skip_self: bool,
    key: UInt32,
    threads: int | None = None,
) -> Rows:
    """Count every row, then draw the same bits again into the final array."""
    n_pre = int(pre_bounds[-1])
    groups = (pre_bounds, post_bounds, p)
    size = float(np.diff(pre_bounds) @ p @ np.diff(post_bounds))
    counts = np.zeros(n_pre, np.int64)
    none = np.empty(0, np.int32)

    def count(_: int, low: int, high: int) -> None:
        _bernoulli_rows(low, high, groups, skip_self, key, counts, none)

    run(count, n_pre, threads, size=size)
    indptr = pointers(counts)
    indices = np.empty(indptr[-1], np.int32)

    def write(_: int, low: int, high: int) -> None:
        _bernoulli_rows(low, high, groups, skip_self, key, indptr, indices)

    if len(indices):
        run(write, n_pre, threads, size=size)
    return indptr, indices
