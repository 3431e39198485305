"""Random wiring with Numba: rows drawn straight into the final arrays, counted first if needed.

Every draw is a function of (key, row, turn), so a share of the rows may run in any thread.
"""

import math

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.cpu import below, philox4x32, unit53
from neurosparse.kernels.graphs.wire.naive import Rows
from neurosparse.kernels.graphs.wire.threads import grain, pointers, run
from neurosparse.typing import Float64, Int32, Int64, UInt32

_ZERO = np.uint32(0)
_BATCH = 32  # draws at once


@njit(cache=True, nogil=True, forceinline=True)
def _words(key: UInt32, turn: int, stream: int, row: int) -> tuple[np.uint32, np.uint32]:
    """64 random bits of a row's turn-th draw."""
    high, low, _, _ = philox4x32(
        np.uint32(turn), np.uint32(stream), np.uint32(row), _ZERO, key[0], key[1]
    )
    return high, low


@njit(cache=True, nogil=True)
def _refill(key: UInt32, turn: int, row: int, units: Float64) -> None:
    """The next draws of a row, many at once, so that Philox runs in vector registers."""
    for k in range(len(units)):
        high, low = _words(key, turn + k, 0, row)
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


@njit(cache=True, nogil=True)
def _sample(
    row: int, n: int, left_out: int, repeat: bool, key: UInt32, marks: Int32, out: Int32
) -> None:
    """len(out) numbers of 0..n-1 without `left_out` (Floyd).

    `marks` `[n]` holds row + 1 where a number is taken.
    """
    places = n - 1 if left_out >= 0 else n
    top = places if repeat else places - len(out) + 1
    for turn in range(len(out)):  # draws alone, so that they run in vector registers
        high, low = _words(key, turn, 0, row)
        out[turn] = below(top if repeat else top + turn, high, low)
    for turn in range(0 if repeat else len(out)):
        if marks[out[turn]] == row + 1:
            out[turn] = top + turn - 1
        marks[out[turn]] = row + 1
    # numbers from the one left out on move up by one
    for turn in range(len(out) if left_out >= 0 else 0):
        out[turn] += out[turn] >= left_out


@njit(cache=True, nogil=True)
def _fixed_rows(
    low: int,
    high: int,
    n_post: int,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    indptr: Int64,
    out: Int32,
) -> None:
    """Rows [low, high) of a given length each, sorted."""
    marks = np.zeros(0 if repeat else n_post, np.int32)
    for i in range(low, high):
        row = out[indptr[i] : indptr[i + 1]]
        _sample(i, n_post, i if skip_self else -1, repeat, key, marks, row)
        row.sort()


def fixed_rows(
    degree: Int64,
    n_post: int,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    threads: int | None = None,
) -> Rows:
    """Draw each row where it will stay."""
    indptr = pointers(degree)
    out = np.empty(indptr[-1], np.int32)

    def write(_: int, low: int, high: int) -> None:
        _fixed_rows(low, high, n_post, skip_self, repeat, key, indptr, out)

    run(write, len(degree), threads, size=len(out))
    return indptr, out


@njit(cache=True, nogil=True)
def _fixed_columns(
    low: int,
    high: int,
    degree: Int64,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    place: Int64,
    out: Int32,
) -> None:
    """Columns [low, high): rows counted into `place` while `out` is empty, else put there."""
    n_pre = len(place)
    counting = len(out) == 0
    marks = np.zeros(0 if repeat else n_pre, np.int32)
    drawn = np.empty(degree[low:high].max(), np.int32)
    for j in range(low, high):
        column = drawn[: degree[j]]
        _sample(j, n_pre, j if skip_self else -1, repeat, key, marks, column)
        for i in column:
            if not counting:
                out[place[i]] = j
            place[i] += 1


def fixed_columns(
    degree: Int64,
    n_pre: int,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    threads: int | None = None,
) -> Rows:
    """Count rows over all columns, then draw the same bits again.

    Each share then knows where its columns go. Columns are taken in ascending order, so every row
    comes out sorted.
    """
    n_post = len(degree)
    none = np.empty(0, np.int32)
    size = float(degree.sum())
    pieces: dict[int, Int64] = {}

    def count(part: int, low: int, high: int) -> None:
        if part not in pieces:
            pieces[part] = np.zeros(n_pre, np.int64)
        _fixed_columns(low, high, degree, skip_self, repeat, key, pieces[part], none)

    parts = run(count, n_post, threads, cuts=1, size=size)
    indptr = pointers(
        sum((pieces[part] for part in range(parts)), np.zeros(n_pre, np.int64))
    )
    place = indptr[:-1].copy()
    for part in range(parts):
        counts = pieces[part]
        pieces[part] = place
        place = place + counts
    out = np.empty(indptr[-1], np.int32)

    def write(part: int, low: int, high: int) -> None:
        _fixed_columns(low, high, degree, skip_self, repeat, key, pieces[part], out)

    if len(out):
        run(write, n_post, threads, cuts=1, size=size)
    return indptr, out


@njit(cache=True, nogil=True)
def _darts(
    filled: Int64, n_places: int, wanted: int, key: UInt32, turn: int, end: int
) -> int:
    """Hits of the darts from `turn` on, until they are as many as wanted or `end` darts flew."""
    n_rows = len(filled)
    hits = 0
    while hits < wanted and turn < end:
        high, low = _words(key, turn & 0xFFFFFFFF, 1, turn >> 32)
        row = below(n_rows, high, low)
        high, low = _words(key, turn & 0xFFFFFFFF, 2, turn >> 32)
        if below(n_places, high, low) >= filled[row]:
            filled[row] += 1
            hits += 1
        turn += 1
    return hits


def darts(total: int, n_rows: int, n_places: int, key: UInt32) -> Int64:
    """How many of `total` different cells of an n_rows x n_places board fall into each row."""
    filled = np.zeros(n_rows, np.int64)
    hits = 0
    turn = 0
    while hits < total:
        end = turn + grain()
        hits += _darts(filled, n_places, total - hits, key, turn, end)
        turn = end
    return filled


@njit(cache=True, nogil=True)
def _ring_rows(
    low: int, high: int, n: int, k: int, rewired: float, key: UInt32, out: Int32
) -> None:
    """Rows [low, high) of a ring of n, k targets each, sorted."""
    marks = np.zeros(n, np.int32)  # i + 1 where a neuron is a target of i
    for i in range(low, high):
        row = out[i * k : (i + 1) * k]
        marks[i] = i + 1
        for slot in range(k):
            step = slot // 2 + 1
            row[slot] = (i + step if slot % 2 == 0 else i - step) % n
            marks[row[slot]] = i + 1
        for slot in range(k):
            a, b = _words(key, 0, slot + 1, i)
            if k == n - 1 or unit53(a, b) > rewired:
                continue
            turn = 1
            target = np.int64(i)
            while marks[target] == i + 1:
                a, b = _words(key, turn, slot + 1, i)
                target = below(n, a, b)
                turn += 1
            marks[row[slot]] = 0
            marks[target] = i + 1
            row[slot] = target
        row.sort()


def ring(n: int, k: int, rewired: float, key: UInt32, threads: int | None = None) -> Rows:
    """Draw each row where it will stay."""
    out = np.empty(n * k, np.int32)

    def write(_: int, low: int, high: int) -> None:
        _ring_rows(low, high, n, k, rewired, key, out)

    run(write, n, threads, size=n * k)
    return np.arange(n + 1, dtype=np.int64) * k, out


@njit(cache=True, nogil=True)
def _preferential(
    low: int, high: int, m: int, appeal: float, key: UInt32, marks: Int32, out: Int32
) -> None:
    """Targets of neurons [low, high) behind those of the earlier ones, as they were chosen.

    `marks` `[n]` holds i where a neuron is a target of i.
    """
    for i in range(low, high):
        begin = i * m
        turn = 0
        share = begin / (begin + appeal * i)
        chosen = 0
        while chosen < m:
            a, b = _words(key, turn, 0, i)
            by_degree = unit53(a, b) <= share
            a, b = _words(key, turn, 1, i)
            target = np.int64(out[below(begin, a, b)]) if by_degree else below(i, a, b)
            turn += 1
            if marks[target] != i:
                marks[target] = i
                out[begin + chosen] = target
                chosen += 1


def preferential(n: int, m: int, appeal: float, key: UInt32) -> Rows:
    """Grow one neuron after another; each sends exactly m."""
    out = np.empty(n * m, np.int32)
    core = np.arange(m, dtype=np.int32)
    for i in range(m + 1):
        out[i * m : (i + 1) * m] = core + (core >= i)
    marks = np.zeros(n, np.int32)
    step = grain(8 * m)  # these draws are slow: they read all over memory
    for low in range(m + 1, n, step):
        _preferential(low, min(low + step, n), m, appeal, key, marks, out)
    rows = out.reshape(n, m)
    for low in range(0, n, step):
        rows[low : low + step].sort(axis=1)
    return np.arange(n + 1, dtype=np.int64) * m, out
