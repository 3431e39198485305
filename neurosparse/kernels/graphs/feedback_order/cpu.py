"""Heaps of neurons without targets, without sources, and by excess; stale entries are skipped."""

from heapq import heappop, heappush

import numpy as np
from numba import njit

from neurosparse.kernels.base.csr import transpose
from neurosparse.typing import Float64, Int32, Int64


def feedback_order(indptr: Int64, indices: Int32, weight: Float64) -> Int64:
    """Place neurons from both ends."""
    n = len(indptr) - 1
    rows = (np.asarray(indptr, np.int64), np.asarray(indices, np.int32))
    size = np.asarray(weight, np.float64)
    pointers, pre, position = transpose(*rows, n)
    order: Int64 = _place((*rows, size), (pointers, pre, size[position]))
    return order


@njit(cache=True, nogil=True, fastmath=False)
def _place(onward, back):  # type: ignore[no-untyped-def]
    indptr, indices, weight = onward
    pointers, pre, heavy = back
    n = len(indptr) - 1
    targets = np.diff(indptr)
    sources = np.diff(pointers)
    excess = np.zeros(n)
    for u in range(n):
        for k in range(indptr[u], indptr[u + 1]):
            excess[u] += weight[k]
            excess[indices[k]] -= weight[k]
    # an entry counts while its first word says what is true now; ends come before starts
    heap = [(0.0, 0, np.int64(0)) for _ in range(0)]
    for u in range(n):
        heappush(heap, _entry(u, targets, sources, excess))
    placed = np.zeros(n, np.bool_)
    order = np.empty(n, np.int64)
    first = 0
    last = n
    while first < last:
        _, turn, node = entry = heappop(heap)
        if placed[node] or entry != _entry(node, targets, sources, excess):
            continue
        placed[node] = True
        if turn == 0:
            last -= 1
            order[last] = node
        else:
            order[first] = node
            first += 1
        for k in range(indptr[node], indptr[node + 1]):
            v = indices[k]
            if not placed[v]:
                sources[v] -= 1
                excess[v] += weight[k]
                heappush(heap, _entry(v, targets, sources, excess))
        for k in range(pointers[node], pointers[node + 1]):
            v = pre[k]
            if not placed[v]:
                targets[v] -= 1
                excess[v] -= heavy[k]
                heappush(heap, _entry(v, targets, sources, excess))
    return order


@njit(cache=True, nogil=True, fastmath=False)
def _entry(u, targets, sources, excess):  # type: ignore[no-untyped-def]
    """What is smallest is placed next: ends, then starts, then the largest excess."""
    if targets[u] == 0:
        return (-np.inf, 0, np.int64(u))
    if sources[u] == 0:
        return (-np.inf, 1, np.int64(u))
    return (-excess[u], 2, np.int64(u))
