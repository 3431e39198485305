"""The same in compiled code; the common growth of all phases is one number, so a spike touches its
targets only.
"""

from typing import Any

import numpy as np
from numba import njit


def phase_lif(
    indptr: Any, indices: Any, c: Any, omega: float, phases: Any, tangents: Any, spikes: int
) -> Any:
    """Change `phases` and `tangents` in place; return times and neurons of the spikes."""
    times = np.empty(spikes)
    neurons = np.empty(spikes, np.int32)
    heap = np.argsort(-phases, kind="stable").astype(np.int32)
    place = np.empty(len(phases), np.int32)
    place[heap] = np.arange(len(heap), dtype=np.int32)
    _run(indptr, indices, c, omega, phases, tangents, heap, place, times, neurons)
    return times, neurons


@njit(cache=True, nogil=True, fastmath=False)
def _run(  # type: ignore[no-untyped-def]
    indptr, indices, c, omega, phases, tangents, heap, place, times, neurons
):
    shift = 0.0
    now = 0.0
    for s in range(len(times)):
        j = heap[0]
        wait = 1.0 - (phases[j] + shift)
        now += wait
        shift += wait
        phases[j] = -shift
        _sink(phases, heap, place, j)
        for e in range(indptr[j], indptr[j + 1]):
            i = indices[e]
            push = c[e] * np.exp((phases[i] + shift) / omega)
            slope = 1.0 / (1.0 + push)
            phases[i] -= omega * np.log1p(push)
            for k in range(tangents.shape[1]):
                tangents[i, k] = slope * tangents[i, k] + (1.0 - slope) * tangents[j, k]
            _sink(phases, heap, place, i)
        times[s], neurons[s] = now, j
        if shift > 64.0:
            # keep the stored numbers small, or their last bits are lost in the shift
            phases += shift
            shift = 0.0
    phases += shift


@njit(cache=True, nogil=True, fastmath=False)
def _before(phases, a, b):  # type: ignore[no-untyped-def]
    """Whether a spikes before b; of two at once the lower number."""
    return phases[a] > phases[b] or (phases[a] == phases[b] and a < b)


@njit(cache=True, nogil=True, fastmath=False)
def _sink(phases, heap, place, i):  # type: ignore[no-untyped-def]
    """Restore the heap after the phase of i has fallen."""
    at = place[i]
    n = len(heap)
    while True:
        child = 2 * at + 1
        if child >= n:
            break
        if child + 1 < n and _before(phases, heap[child + 1], heap[child]):
            child += 1
        if not _before(phases, heap[child], i):
            break
        heap[at] = heap[child]
        place[heap[at]] = at
        at = child
    heap[at] = i
    place[i] = at
