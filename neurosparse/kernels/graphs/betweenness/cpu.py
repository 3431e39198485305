"""Brandes: one search forward per source, then what depends on each neuron, backwards along the
queue.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray


def betweenness(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], sources: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Add up the sources one after the other."""
    total = np.zeros(len(indptr) - 1)
    _sum(indptr, indices, sources, total)
    return total


@njit(cache=True, nogil=True, fastmath=False)
def _sum(indptr, indices, sources, total):  # type: ignore[no-untyped-def]
    n = len(total)
    far = np.full(n, -1, np.int32)
    paths = np.zeros(n)
    depends = np.zeros(n)
    queue = np.empty(n, np.int32)
    for s in sources:
        queue[0] = s
        far[s] = 0
        paths[s] = 1.0
        found = 1
        at = 0
        while at < found:
            u = queue[at]
            at += 1
            for v in indices[indptr[u] : indptr[u + 1]]:
                if far[v] < 0:
                    far[v] = far[u] + 1
                    queue[found] = v
                    found += 1
                if far[v] == far[u] + 1:
                    paths[v] += paths[u]
        for at in range(found - 1, -1, -1):
            u = queue[at]
            for v in indices[indptr[u] : indptr[u + 1]]:
                if far[v] == far[u] + 1:
                    depends[u] += paths[u] / paths[v] * (1.0 + depends[v])
            if u != s:
                total[u] += depends[u]
        for at in range(found):
            u = queue[at]
            far[u] = -1
            paths[u] = 0.0
            depends[u] = 0.0
