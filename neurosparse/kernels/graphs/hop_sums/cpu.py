"""Sixty-four searches at once: one bit per source, one pass over an edge serves them all."""

import numpy as np
import numpy.typing as npt
from numba import njit

from neurosparse.kernels.graphs.hop_sums import HopSums, Int64

WORD = 64


def hop_sums(indptr: Int64, indices: npt.NDArray[np.int32], sources: Int64) -> HopSums:
    """Search in groups of 64 sources; neighbouring ids share a group, and so most of their work."""
    order = np.argsort(sources, kind="stable")
    k = len(sources)
    chosen = np.asarray(sources, np.int64)[order]
    sums = HopSums(np.zeros(k, np.int64), np.zeros(k, np.int64), np.zeros(k), np.zeros(k, np.int64))
    _groups(np.asarray(indptr, np.int64), np.asarray(indices, np.int32), chosen, *sums)
    back = np.argsort(order, kind="stable")
    return HopSums(sums.reached[back], sums.total[back], sums.inverse[back], sums.farthest[back])


@njit(cache=True, nogil=True, fastmath=False)
def _groups(indptr, indices, sources, reached, total, inverse, farthest):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    seen = np.zeros(n, np.uint64)
    here = np.zeros(n, np.uint64)
    there = np.zeros(n, np.uint64)
    now = np.empty(n, np.int32)
    later = np.empty(n, np.int32)
    for low in range(0, len(sources), 64):
        high = min(low + 64, len(sources))
        seen[:] = 0
        active = 0
        for k in range(low, high):
            s = sources[k]
            if here[s] == 0:
                now[active] = s
                active += 1
            here[s] |= np.uint64(1) << np.uint64(k - low)
            seen[s] = here[s]
        depth = 0
        while active:
            depth += 1
            active = _level(indptr, indices, seen, here, there, now, later, active)
            for a in range(active):
                _note(there[later[a]], low, depth, reached, total, inverse, farthest)
            here, there = there, here
            now, later = later, now


@njit(cache=True, nogil=True, fastmath=False)
def _level(indptr, indices, seen, here, there, now, later, active):  # type: ignore[no-untyped-def]
    found = 0
    for a in range(active):
        u = now[a]
        bits = here[u]
        here[u] = 0
        for v in indices[indptr[u] : indptr[u + 1]]:
            new = bits & ~seen[v]
            if new != 0:
                if there[v] == 0:
                    later[found] = v
                    found += 1
                there[v] |= new
    for a in range(found):
        v = later[a]
        seen[v] |= there[v]
    return found


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
