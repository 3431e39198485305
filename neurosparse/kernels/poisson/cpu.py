"""Numba: random words 64 neurons at a time, then comparisons that LLVM vectorises."""

from typing import Any

import numpy as np
from numba import carray, njit

from neurosparse.kernels.machine.control import CONTROL_SIZE, ORIGIN, STOP_AT
from neurosparse.kernels.machine.intrinsics import as_pointer, atomic_store
from neurosparse.kernels.poisson.vector import fill_group

CHUNK = 512

# bound anew by `operation`
REAL: Any = np.float64


@njit(cache=True, nogil=True)
def fill_words(seed: Any, stream: Any, step: Any, first: Any, out: Any) -> None:
    """Write the random words of the neurons first..first + len(out) - 1, both multiples of 64."""
    k0, k1 = np.uint32(seed), np.uint32(seed >> 32)
    low, high, lane = np.uint32(step), np.uint32(step >> 32), np.uint32(stream)
    for group in range(out.size // 64):
        base = np.uint32((first // 64 + group) * 16)
        fill_group(base, low, high, lane, k0, k1, out[64 * group : 64 * group + 64])


@njit(cache=True, nogil=True)
def count_events(words: Any, edges: Any, counts: Any) -> None:
    """Count for each word the thresholds edges [K, n or 1] that it exceeds; whole groups of 64."""
    for first in range(0, words.size, 64):
        own, count = words[first : first + 64], counts[first : first + 64]
        count[:] = 0
        highest = np.uint32(0)
        for i in range(64):
            highest = max(highest, own[i])
        for k in range(edges.shape[0]):
            if edges.shape[1] == 1:
                edge = edges[k, 0]
                if edge >= highest:
                    break  # thresholds ascend: no word of this group exceeds the others
                for i in range(64):
                    count[i] += np.uint32(own[i] > edge)
            else:
                each = edges[k, first : first + 64]
                for i in range(64):
                    count[i] += np.uint32(own[i] > each[i])


@njit(cache=True, nogil=True)
def add_events(counts: Any, weight: Any, target: Any) -> None:
    """Add weight [n or 1] for each event."""
    if weight.size == 1:
        w = weight[0]
        for i in range(target.size):
            target[i] += w * target.dtype.type(counts[i])
    else:
        for i in range(target.size):
            target[i] += weight[i] * target.dtype.type(counts[i])


@njit(cache=True, nogil=True)
def _edges_now(table: Any, bin_steps: Any, since: Any, n_bins: Any) -> Any:
    """Choose the thresholds of this step from a profile that repeats its last bin for good."""
    return table[min(since // bin_steps, n_bins - 1)]


def poisson_input(block: int, step: int, thread: int) -> None:
    """Adapter: add weighted events to a receptor, from step w[8] to w[9]."""
    w = carray(as_pointer(block), (20,), np.int64)
    if step < w[8] or step >= w[9]:
        return
    table = carray(as_pointer(w[3]), (w[4], w[5], w[6]), np.uint32)
    edges = _edges_now(table, w[7], step - w[8], w[4])
    bounds = carray(as_pointer(w[2]), (thread + 2,), np.int64)
    weight = carray(as_pointer(w[10]), (w[11],), REAL)
    target = carray(as_pointer(w[12]), (w[13],), REAL)
    words = carray(as_pointer(w[14] + thread * 8 * CHUNK), (CHUNK,), np.uint32)
    counts = carray(as_pointer(w[14] + thread * 8 * CHUNK + 4 * CHUNK), (CHUNK,), np.uint32)
    for lo in range(bounds[thread], bounds[thread + 1], CHUNK):
        hi = min(lo + CHUNK, bounds[thread + 1])
        fill_words(w[0], w[1], step, lo, words[: hi - lo])
        count_events(words[: hi - lo], edges[:, lo:hi] if w[6] > 1 else edges, counts[: hi - lo])
        add_events(counts[: hi - lo], weight[lo:hi] if w[11] > 1 else weight, target[lo:hi])


def poisson_source(block: int, step: int, thread: int) -> None:
    """Adapter: neurons that fire whenever their word exceeds a threshold, written to the spike log."""
    w = carray(as_pointer(block), (24,), np.int64)
    bounds = carray(as_pointer(w[2]), (thread + 2,), np.int64)
    log = carray(as_pointer(w[15] + 4 * thread * w[16]), (w[16],), np.int32)
    ends = carray(as_pointer(w[17] + 8 * thread * w[18]), (w[18],), np.int64)
    control = carray(as_pointer(w[19]), (CONTROL_SIZE,), np.int64)
    slot = step - control[ORIGIN]
    end = ends[slot]
    lo, hi = bounds[thread], min(bounds[thread + 1], w[13])
    if w[8] <= step < w[9]:
        table = carray(as_pointer(w[3]), (w[4], w[5], w[6]), np.uint32)
        edges = _edges_now(table, w[7], step - w[8], w[4])
        words = carray(as_pointer(w[14] + thread * 8 * CHUNK), (CHUNK,), np.uint32)
        for first in range(lo, hi, CHUNK):
            fill_words(w[0], w[1], step, first, words)
            for i in range(min(CHUNK, hi - first)):
                if words[i] > edges[0, first + i if w[6] > 1 else 0]:
                    log[end] = first + i
                    end += 1
    ends[slot + 1] = end
    if w[16] - end < hi - lo:
        atomic_store(control, STOP_AT, step + 1)


def list_source(block: int, step: int, thread: int) -> None:
    """Adapter: spikes given in advance, starts[k]..starts[k + 1] of `given` being those of step w[0] + k."""
    w = carray(as_pointer(block), (12,), np.int64)
    starts = carray(as_pointer(w[1] + 8 * thread * (w[2] + 1)), (w[2] + 1,), np.int64)
    given = carray(as_pointer(w[3]), (w[4],), np.int32)
    log = carray(as_pointer(w[5] + 4 * thread * w[6]), (w[6],), np.int32)
    ends = carray(as_pointer(w[7] + 8 * thread * w[8]), (w[8],), np.int64)
    control = carray(as_pointer(w[9]), (CONTROL_SIZE,), np.int64)
    slot = step - control[ORIGIN]
    end = ends[slot]
    k = step - w[0]
    if 0 <= k < w[2]:
        for j in range(starts[k], starts[k + 1]):
            log[end] = given[j]
            end += 1
    ends[slot + 1] = end
    if w[6] - end < w[10]:
        atomic_store(control, STOP_AT, step + 1)
