"""Compressed rows in plain NumPy: what each operation means, on any array that fits the eye."""

from itertools import pairwise

import numpy as np

from neurosparse.typing import Bool, Int32, Int64

SORTED = 0
UNSORTED = 1
OUTSIDE = 2


def sort_edges(pre: Int32, post: Int32, n_pre: int, n_post: int) -> Int64:
    """Order `[m]` that sorts edges by (pre, post), edges that are equal kept as they came."""
    return np.asarray(np.lexsort((post, pre)), np.int64)


def count(index: Int32, n: int) -> Int64:
    """How often each of 0..n-1 occurs, `[n]`."""
    return np.bincount(index, minlength=n).astype(np.int64)


def state(indptr: Int64, indices: Int32, n_post: int) -> tuple[int, int, int]:
    """(verdict, position of the first offence, number of repeated pairs) of compressed rows."""
    outside = np.flatnonzero((indices < 0) | (indices >= n_post))
    if len(outside):
        return OUTSIDE, int(outside[0]), 0
    inside_row = np.ones(len(indices), bool)
    starts = indptr[:-1]
    inside_row[starts[starts < len(indices)]] = False
    step = np.diff(indices, prepend=indices[:1])
    falling = np.flatnonzero(inside_row & (step < 0))
    if len(falling):
        return UNSORTED, int(falling[0]), 0
    return SORTED, -1, int(np.sum(inside_row & (step == 0)))


def transpose(indptr: Int64, indices: Int32, n_post: int) -> tuple[Int64, Int32, Int64]:
    """(indptr `[n_post + 1]`, pre `[nnz]`, position in the rows `[nnz]`) of the columns."""
    positions = np.argsort(indices, kind="stable").astype(np.int64)
    pre = np.repeat(np.arange(len(indptr) - 1, dtype=np.int32), np.diff(indptr))
    columns = np.concatenate([[0], np.cumsum(count(indices, n_post))]).astype(np.int64)
    return columns, pre[positions], positions


def edit(
    indptr: Int64, indices: Int32, dropped: Bool, pre: Int32, post: Int32
) -> tuple[Int64, Int32, Int64, Int64]:
    """Rows without the dropped synapses `[nnz]`, new sorted edges `[k]` behind their equals."""
    n_pre = len(indptr) - 1
    kept = np.flatnonzero(~dropped)
    old_pre = np.repeat(np.arange(n_pre, dtype=np.int32), np.diff(indptr))[kept]
    all_pre = np.concatenate([old_pre, pre])
    all_post = np.concatenate([indices[kept], post])
    order = np.lexsort((all_post, all_pre))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    moved = np.full(len(indices), -1, np.int64)
    moved[kept] = place[: len(kept)]
    rows = np.concatenate([[0], np.cumsum(count(all_pre, n_pre))]).astype(np.int64)
    return rows, all_post[order].astype(np.int32), moved, place[len(kept) :]


def select(
    indptr: Int64, indices: Int32, pre: Int32, column: Int32
) -> tuple[Int64, Int32, Int64]:
    """Rows `pre` with columns renamed by `column` (-1: left out), and their positions."""
    positions = [np.arange(indptr[i], indptr[i + 1], dtype=np.int64) for i in pre]
    kept = [p[column[indices[p]] >= 0] for p in positions]
    rows = np.concatenate([[0], np.cumsum([len(p) for p in kept])]).astype(np.int64)
    flat = np.concatenate([np.empty(0, np.int64), *kept])
    return rows, column[indices[flat]], flat


def column_range(indptr: Int64, indices: Int32, low: int, high: int) -> tuple[Int64, Int64]:
    """For each row the positions `[start, stop)` of its columns in `[low, high)`."""
    rows = [indices[a:b] for a, b in pairwise(indptr)]
    start = [
        a + np.searchsorted(row, low) for a, row in zip(indptr[:-1], rows, strict=True)
    ]
    stop = [
        a + np.searchsorted(row, high) for a, row in zip(indptr[:-1], rows, strict=True)
    ]
    return np.array(start, np.int64), np.array(stop, np.int64)
