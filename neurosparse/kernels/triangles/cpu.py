"""Triangles by looking forward only: each edge points to the end with the larger degree.

A neuron then has few forward neighbours, however large a hub it is: at most sqrt(2 m).
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from neurosparse.kernels.skeleton import Skeleton
from neurosparse.kernels.triangles import Triangles


def triangles(graph: Skeleton, value: npt.NDArray[np.float32]) -> Triangles:
    """Order by degree, then close every forward path of two edges."""
    forward = _forward(*graph, np.asarray(value, np.float32))
    counts, products, kinds = _close(*forward)
    return Triangles(counts, products, kinds.reshape(4, 4, 4))


@njit(cache=True, nogil=True, fastmath=False)
def _ahead(indptr, u, v):  # type: ignore[no-untyped-def]
    du, dv = indptr[u + 1] - indptr[u], indptr[v + 1] - indptr[v]
    return dv > du or (dv == du and v > u)


@njit(cache=True, nogil=True, fastmath=False)
def _forward(indptr, neighbours, code, value):  # type: ignore[no-untyped-def]
    n, half = len(indptr) - 1, len(neighbours) // 2
    start = np.zeros(n + 1, np.int64)
    head, way, x = np.empty(half, np.int32), np.empty(half, np.uint8), np.empty(half, np.float32)
    k = 0
    for u in range(n):
        for j in range(indptr[u], indptr[u + 1]):
            if _ahead(indptr, u, neighbours[j]):
                head[k], way[k], x[k] = neighbours[j], code[j], value[j]
                k += 1
        start[u + 1] = k
    return start, head, way, x


@njit(cache=True, nogil=True, fastmath=False)
def _close(start, head, way, x):  # type: ignore[no-untyped-def]
    n = len(start) - 1
    counts, products, kinds = np.zeros(n, np.int64), np.zeros(n), np.zeros(64, np.int64)
    # where[w] is the place of u -> w while u is looked at; stale entries fall outside u's own range
    where = np.full(n, -1, np.int64)
    for u in range(n):
        low, high = start[u], start[u + 1]
        if high - low < 2:
            continue
        for j in range(low, high):
            where[head[j]] = j
        for j in range(low, high):
            v, base = head[j], way[j] * 16
            found, total = 0, 0.0
            for k in range(start[v], start[v + 1]):
                w = head[k]
                i = where[w]
                if i >= low:
                    product = np.float64(x[j]) * x[k] * x[i]
                    kinds[base + way[k] * 4 + way[i]] += 1
                    found += 1
                    total += product
                    counts[w] += 1
                    products[w] += product
            counts[u] += found
            counts[v] += found
            products[u] += total
            products[v] += total
    return counts, products, kinds
