"""Depth first: what may follow (v_0 … v_k) is what may follow (v_0 … v_(k-1)) and v_k itself.

These sets are nested, so one number a neuron says how deep it still belongs.
"""

import numpy as np
from numba import njit

from neurosparse.typing import Int32, Int64


def directed_cliques(indptr: Int64, indices: Int32, dimension: int) -> Int64:
    """Walk from every neuron."""
    counts: Int64 = _walk(
        np.asarray(indptr, np.int64), np.asarray(indices, np.int32), dimension
    )
    return counts


@njit(cache=True, nogil=True, fastmath=False)
def _has(indices, low, high, v):  # type: ignore[no-untyped-def]
    while low < high:
        middle = (low + high) // 2
        if indices[middle] < v:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True, fastmath=False)
def _follow(indptr, indices, c, k, after, size, level):  # type: ignore[no-untyped-def]
    """Fill after[k + 1] with what may follow after[k] and c."""
    low = indptr[c]
    high = indptr[c + 1]
    m = 0
    if high - low > 8 * size[k]:
        for x in range(size[k]):
            w = after[k, x]
            place = _has(indices, low, high, w)
            if place < high and indices[place] == w:
                after[k + 1, m] = w
                m += 1
    else:
        for e in range(low, high):
            if level[indices[e]] == k:
                after[k + 1, m] = indices[e]
                m += 1
    for x in range(m):
        level[after[k + 1, x]] = k + 1
    size[k + 1] = m


@njit(cache=True, nogil=True, fastmath=False)
def _count(k, order, after, size, counts):  # type: ignore[no-untyped-def]
    m = size[k]
    for x in range(m):
        counts[after[k, x], k] += 1
    for x in range(k):
        counts[order[x], k] += m


@njit(cache=True, nogil=True, fastmath=False)
def _walk(indptr, indices, dimension):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    longest = 0
    for u in range(n):
        longest = max(longest, indptr[u + 1] - indptr[u])
    counts = np.zeros((n, dimension + 1), np.int64)
    # after[k] may follow the k neurons order[: k]; after[0] is all neurons, one root at a time
    after = np.empty((dimension + 2, max(longest, 1)), np.int32)
    size = np.zeros(dimension + 2, np.int64)
    turn = np.zeros(dimension + 2, np.int64)
    order = np.zeros(dimension + 2, np.int64)
    level = np.zeros(n, np.int8)
    for root in range(n):
        counts[root, 0] += 1
        if dimension == 0:
            continue
        order[0] = root
        size[1] = indptr[root + 1] - indptr[root]
        for x in range(size[1]):
            after[1, x] = indices[indptr[root] + x]
            level[after[1, x]] = 1
        _count(1, order, after, size, counts)
        k = 1
        turn[1] = 0
        while k > 0:
            # one neuron that may follow is alone: nothing follows both
            if k < dimension and size[k] > 1 and turn[k] < size[k]:
                c = after[k, turn[k]]
                turn[k] += 1
                _follow(indptr, indices, c, k, after, size, level)
                order[k] = c
                k += 1
                turn[k] = 0
                _count(k, order, after, size, counts)
                continue
            for x in range(size[k]):
                level[after[k, x]] = k - 1
            k -= 1
    return counts
