"""Numba on packed words; a unit is dropped at the first cluster that does not reach it."""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.memory.overlap.cpu import popcount
from neurosparse.typing import Float32, Int32, UInt64


@njit(cache=True, nogil=True)
def _reached(row: Any, state: Any) -> bool:
    for w in range(row.size):  # noqa: SIM110 - Numba compiles no generators
        if row[w] & state[w]:
            return True
    return False


@njit(cache=True, nogil=True)
def _count(row: Any, state: Any) -> Any:
    total = np.uint64(0)
    for w in range(row.size):
        total += popcount(row[w] & state[w])
    return total


@njit(cache=True, nogil=True)
def _reaching(links: Any, states: Any, out: Any) -> None:
    for q in range(out.shape[0]):
        for a in range(out.shape[1]):
            for j in range(out.shape[2]):
                for b in range(out.shape[1]):
                    out[q, a, j] += _reached(links[a, j, b], states[q, b])


def reaching_clusters(links: UInt64, states: UInt64) -> Int32:
    """Clusters with an active unit linked to each unit, [queries, clusters, units]."""
    out = np.zeros((len(states), *links.shape[:2]), np.int32)
    _reaching(links, states, out)
    return out


@njit(cache=True, nogil=True)
def _shared(links: Any, states: Any, out: Any) -> None:
    clusters = out.shape[1]
    active = np.empty(clusters, np.float32)
    for q in range(out.shape[0]):
        for b in range(clusters):
            active[b] = max(1, _count(states[q, b], states[q, b]))
        for a in range(clusters):
            for j in range(out.shape[2]):
                for b in range(clusters):
                    out[q, a, j] += (
                        np.float32(_count(links[a, j, b], states[q, b])) / active[b]
                    )


def shared_votes(links: UInt64, states: UInt64) -> Float32:
    """Shares of active units linked to each unit, [queries, clusters, units]."""
    out = np.zeros((len(states), *links.shape[:2]), np.float32)
    _shared(links, states, out)
    return out


@njit(cache=True, nogil=True)
def _stays(links: Any, a: Any, j: Any, state: Any) -> bool:
    for b in range(state.shape[0]):
        if b != a and not _reached(links[a, j, b], state[b]):
            return False
    return True


@njit(cache=True, nogil=True)
def _pass(links: Any, state: Any, after: Any) -> bool:
    """Write what is left of `state` to `after`; tells whether anything was dropped."""
    one = np.uint64(1)
    dropped = False
    for a in range(state.shape[0]):
        for w in range(state.shape[1]):
            word = state[a, w]
            left = word
            while word:
                low = word & (~word + one)  # the lowest set bit
                j = 64 * w + np.int64(popcount(low - one))  # as many bits are below it
                if not _stays(links, a, j, state):
                    left ^= low
                    dropped = True
                word ^= low
            after[a, w] = left
    return dropped


@njit(cache=True, nogil=True)
def _copy(source: Any, target: Any) -> None:
    for a in range(source.shape[0]):
        for w in range(source.shape[1]):
            target[a, w] = source[a, w]


@njit(cache=True, nogil=True)
def eliminate(links: Any, states: Any, passes: int) -> Any:
    """Drop unsupported units until none is."""
    left = states.copy()
    taken = np.zeros(states.shape[0], np.int32)
    after = np.empty(states.shape[1:], np.uint64)
    for q in range(states.shape[0]):
        for _ in range(passes):
            taken[q] += 1
            if not _pass(links, left[q], after):
                break
            _copy(after, left[q])
    return left, taken
