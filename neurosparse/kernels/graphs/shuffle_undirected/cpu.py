"""Trades in linear time: an edge lies in the box of the end that trades first, then of the other.

When a neuron's turn comes, all its edges are in its box: those whose other end trades later were
put there at the start, those whose other end has traded were handed on. So no list is ever
searched.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.shuffle_directed.cpu import draw
from neurosparse.typing import Int32, Int64


def shuffle_undirected(indptr: Int64, indices: Int32, rounds: int, seed: int) -> Int32:
    """Copy the rows and trade."""
    traded = np.array(indices, np.int32)
    # the generator's products wrap around; uncompiled, NumPy would warn of it
    with np.errstate(over="ignore"):
        _rounds(np.asarray(indptr, np.int64), traded, rounds, np.uint64(seed))
    return traded


@njit(cache=True, nogil=True, fastmath=False)
def _rounds(indptr, rows, rounds, seed):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    order = np.arange(n)
    state = np.array([seed], np.uint64)
    turn = np.empty(n, np.int32)
    fill = np.empty(n, np.int64)
    mark = np.zeros(n, np.int64)
    box = np.empty_like(rows)
    pool = np.empty(len(rows), np.int32)
    stamp = 0
    for _ in range(rounds):
        for k in range(n - 1, 0, -1):
            j = draw(state, k + 1)
            order[k], order[j] = order[j], order[k]
        for k in range(n):
            turn[order[k]] = k // 2
        _begin(indptr, rows, turn, box, fill)
        for k in range(0, n - 1, 2):
            stamp += 2
            a = order[k]
            b = order[k + 1]
            box_a = box[indptr[a] : indptr[a + 1]]
            box_b = box[indptr[b] : indptr[b + 1]]
            _trade(box_a, box_b, a, b, mark, stamp, pool, state)
            _hand_on(a, box_a, indptr, turn, box, fill)
            _hand_on(b, box_b, indptr, turn, box, fill)
        _end(indptr, box, turn, rows, fill)


@njit(cache=True, nogil=True, fastmath=False)
def _begin(indptr, rows, turn, box, fill):  # type: ignore[no-untyped-def]
    """Put each edge into the box of the end that trades first; one within a pair into both."""
    for u in range(len(turn)):
        fill[u] = indptr[u]
        for v in rows[indptr[u] : indptr[u + 1]]:
            if turn[u] <= turn[v]:
                box[fill[u]] = v
                fill[u] += 1


@njit(cache=True, nogil=True, fastmath=False)
def _trade(box_a, box_b, a, b, mark, stamp, pool, state):  # type: ignore[no-untyped-def]
    """Keep what both have, and each other; deal the rest out at random."""
    for v in box_a:
        mark[v] = stamp
    kept_b = pooled = 0
    for v in box_b:
        if mark[v] == stamp or v == a:
            # one more than the stamp says that both have it
            mark[v] = stamp + 1
            box_b[kept_b] = v
            kept_b += 1
        else:
            pool[pooled] = v
            pooled += 1
    kept_a = 0
    for v in box_a:
        if mark[v] == stamp + 1 or v == b:
            box_a[kept_a] = v
            kept_a += 1
        else:
            pool[pooled] = v
            pooled += 1
    owed = len(box_a) - kept_a
    for k in range(pooled):
        # every subset is equally likely: selection sampling
        if draw(state, pooled - k) < owed:
            box_a[kept_a] = pool[k]
            kept_a += 1
            owed -= 1
        else:
            box_b[kept_b] = pool[k]
            kept_b += 1


@njit(cache=True, nogil=True, fastmath=False)
def _hand_on(u, box_u, indptr, turn, box, fill):  # type: ignore[no-untyped-def]
    for v in box_u:
        if turn[v] > turn[u]:
            box[fill[v]] = u
            fill[v] += 1


@njit(cache=True, nogil=True, fastmath=False)
def _end(indptr, box, turn, rows, fill):  # type: ignore[no-untyped-def]
    """Write both ways of every edge, which its later end knows, then sort the rows."""
    n = len(turn)
    fill[:] = indptr[:-1]
    for u in range(n):
        for v in box[indptr[u] : indptr[u + 1]]:
            if turn[v] < turn[u]:
                rows[fill[v]] = u
                fill[v] += 1
            if turn[v] <= turn[u]:
                rows[fill[u]] = v
                fill[u] += 1
    # the transpose of a symmetric graph is itself, with ascending rows
    box[:] = rows
    fill[:] = indptr[:-1]
    for u in range(n):
        for v in box[indptr[u] : indptr[u + 1]]:
            rows[fill[v]] = u
            fill[v] += 1
