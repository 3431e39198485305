"""Open triads by the degrees of their centres, less those that triangles close."""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.skeleton import Skeleton
from neurosparse.kernels.graphs.triads_of.values import Patterns
from neurosparse.kernels.graphs.triangles.cpu import forward
from neurosparse.typing import Int64

# codes seen from the other end
BACK = (0, 2, 1, 3)


def triads_of(graph: Skeleton, patterns: Patterns) -> Int64:
    """Count both kinds; `closing` lists what a triangle adds and takes off."""
    value = np.ones(len(graph.neighbours), np.float32)
    closing = np.zeros((64, 4), np.int64)
    for kind in np.ndindex(4, 4, 4):
        uv, vw, uw = kind
        open_ = patterns.open_
        closing[16 * uv + 4 * vw + uw] = (
            patterns.closed[kind],
            open_[uv, uw],
            open_[BACK[uv], vw],
            open_[BACK[vw], BACK[uw]],
        )
    counts = _open(*graph, np.asarray(patterns.open_, np.int64), patterns.columns)
    start, head, way, _ = forward(*graph, value)
    _close(start, head, way, closing, counts)
    return np.asarray(counts)


@njit(cache=True, nogil=True, fastmath=False)
def _open(indptr, neighbours, code, pattern, columns):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    kinds = np.zeros((n, 4), np.int64)
    for u in range(n):
        for k in range(indptr[u], indptr[u + 1]):
            kinds[u, code[k]] += 1
    counts = np.zeros((n, columns), np.int64)
    for u in range(n):
        for c in range(1, 4):
            counts[u, pattern[c, c]] += kinds[u, c] * (kinds[u, c] - 1) // 2
            for d in range(c + 1, 4):
                counts[u, pattern[c, d]] += kinds[u, c] * kinds[u, d]
        # u as the centre, seen from each of its neighbours
        for k in range(indptr[u], indptr[u + 1]):
            c = code[k]
            for d in range(1, 4):
                counts[neighbours[k], pattern[c, d]] += kinds[u, d] - (c == d)
    return counts


@njit(cache=True, nogil=True, fastmath=False)
def _close(start, head, way, closing, counts):  # type: ignore[no-untyped-def]
    n = len(start) - 1
    where = np.full(n, -1, np.int64)
    for u in range(n):
        low = start[u]
        for j in range(low, start[u + 1]):
            where[head[j]] = j
        for j in range(low, start[u + 1]):
            v = head[j]
            for k in range(start[v], start[v + 1]):
                w = head[k]
                i = where[w]
                if i >= low:
                    kind = np.int64(way[j]) * 16 + way[k] * 4 + way[i]
                    for x in (np.int64(u), np.int64(v), np.int64(w)):
                        counts[x, closing[kind, 0]] += 1
                        counts[x, closing[kind, 1]] -= 1
                        counts[x, closing[kind, 2]] -= 1
                        counts[x, closing[kind, 3]] -= 1
