"""Numba: random words 64 neurons at a time, then comparisons that LLVM vectorises."""

from typing import Any

import numpy as np
from numba import carray, njit

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN, STOP_AT
from neurosparse.kernels.base.machine.intrinsics import as_pointer, atomic_store
from neurosparse.kernels.base.philox.cpu import philox4x32
from neurosparse.kernels.spikes.poisson.naive import SECOND
from neurosparse.kernels.spikes.poisson.vector import count_group, count_group_each, fill_group

CHUNK = 512

# bound anew by `operation`
REAL: Any = np.float64


@njit(cache=True, nogil=True)
def fill_words(seed: Any, stream: Any, step: Any, first: Any, out: Any) -> None:
    """Write the random words of the neurons first..first + len(out) - 1, both multiples of 64."""
    k0 = np.uint32(seed)
    k1 = np.uint32(seed >> 32)
    low = np.uint32(step)
    high = np.uint32(step >> 32)
    lane = np.uint32(stream)
    for group in range(out.size // 64):
        base = np.uint32((first // 64 + group) * 16)
        fill_group(base, 16, low, high, lane, k0, k1, out[64 * group : 64 * group + 64])


@njit(cache=True, nogil=True)
def fill_halves(seed: Any, stream: Any, step: Any, first: Any, out: Any) -> None:
    """Write the upper halves of the neurons first..first + 2 len(out) - 1, two to a word; multiples
    of 64.
    """
    k0 = np.uint32(seed)
    k1 = np.uint32(seed >> 32)
    low = np.uint32(step)
    high = np.uint32(step >> 32)
    lane = np.uint32(stream)
    for group in range(out.size // 32):
        base = np.uint32((first // 64 + group) * 8)
        fill_group(base, 8, low, high, lane, k0, k1, out[32 * group : 32 * group + 32])


@njit(cache=True, nogil=True)
def full_word(upper: Any, seed: Any, stream: Any, step: Any, i: Any) -> Any:
    """Put the lower half to the upper half of neuron i."""
    a, b, c, d = philox4x32(
        np.uint32(i // 64 * 8 + i % 16 // 2),
        np.uint32(step),
        np.uint32(step >> 32),
        np.uint32(stream + SECOND),
        np.uint32(seed),
        np.uint32(seed >> 32),
    )
    part = i % 64 // 16
    word = a if part == 0 else b if part == 1 else c if part == 2 else d
    return np.uint32(upper) << np.uint32(16) | (word >> np.uint32(16 * (i % 2))) & np.uint32(0xFFFF)


@njit(cache=True, nogil=True)
def count_all(edges: Any, word: Any) -> Any:
    """Count the thresholds that one word exceeds."""
    count = 0
    for k in range(edges.size):
        count += word > edges[k]
    return count


@njit(cache=True, nogil=True)
def count_common(
    halves: Any, edges: Any, uppers: Any, seed: Any, stream: Any, step: Any, first: Any, counts: Any
) -> None:
    """Count the events of whole groups of 64 neurons that share the thresholds edges [K]; uppers
    are their halves.
    """
    for start in range(0, halves.size, 64):
        own = halves[start : start + 64]
        count = counts[start : start + 64]
        if count_group(own, uppers, count, edges.size):
            for i in range(64):
                # the edges below were counted, so this is the one that the half may equal
                k = np.int64(count[i])
                if k < edges.size and uppers[k] == own[i]:
                    count[i] = count_all(
                        edges, full_word(own[i], seed, stream, step, first + start + i)
                    )


@njit(cache=True, nogil=True)
def count_each(
    halves: Any, edges: Any, uppers: Any, seed: Any, stream: Any, step: Any, first: Any, counts: Any
) -> None:
    """Count the events of neurons with thresholds of their own, edges [K, n], their upper halves
    flat.
    """
    n = edges.shape[1]
    for start in range(0, halves.size, 64):
        own = halves[start : start + 64]
        count = counts[start : start + 64]
        if count_group_each(own, uppers[first + start :], count, edges.shape[0], n):
            for i in range(64):
                k = np.int64(count[i])
                j = first + start + i
                if k < edges.shape[0] and uppers[k * n + j] == own[i]:
                    count[i] = count_all(edges[:, j], full_word(own[i], seed, stream, step, j))


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
    uppers = _edges_now(
        carray(as_pointer(w[15]), (w[4], w[5] * w[6]), np.uint16), w[7], step - w[8], w[4]
    )
    bounds = carray(as_pointer(w[2]), (thread + 2,), np.int64)
    weight = carray(as_pointer(w[10]), (w[11],), REAL)
    target = carray(as_pointer(w[12]), (w[13],), REAL)
    words = carray(as_pointer(w[14] + thread * 8 * CHUNK), (CHUNK // 2,), np.uint32)
    halves = carray(as_pointer(w[14] + thread * 8 * CHUNK), (CHUNK,), np.uint16)
    counts = carray(as_pointer(w[14] + thread * 8 * CHUNK + 4 * CHUNK), (CHUNK,), np.uint16)
    for lo in range(bounds[thread], bounds[thread + 1], CHUNK):
        hi = min(lo + CHUNK, bounds[thread + 1])
        fill_halves(w[0], w[1], step, lo, words[: (hi - lo) // 2])
        if w[6] > 1:
            count_each(halves[: hi - lo], edges, uppers, w[0], w[1], step, lo, counts)
        else:
            count_common(halves[: hi - lo], edges[:, 0], uppers, w[0], w[1], step, lo, counts)
        add_events(counts[: hi - lo], weight[lo:hi] if w[11] > 1 else weight, target[lo:hi])


def poisson_source(block: int, step: int, thread: int) -> None:
    """Adapter: neurons that fire whenever their word exceeds a threshold, written to the spike
    log.
    """
    w = carray(as_pointer(block), (24,), np.int64)
    bounds = carray(as_pointer(w[2]), (thread + 2,), np.int64)
    log = carray(as_pointer(w[15] + 4 * thread * w[16]), (w[16],), np.int32)
    ends = carray(as_pointer(w[17] + 8 * thread * w[18]), (w[18],), np.int64)
    control = carray(as_pointer(w[19]), (CONTROL_SIZE,), np.int64)
    slot = step - control[ORIGIN]
    end = ends[slot]
    lo = bounds[thread]
    hi = min(bounds[thread + 1], w[13])
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
    """Adapter: spikes given in advance, starts[k]..starts[k + 1] of `given` being those of step
    w[0] + k.
    """
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
