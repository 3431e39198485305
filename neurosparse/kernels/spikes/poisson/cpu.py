"""Numba: random words 64 neurons at a time, then comparisons that LLVM vectorises."""

from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import AHEAD, CONTROL_SIZE, ORIGIN, STOP_AT
from neurosparse.kernels.base.machine.intrinsics import as_pointer, atomic_store, read_words
from neurosparse.kernels.base.philox.cpu import philox4x32
from neurosparse.kernels.spikes.poisson.naive import SECOND
from neurosparse.kernels.spikes.poisson.vector import (
    add_group,
    count_group,
    count_group_each,
    fill_group,
)

CHUNK = 512
LARGEST = np.uint16(0xFFFF)
FEW = 24  # thresholds, up to which they are all counted without a look at the largest word
NEVER = np.uint32(2**32 - 1)

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
    lower_words = a if part == 0 else b
    upper_words = c if part == 2 else d
    word = lower_words if part < 2 else upper_words
    return np.uint32(upper) << np.uint32(16) | (
        word >> np.uint32(16 * (i % 2))
    ) & np.uint32(0xFFFF)


@njit(cache=True, nogil=True)
def count_all(edges: Any, word: Any) -> Any:
    """Count the thresholds that one word exceeds."""
    count = 0
    for k in range(edges.size):
        count += word > edges[k]
    return count


@njit(cache=True, nogil=True)
def count_common(
    halves: Any,
    edges: Any,
    uppers: Any,
    seed: Any,
    stream: Any,
    step: Any,
    first: Any,
    counts: Any,
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
    halves: Any,
    edges: Any,
    uppers: Any,
    seed: Any,
    stream: Any,
    step: Any,
    first: Any,
    counts: Any,
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
                    count[i] = count_all(
                        edges[:, j], full_word(own[i], seed, stream, step, j)
                    )


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


@njit(cache=True, nogil=True)
def add_common(
    halves: Any,
    edges: Any,
    uppers: Any,
    seed: Any,
    stream: Any,
    step: Any,
    first: Any,
    counts: Any,
    weight: Any,
    target: Any,
) -> None:
    """Add one weight for each event of whole groups of 64 neurons that share few thresholds."""
    n_levels = 0
    while n_levels < uppers.size and uppers[n_levels] < LARGEST:
        n_levels += 1
    for start in range(0, halves.size, 64):
        i = first + start
        if add_group(halves, uppers, n_levels, weight[0], target, start, i):
            own = halves[start : start + 64]
            count = counts[:64]
            count_common(own, edges, uppers, seed, stream, step, i, count)
            add_events(count, weight, target[i : i + 64])


class PoissonInputWords(NamedTuple):
    """The words of `poisson_input`."""

    seed: int
    stream: int  # of the random numbers
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    table: NDArray[np.uint32]  # thresholds [n_bins, n_edges, width]
    uppers: NDArray[np.uint16]  # their upper halves, of the same shape
    n_bins: int
    n_edges: int
    width: int  # 1 or n_alloc
    bin_steps: int
    start: int  # the first step
    stop: int  # the step after the last
    weight: NDArray[Any]  # of an event [n_weights]
    n_weights: int  # 1 or n_alloc
    target: NDArray[Any]  # the receptor's row of the state [n_alloc]
    n_alloc: int
    scratch: NDArray[np.uint8]  # [n_threads, 8 CHUNK]


def poisson_input(block: int, step: int, thread: int) -> None:
    """Adapter: add weighted events to a receptor, from step `start` to `stop`."""
    w = read_words(PoissonInputWords, block)
    if step < w.start or step >= w.stop or w.n_edges == 0:
        return
    seed = w.seed
    stream = w.stream
    table = carray(as_pointer(w.table), (w.n_bins, w.n_edges, w.width), np.uint32)
    halved = carray(as_pointer(w.uppers), (w.n_bins, w.n_edges * w.width), np.uint16)
    edges = _edges_now(table, w.bin_steps, step - w.start, w.n_bins)
    uppers = _edges_now(halved, w.bin_steps, step - w.start, w.n_bins)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    weight = carray(as_pointer(w.weight), (w.n_weights,), REAL)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    scratch = w.scratch + thread * 8 * CHUNK
    words = carray(as_pointer(scratch), (CHUNK // 2,), np.uint32)
    halves = carray(as_pointer(scratch), (CHUNK,), np.uint16)
    counts = carray(as_pointer(scratch + 4 * CHUNK), (CHUNK,), np.uint16)
    for lo in range(bounds[thread], bounds[thread + 1], CHUNK):
        hi = min(lo + CHUNK, bounds[thread + 1])
        fill_halves(seed, stream, step, lo, words[: (hi - lo) // 2])
        if w.width == 1 and w.n_weights == 1 and w.n_edges <= FEW:
            part = halves[: hi - lo]
            common = edges[:, 0]
            add_common(part, common, uppers, seed, stream, step, lo, counts, weight, target)
            continue
        if w.width > 1:
            count_each(halves[: hi - lo], edges, uppers, seed, stream, step, lo, counts)
        else:
            count_common(
                halves[: hi - lo], edges[:, 0], uppers, seed, stream, step, lo, counts
            )
        add_events(
            counts[: hi - lo], weight[lo:hi] if w.n_weights > 1 else weight, target[lo:hi]
        )


class PoissonSourceWords(NamedTuple):
    """The words of `poisson_source`."""

    seed: int
    stream: int  # of the random numbers
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    n: int  # neurons
    table: NDArray[np.uint32]  # thresholds [n_bins, 1, width]
    n_bins: int
    width: int  # 1 or n_alloc
    bin_steps: int
    start: int  # the first step
    stop: int  # the step after the last
    scratch: NDArray[np.uint8]  # [n_threads, 8 CHUNK]
    log: NDArray[np.int32]  # neurons that fired [n_threads, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_threads, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share


def poisson_source(block: int, step: int, thread: int) -> None:
    """Adapter: neurons that fire whenever their word exceeds a threshold, written to the spike
    log.
    """
    w = read_words(PoissonSourceWords, block)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    log = carray(as_pointer(w.log + 4 * thread * w.capacity), (w.capacity,), np.int32)
    ends = carray(as_pointer(w.ends + 8 * thread * w.slots), (w.slots,), np.int64)
    control = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)
    slot = step - control[ORIGIN]
    end = ends[slot]
    lo = bounds[thread]
    hi = min(bounds[thread + 1], w.n)
    active = w.start <= step < w.stop
    table = carray(as_pointer(w.table), (w.n_bins, 1, w.width), np.uint32)
    edges = _edges_now(table, w.bin_steps, max(step - w.start, 0), w.n_bins)
    # no word exceeds the largest: a rate of 0 need not be drawn
    if active and (w.width > 1 or edges[0, 0] != NEVER):
        words = carray(as_pointer(w.scratch + thread * 8 * CHUNK), (CHUNK,), np.uint32)
        for first in range(lo, hi, CHUNK):
            fill_words(w.seed, w.stream, step, first, words)
            for i in range(min(CHUNK, hi - first)):
                if words[i] > edges[0, first + i if w.width > 1 else 0]:
                    log[end] = first + i
                    end += 1
    ends[slot + 1] = end
    if w.capacity - end < (1 + control[AHEAD]) * (hi - lo):
        atomic_store(control, STOP_AT, step + 1)


class ListSourceWords(NamedTuple):
    """The words of `list_source`."""

    steps: NDArray[np.int64]  # when, ascending for each thread [n_spikes]
    indices: NDArray[np.int32]  # neurons that fire [n_spikes]
    n_spikes: int
    spans: NDArray[np.int64]  # first spike of each thread, and the end [n_threads + 1]
    cursor: NDArray[
        np.int64
    ]  # next spike of each thread, in its first column [n_threads, 8]
    log: NDArray[np.int32]  # neurons that fired [n_threads, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_threads, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share
    largest: int  # neurons of a thread at most


def list_source(block: int, step: int, thread: int) -> None:
    """Adapter: spikes known in advance; each thread remembers how far it came with its own."""
    w = read_words(ListSourceWords, block)
    steps = carray(as_pointer(w.steps), (w.n_spikes,), np.int64)
    indices = carray(as_pointer(w.indices), (w.n_spikes,), np.int32)
    spans = carray(as_pointer(w.spans), (thread + 2,), np.int64)
    cursor = carray(as_pointer(w.cursor), (8 * (thread + 1),), np.int64)
    log = carray(as_pointer(w.log + 4 * thread * w.capacity), (w.capacity,), np.int32)
    ends = carray(as_pointer(w.ends + 8 * thread * w.slots), (w.slots,), np.int64)
    control = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)
    slot = step - control[ORIGIN]
    end = ends[slot]
    k = cursor[8 * thread]
    # what a restored or newly assembled run has passed already
    while k < spans[thread + 1] and steps[k] < step:
        k += 1
    while k < spans[thread + 1] and steps[k] == step:
        log[end] = indices[k]
        end += 1
        k += 1
    cursor[8 * thread] = k
    ends[slot + 1] = end
    if w.capacity - end < (1 + control[AHEAD]) * w.largest:
        atomic_store(control, STOP_AT, step + 1)
