"""Rows, columns and cells drawn to a number: each place at most once, or again where repeated."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.cpu import below
from neurosparse.kernels.graphs.wire.naive import Rows
from neurosparse.kernels.graphs.wire.order import digit_of, sort_row
from neurosparse.kernels.graphs.wire.threads import GRAIN, grain, pointers, run
from neurosparse.kernels.graphs.wire.words import words
from neurosparse.typing import Int32, Int64, UInt32


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
        high, low = words(key, turn, 0, row)
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
    digit = digit_of(n_post)
    counts = np.empty((2, 1 << digit), np.int32)
    longest = 0
    for i in range(low, high):
        longest = max(longest, indptr[i + 1] - indptr[i])
    spare = np.empty(longest, np.int32)
    for i in range(low, high):
        row = out[indptr[i] : indptr[i + 1]]
        _sample(i, n_post, i if skip_self else -1, repeat, key, marks, row)
        sort_row(row, digit, counts, spare)


def _calls(size: float, n_marks: int) -> float:
    """What is drawn, as `run` counts it: each call clears `n_marks` marks, so it draws as many."""
    return size * GRAIN / max(GRAIN, n_marks)


def fixed_rows(
    degree: Int64,
    n_post: int,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    span: tuple[int, int] | None = None,
    threads: int | None = None,
) -> Rows:
    """Draw each row where it will stay; of some columns alone, a few rows at a time."""
    if span is not None and span != (0, n_post):
        return _cut_rows(degree, n_post, skip_self, repeat, key, span)
    indptr = pointers(degree)
    out = np.empty(indptr[-1], np.int32)

    def write(_: int, low: int, high: int) -> None:
        _fixed_rows(low, high, n_post, skip_self, repeat, key, indptr, out)

    run(write, len(degree), threads, size=_calls(len(out), n_post))
    return indptr, out


def _cut_rows(
    degree: Int64,
    n_post: int,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    span: tuple[int, int],
) -> Rows:
    """What of each row lies onto columns low..high-1: few others at once."""
    n_pre = len(degree)
    reached = pointers(degree)
    counts = np.zeros(n_pre, np.int64)
    kept = [np.empty(0, np.int32)]
    first = 0
    while first < n_pre:
        last = int(np.searchsorted(reached, reached[first] + GRAIN // 4, side="right")) - 1
        last = min(max(last, first + 1), n_pre)
        # rows are drawn under their own numbers
        begin = reached[: last + 1] - reached[first]
        out = np.empty(begin[-1], np.int32)
        _fixed_rows(first, last, n_post, skip_self, repeat, key, begin, out)
        own = (out >= span[0]) & (out < span[1])
        kept.append(out[own])
        sums = pointers(own.astype(np.int64))
        counts[first:last] = sums[begin[first + 1 :]] - sums[begin[first:-1]]
        first = last
    return pointers(counts), np.concatenate(kept)


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
    size = _calls(float(degree.sum()), n_pre)
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
    filled: Int64, n_places: int, missing: int, key: UInt32, turn: int, end: int
) -> int:
    """Hits of the darts from `turn` on, until none is missing or `end` darts flew."""
    n_rows = len(filled)
    hits = 0
    while hits < missing and turn < end:
        high, low = words(key, turn & 0xFFFFFFFF, 1, turn >> 32)
        row = below(n_rows, high, low)
        high, low = words(key, turn & 0xFFFFFFFF, 2, turn >> 32)
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
    step = grain(8)  # two draws each, and a look all over memory
    while hits < total:
        end = turn + step
        hits += _darts(filled, n_places, total - hits, key, turn, end)
        turn = end
    return filled
