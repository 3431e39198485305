"""Paths and stars by inverting cumulated chances; codes of pairs by bisection."""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.four_motifs.values import Counts, hamiltonian_paths, stars
from neurosparse.kernels.graphs.shuffle_directed.cpu import draw
from neurosparse.kernels.graphs.skeleton import Skeleton
from neurosparse.typing import Float64, Int64


def four_motifs(graph: Skeleton, samples: int, seed: int) -> Counts:
    """Draw, count what was drawn, weigh it."""
    degree = np.diff(graph.indptr)
    row = np.repeat(np.arange(len(degree)), degree)
    once = np.flatnonzero(row < graph.neighbours)
    middle = (degree[row] - 1.0) * (degree[graph.neighbours] - 1.0)
    star = degree * (degree - 1.0) * (degree - 2.0) / 6.0
    chances = np.cumsum(middle[once]), np.cumsum(star)
    with np.errstate(over="ignore"):
        hits = _draw(*graph, once, row[once], *chances, samples, np.uint64(seed))
    paths = hamiltonian_paths()
    through = np.divide(1.0, paths, out=np.zeros(4096), where=paths > 0)
    parts = [
        _estimate(hits[0], through * chances[0].max(initial=0.0), samples),
        _estimate(hits[1], stars() * chances[1].max(initial=0.0), samples),
    ]
    return Counts(parts[0].number + parts[1].number, parts[0].variance + parts[1].variance)


def _estimate(hits: Int64, each: Float64, samples: int) -> Counts:
    """Mean of draws that count `each` or nothing, and the variance of that mean."""
    share = hits / max(samples, 1)
    return Counts(share * each, share * (1 - share) * each**2 / max(samples - 1, 1))


@njit(cache=True, nogil=True, fastmath=False)
def _pick(state, cumulated):  # type: ignore[no-untyped-def]
    """An index with chance ∝ its step in the cumulated sums."""
    whole = draw(state, 1 << 31) * 2.0**22 + draw(state, 1 << 22)
    x = whole / 2.0**53 * cumulated[-1]
    return min(np.searchsorted(cumulated, x, side="right"), len(cumulated) - 1)


@njit(cache=True, nogil=True, fastmath=False)
def _code(indptr, neighbours, code, u, v):  # type: ignore[no-untyped-def]
    low = indptr[u]
    high = indptr[u + 1]
    while low < high:
        between = (low + high) // 2
        if neighbours[between] < v:
            low = between + 1
        else:
            high = between
    if low < indptr[u + 1] and neighbours[low] == v:
        return np.int64(code[low])
    return np.int64(0)


@njit(cache=True, nogil=True, fastmath=False)
def _number(indptr, neighbours, code, four):  # type: ignore[no-untyped-def]
    number = 0
    shift = 0
    for a in range(3):
        for b in range(a + 1, 4):
            number += _code(indptr, neighbours, code, four[a], four[b]) << shift
            shift += 2
    return number


@njit(cache=True, nogil=True, fastmath=False)
def _other(state, indptr, neighbours, u, v):  # type: ignore[no-untyped-def]
    """A neighbour of u that is not v."""
    while True:
        w = neighbours[indptr[u] + draw(state, indptr[u + 1] - indptr[u])]
        if w != v:
            return w


@njit(cache=True, nogil=True, fastmath=False)
def _draw(  # type: ignore[no-untyped-def]
    indptr, neighbours, code, once, row, middle, star, samples, seed
):
    hits = np.zeros((2, 4096), np.int64)
    state = np.array([seed], np.uint64)
    four = np.zeros(4, np.int64)
    if len(middle) and middle[-1] > 0:
        for _ in range(samples):
            k = _pick(state, middle)
            four[0] = row[k]
            four[1] = neighbours[once[k]]
            four[2] = _other(state, indptr, neighbours, four[0], four[1])
            four[3] = _other(state, indptr, neighbours, four[1], four[0])
            if four[2] != four[3]:
                hits[0, _number(indptr, neighbours, code, four)] += 1
    if len(star) and star[-1] > 0:
        for _ in range(samples):
            u = _pick(state, star)
            four[0] = u
            four[1] = neighbours[indptr[u] + draw(state, indptr[u + 1] - indptr[u])]
            four[2] = _other(state, indptr, neighbours, u, four[1])
            four[3] = four[2]
            while four[3] == four[2]:
                four[3] = _other(state, indptr, neighbours, u, four[1])
            hits[1, _number(indptr, neighbours, code, four)] += 1
    return hits
