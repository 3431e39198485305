"""Compressed rows with Numba: every operation one or two passes, O(nnz + rows + columns)."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.csr.naive import OUTSIDE, SORTED, UNSORTED
from neurosparse.typing import Bool, Int32, Int64


@njit(cache=True, nogil=True)
def _starts(index: Int32, n: int) -> Int64:
    """Where each of 0..n-1 begins once `index` is sorted, `[n + 1]`."""
    start = np.zeros(n + 1, np.int64)
    for k in range(len(index)):
        start[index[k] + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]
    return start


@njit(cache=True, nogil=True)
def sort_edges(pre: Int32, post: Int32, n_pre: int, n_post: int) -> Int64:
    """Order `[m]` that sorts edges by (pre, post), by two stable counting sorts."""
    by_post = np.empty((len(pre), 2), np.int32)
    order = np.empty(len(pre), np.int64)
    place = _starts(post, n_post)
    for k in range(
        len(pre)
    ):  # the row travels with the edge: the second pass reads in sequence
        at = place[post[k]]
        place[post[k]] = at + 1
        by_post[at, 0] = pre[k]
        by_post[at, 1] = k
    place = _starts(pre, n_pre)
    for k in range(len(pre)):
        row = by_post[k, 0]
        order[place[row]] = by_post[k, 1]
        place[row] += 1
    return order


@njit(cache=True, nogil=True)
def count(index: Int32, n: int) -> Int64:
    """How often each of 0..n-1 occurs, `[n]`."""
    counts = np.zeros(n, np.int64)
    for k in range(len(index)):
        counts[index[k]] += 1
    return counts


@njit(cache=True, nogil=True)
def state(indptr: Int64, indices: Int32, n_post: int) -> tuple[int, int, int]:
    """(verdict, position of the first offence, number of repeated pairs) of compressed rows."""
    repeated = 0
    falling = -1
    for i in range(len(indptr) - 1):
        last = np.int32(-1)
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            if j < 0 or j >= n_post:
                return OUTSIDE, k, 0
            if j < last and falling < 0:
                falling = k
            repeated += j == last
            last = j
    if falling >= 0:
        return UNSORTED, falling, 0
    return SORTED, -1, repeated


@njit(cache=True, nogil=True)
def transpose(indptr: Int64, indices: Int32, n_post: int) -> tuple[Int64, Int32, Int64]:
    """(indptr `[n_post + 1]`, pre `[nnz]`, position in the rows `[nnz]`) of the columns."""
    columns = _starts(indices, n_post)
    place = columns.copy()
    pre = np.empty(len(indices), np.int32)
    positions = np.empty(len(indices), np.int64)
    for i in range(len(indptr) - 1):
        for k in range(indptr[i], indptr[i + 1]):
            at = place[indices[k]]
            place[indices[k]] = at + 1
            pre[at] = i
            positions[at] = k
    return columns, pre, positions


@njit(cache=True, nogil=True)
def edit(
    indptr: Int64, indices: Int32, dropped: Bool, pre: Int32, post: Int32
) -> tuple[Int64, Int32, Int64, Int64]:
    """Rows without the dropped synapses `[nnz]`, new sorted edges `[k]` behind their equals."""
    n_pre = len(indptr) - 1
    n_new = len(pre)
    size = len(indices) - np.sum(dropped) + n_new
    rows = np.empty(n_pre + 1, np.int64)
    columns = np.empty(size, np.int32)
    moved = np.empty(len(indices), np.int64)
    added = np.empty(n_new, np.int64)
    at = 0
    new = 0
    for i in range(n_pre):
        rows[i] = at
        for k in range(indptr[i], indptr[i + 1]):
            while new < n_new and pre[new] == i and post[new] < indices[k]:
                columns[at] = post[new]
                added[new] = at
                at += 1
                new += 1
            if dropped[k]:
                moved[k] = -1
            else:
                columns[at] = indices[k]
                moved[k] = at
                at += 1
        while new < n_new and pre[new] == i:
            columns[at] = post[new]
            added[new] = at
            at += 1
            new += 1
    rows[n_pre] = at
    return rows, columns, moved, added


@njit(cache=True, nogil=True)
def select(
    indptr: Int64, indices: Int32, pre: Int32, column: Int32
) -> tuple[Int64, Int32, Int64]:
    """Rows `pre` with columns renamed by `column` (-1: left out), and their positions."""
    rows = np.zeros(len(pre) + 1, np.int64)
    for r in range(len(pre)):
        for k in range(indptr[pre[r]], indptr[pre[r] + 1]):
            rows[r + 1] += column[indices[k]] >= 0
        rows[r + 1] += rows[r]
    renamed = np.empty(rows[-1], np.int32)
    positions = np.empty(rows[-1], np.int64)
    at = 0
    for i in pre:
        for k in range(indptr[i], indptr[i + 1]):
            if column[indices[k]] >= 0:
                renamed[at] = column[indices[k]]
                positions[at] = k
                at += 1
    return rows, renamed, positions


@njit(cache=True, nogil=True)
def column_range(indptr: Int64, indices: Int32, low: int, high: int) -> tuple[Int64, Int64]:
    """For each row the positions `[start, stop)` of its columns in `[low, high)`."""
    n_pre = len(indptr) - 1
    start = np.empty(n_pre, np.int64)
    stop = np.empty(n_pre, np.int64)
    for i in range(n_pre):
        row = indices[indptr[i] : indptr[i + 1]]
        start[i] = indptr[i] + np.searchsorted(row, low)
        stop[i] = indptr[i] + np.searchsorted(row, high)
    return start, stop
