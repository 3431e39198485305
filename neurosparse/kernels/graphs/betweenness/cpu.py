"""Brandes: one search forward a source, then what depends on each neuron, back along the queue."""

import numpy as np
from numba import njit

from neurosparse.typing import Float64, Int32, Int64


def betweenness(indptr: Int64, indices: Int32, sources: Int64) -> Float64:
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
        reached = 1
        at = 0
        while at < reached:
            u = queue[at]
            at += 1
            for v in indices[indptr[u] : indptr[u + 1]]:
                if far[v] < 0:
                    far[v] = far[u] + 1
                    queue[reached] = v
                    reached += 1
                if far[v] == far[u] + 1:
                    paths[v] += paths[u]
        for at in range(reached - 1, -1, -1):
            u = queue[at]
            for v in indices[indptr[u] : indptr[u + 1]]:
                if far[v] == far[u] + 1:
                    depends[u] += paths[u] / paths[v] * (1.0 + depends[v])
            if u != s:
                total[u] += depends[u]
        for at in range(reached):
            u = queue[at]
            far[u] = -1
            paths[u] = 0.0
            depends[u] = 0.0
