"""Triangles by looking forward only: each edge points to the end with the larger degree.

A neuron then has few forward neighbours, however large a hub it is: at most sqrt(2 m).
"""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.skeleton import Skeleton
from neurosparse.kernels.graphs.triangles.values import Triangles
from neurosparse.typing import Float32, Int64


def triangles(graph: Skeleton, value: Float32) -> Triangles:
    """Order by degree, then close every forward path of two edges."""
    ordered = forward(*graph, np.asarray(value, np.float32))
    counts, products, kinds = _close(*ordered)
    return Triangles(counts, products, kinds.reshape(4, 4, 4))


@njit(cache=True, nogil=True, fastmath=False)
def _ahead(indptr, u, v):  # type: ignore[no-untyped-def]
    du = indptr[u + 1] - indptr[u]
    dv = indptr[v + 1] - indptr[v]
    return dv > du or (dv == du and v > u)


@njit(cache=True, nogil=True, fastmath=False)
def forward(indptr, neighbours, code, value):  # type: ignore[no-untyped-def]
    """Entries from the end of smaller degree to the other: rows, ends, codes, values."""
    n = len(indptr) - 1
    half = len(neighbours) // 2
    start = np.zeros(n + 1, np.int64)
    head = np.empty(half, np.int32)
    way = np.empty(half, np.uint8)
    x = np.empty(half, np.float32)
    k = 0
    for u in range(n):
        for j in range(indptr[u], indptr[u + 1]):
            if _ahead(indptr, u, neighbours[j]):
                head[k] = neighbours[j]
                way[k] = code[j]
                x[k] = value[j]
                k += 1
        start[u + 1] = k
    return start, head, way, x


@njit(cache=True, nogil=True, fastmath=False)
def _close(start, head, way, x):  # type: ignore[no-untyped-def]
    n = len(start) - 1
    counts = np.zeros(n, np.int64)
    products = np.zeros(n)
    kinds = np.zeros(64, np.int64)
    # where[w] is the place of u -> w while u is looked at; stale entries fall outside u's own range
    where = np.full(n, -1, np.int64)
    for u in range(n):
        low = start[u]
        high = start[u + 1]
        if high - low < 2:
            continue
        for j in range(low, high):
            where[head[j]] = j
        for j in range(low, high):
            v = head[j]
            base = way[j] * 16
            closed = 0
            total = 0.0
            for k in range(start[v], start[v + 1]):
                w = head[k]
                i = where[w]
                if i >= low:
                    product = np.float64(x[j]) * x[k] * x[i]
                    kinds[base + way[k] * 4 + way[i]] += 1
                    closed += 1
                    total += product
                    counts[w] += 1
                    products[w] += product
            counts[u] += closed
            counts[v] += closed
            products[u] += total
            products[v] += total
    return counts, products, kinds


def triangle_counts(graph: Skeleton) -> Int64:
    """Order by degree; what is looked up at random is then one byte a neuron."""
    counts: Int64 = _count(graph.indptr, graph.neighbours)
    return counts


@njit(cache=True, nogil=True, fastmath=False)
def _count(indptr, neighbours):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    start = np.zeros(n + 1, np.int64)
    head = np.empty(len(neighbours) // 2, np.int32)
    k = 0
    for u in range(n):
        for v in neighbours[indptr[u] : indptr[u + 1]]:
            if _ahead(indptr, u, v):
                head[k] = v
                k += 1
        start[u + 1] = k
    counts = np.zeros(n, np.int64)
    marked = np.zeros(n, np.uint8)
    for u in range(n):
        ahead = head[start[u] : start[u + 1]]
        if len(ahead) < 2:
            continue
        for v in ahead:
            marked[v] = 1
        total = 0
        for v in ahead:
            closed = 0
            for w in head[start[v] : start[v + 1]]:
                if marked[w]:
                    closed += 1
                    counts[w] += 1
            counts[v] += closed
            total += closed
        counts[u] += total
        for v in ahead:
            marked[v] = 0
    return counts
