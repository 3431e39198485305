"""The skeleton by merging each neuron's ascending out- and in-lists: to count, then to fill."""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.skeleton.values import Skeleton
from neurosparse.typing import Float32, Int32, Int64


def skeleton(indptr: Int64, indices: Int32) -> Skeleton:
    """Transpose, merge and return."""
    return Skeleton(*_skeleton(np.asarray(indptr, np.int64), np.asarray(indices, np.int32)))


@njit(cache=True, nogil=True, fastmath=False)
def transpose(indptr, indices):  # type: ignore[no-untyped-def]
    """In-lists of a square graph, `[n + 1]`, `[nnz]`; they ascend as rows are visited in order."""
    n = len(indptr) - 1
    start = np.zeros(n + 1, np.int64)
    for v in indices:
        start[v + 1] += 1
    for v in range(n):
        start[v + 1] += start[v]
    fill = start[:-1].copy()
    sources = np.empty(len(indices), np.int32)
    for u in range(n):
        for k in range(indptr[u], indptr[u + 1]):
            v = indices[k]
            sources[fill[v]] = u
            fill[v] += 1
    return start, sources


@njit(cache=True, nogil=True, fastmath=False)
def _merge(u, out, into, neighbours, code, write):  # type: ignore[no-untyped-def]
    a = b = k = 0
    while a < len(out) or b < len(into):
        from_out = b >= len(into) or (a < len(out) and out[a] <= into[b])
        v = out[a] if from_out else into[b]
        ways = 0
        while a < len(out) and out[a] == v:
            ways |= 1
            a += 1
        while b < len(into) and into[b] == v:
            ways |= 2
            b += 1
        if v != u:
            if write:
                neighbours[k] = v
                code[k] = ways
            k += 1
    return k


@njit(cache=True, nogil=True, fastmath=False)
def _skeleton(indptr, indices):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    start, sources = transpose(indptr, indices)
    none = np.empty(0, np.int32)
    no_code = np.empty(0, np.uint8)
    bounds = np.zeros(n + 1, np.int64)
    for u in range(n):
        out = indices[indptr[u] : indptr[u + 1]]
        into = sources[start[u] : start[u + 1]]
        bounds[u + 1] = bounds[u] + _merge(u, out, into, none, no_code, False)
    neighbours = np.empty(bounds[n], np.int32)
    code = np.empty(bounds[n], np.uint8)
    for u in range(n):
        out = indices[indptr[u] : indptr[u + 1]]
        into = sources[start[u] : start[u + 1]]
        low = bounds[u]
        high = bounds[u + 1]
        _merge(u, out, into, neighbours[low:high], code[low:high], True)
    return bounds, neighbours, code


def both_ways(graph: Skeleton, indptr: Int64, indices: Int32, value: Float32) -> Float32:
    """Walk the rows once; a pointer per neuron follows its ascending neighbours on both sides."""
    total = np.zeros(len(graph.neighbours))
    _both_ways(graph.indptr, graph.neighbours, indptr, indices, value, total)
    return total.astype(np.float32)


@njit(cache=True, nogil=True, fastmath=False)
def _both_ways(bounds, neighbours, indptr, indices, value, total):  # type: ignore[no-untyped-def]
    reached = bounds[:-1].copy()
    for u in range(len(indptr) - 1):
        place = bounds[u]
        for k in range(indptr[u], indptr[u + 1]):
            v = indices[k]
            if v == u:
                continue
            while neighbours[place] < v:
                place += 1
            total[place] += value[k]
            # rows come in ascending order, so v has met all its neighbours below u
            while neighbours[reached[v]] < u:
                reached[v] += 1
            total[reached[v]] += value[k]


def mutual(indptr: Int64, indices: Int32) -> int:
    """Walk the rows once; a pointer of each neuron follows its ascending targets."""
    return int(_mutual(np.asarray(indptr, np.int64), np.asarray(indices, np.int32)))


@njit(cache=True, nogil=True, fastmath=False)
def _mutual(indptr, indices):  # type: ignore[no-untyped-def]
    pairs = 0
    reached = indptr[:-1].copy()
    for u in range(len(indptr) - 1):
        # targets below u asked for u when it was their turn
        for k in range(reached[u], indptr[u + 1]):
            v = indices[k]
            if v < u:
                continue
            place = reached[v]
            end = indptr[v + 1]
            while place < end and indices[place] < u:
                place += 1
            reached[v] = place
            pairs += place < end and indices[place] == u
    return 2 * pairs
