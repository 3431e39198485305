"""Depth first among the targets of one neuron, whose edges are a small matrix of bits.

What may follow (v_0 … v_k) is what may follow (v_0 … v_(k-1)) and v_k itself: one AND of bits.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.memory.overlap.cpu import popcount
from neurosparse.typing import Int32, Int64


def directed_cliques(indptr: Int64, indices: Int32, dimension: int) -> Int64:
    """Walk from every neuron."""
    counts: Int64 = _walk_all(
        np.asarray(indptr, np.int64), np.asarray(indices, np.int32), dimension
    )
    return counts


@njit(cache=True, nogil=True, fastmath=False)
def _walk_all(indptr, indices, dimension):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    longest = 1
    for u in range(n):
        longest = max(longest, indptr[u + 1] - indptr[u])
    members = np.zeros((n, dimension + 1), np.int64)
    members[:, 0] = 1
    place = np.full(n, -1, np.int32)
    words = (longest + 63) // 64
    room = np.zeros(longest * words, np.uint64)
    # of each depth: what may follow, what of it is still to be tried, counts when it was entered
    after = np.zeros((dimension + 2, words), np.uint64)
    rest = np.zeros((dimension + 2, words), np.uint64)
    entered = np.zeros((dimension + 2, dimension + 1), np.int64)
    local = np.zeros((longest, dimension + 1), np.int64)
    work = (after, rest, entered)
    for root in range(n):
        low = indptr[root]
        size = indptr[root + 1] - low
        if size == 0 or dimension == 0:
            continue
        words = (size + 63) // 64
        joined = room[: size * words].reshape((size, words))
        edges = 0
        if dimension > 1:
            edges = _inner(indptr, indices, low, size, place, joined)
        local[:size] = 0
        if edges == 0:
            # targets that are not joined among each other
            local[:size, 1] = 1
            members[root, 1] += size
        else:
            members[root] += _walk(joined, dimension, work, local)
        for x in range(size):
            for k in range(1, dimension + 1):
                members[indices[low + x], k] += local[x, k]
    return members


@njit(cache=True, nogil=True, fastmath=False)
def _inner(indptr, indices, low, size, place, joined):  # type: ignore[no-untyped-def]
    """Fill the bits of edges among the targets of a neuron; their number."""
    joined[:] = 0
    edges = 0
    for x in range(size):
        place[indices[low + x]] = x
    for x in range(size):
        c = indices[low + x]
        first = indptr[c]
        last = indptr[c + 1]
        if last - first > 8 * size:
            for y in range(size):
                spot = _bisected(indices, first, last, indices[low + y])
                if spot < last and indices[spot] == indices[low + y]:
                    joined[x, y >> 6] |= np.uint64(1) << np.uint64(y & 63)
                    edges += 1
        else:
            for e in range(first, last):
                y = place[indices[e]]
                if y >= 0:
                    joined[x, y >> 6] |= np.uint64(1) << np.uint64(y & 63)
                    edges += 1
    for x in range(size):
        place[indices[low + x]] = -1
    return edges


@njit(cache=True, nogil=True, fastmath=False)
def _bisected(indices, low, high, v):  # type: ignore[no-untyped-def]
    while low < high:
        middle = (low + high) // 2
        if indices[middle] < v:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True, fastmath=False)
def _walk(joined, dimension, work, local):  # type: ignore[no-untyped-def]
    """Simplices of each dimension that begin with one neuron; those of its targets in `local`."""
    after, rest, entered = work
    size, words = joined.shape
    totals = np.zeros(dimension + 1, np.int64)
    order = np.zeros(dimension + 2, np.int64)
    one = np.uint64(1)
    for w in range(words):
        after[1, w] = ~np.uint64(0)
    if size & 63:
        after[1, words - 1] = (one << np.uint64(size & 63)) - one
    rest[1, :words] = after[1, :words]
    totals[1] += size
    k = 1
    w = 0
    while k > 0:
        while w < words and rest[k, w] == 0:
            w += 1
        if w == words:
            # back to the neuron that was chosen last: all that was counted below holds it
            k -= 1
            w = 0
            if k > 0:
                for d in range(k + 1, dimension + 1):
                    local[order[k], d] += totals[d] - entered[k, d]
            continue
        lowest = rest[k, w] & (~rest[k, w] + one)
        rest[k, w] ^= lowest
        x = 64 * w + np.int64(popcount(lowest - one))
        local[x, k] += 1
        if k == dimension:
            continue
        count = np.int64(0)
        for i in range(words):
            after[k + 1, i] = after[k, i] & joined[x, i]
            count += np.int64(popcount(after[k + 1, i]))
        if count == 0:
            continue
        for d in range(k + 1, dimension + 1):
            entered[k, d] = totals[d]
        totals[k + 1] += count
        order[k] = x
        k += 1
        w = 0
        for i in range(words):
            rest[k, i] = after[k, i]
    return totals
