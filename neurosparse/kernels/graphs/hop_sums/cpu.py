"""Sixty-four searches at once: one bit per source, one pass over an edge serves them all."""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.hop_sums.values import HopSums
from neurosparse.typing import Int32, Int64

WORD = 64  # searches that share a word


def hop_sums(indptr: Int64, indices: Int32, sources: Int64) -> HopSums:
    """Search in groups of 64 sources; neighbouring ids share a group, and so most of their work."""
    order = np.argsort(sources, kind="stable")
    k = len(sources)
    chosen = np.asarray(sources, np.int64)[order]
    sums = HopSums(
        np.zeros(k, np.int64), np.zeros(k, np.int64), np.zeros(k), np.zeros(k, np.int64)
    )
    _groups(np.asarray(indptr, np.int64), np.asarray(indices, np.int32), chosen, *sums)
    back = np.argsort(order, kind="stable")
    return HopSums(
        sums.reached[back], sums.total[back], sums.inverse[back], sums.farthest[back]
    )


@njit(cache=True, nogil=True, fastmath=False)
def _groups(  # type: ignore[no-untyped-def]
    indptr, indices, sources, reached, total, inverse, farthest
):
    n = len(indptr) - 1
    # bits of the searches that reached a neuron before, reach it at this depth, at the next
    seen = np.zeros(n, np.uint64)
    bits_now = np.zeros(n, np.uint64)
    bits_next = np.zeros(n, np.uint64)
    front = np.empty(n, np.int32)
    next_front = np.empty(n, np.int32)
    for low in range(0, len(sources), WORD):
        high = min(low + WORD, len(sources))
        seen[:] = 0
        active = 0
        for k in range(low, high):
            s = sources[k]
            if bits_now[s] == 0:
                front[active] = s
                active += 1
            bits_now[s] |= np.uint64(1) << np.uint64(k - low)
            seen[s] = bits_now[s]
        depth = 0
        while active:
            depth += 1
            active = _level(
                indptr, indices, seen, bits_now, bits_next, front, next_front, active
            )
            for a in range(active):
                _note(
                    bits_next[next_front[a]], low, depth, reached, total, inverse, farthest
                )
            bits_now, bits_next = bits_next, bits_now
            front, next_front = next_front, front


@njit(cache=True, nogil=True, fastmath=False)
def _level(  # type: ignore[no-untyped-def]
    indptr, indices, seen, bits_now, bits_next, front, next_front, active
):
    reached = 0
    for a in range(active):
        u = front[a]
        bits = bits_now[u]
        bits_now[u] = 0
        for v in indices[indptr[u] : indptr[u + 1]]:
            new = bits & ~seen[v]
            if new != 0:
                if bits_next[v] == 0:
                    next_front[reached] = v
                    reached += 1
                bits_next[v] |= new
    for a in range(reached):
        v = next_front[a]
        seen[v] |= bits_next[v]
    return reached


@njit(cache=True, nogil=True, fastmath=False)
def _note(bits, low, depth, reached, total, inverse, farthest):  # type: ignore[no-untyped-def]
    k = low
    while bits != 0:
        if bits & np.uint64(1):
            reached[k] += 1
            total[k] += depth
            inverse[k] += 1.0 / depth
            farthest[k] = depth
        bits >>= np.uint64(1)
        k += 1
