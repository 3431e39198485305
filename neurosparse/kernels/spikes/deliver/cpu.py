"""Numba: rows walked by the owner of the targets."""

from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.intrinsics import as_pointer, prefetch, read_words
from neurosparse.kernels.spikes.deliver.walk import (
    deliver_parts,
    deliver_rows,
    fetch_ahead,
    find_parts,
    list_parts,
    most_arriving,
)

PARTS = 512  # of rows cut by delay, listed before they are walked
TARGETS_AHEAD = 24  # of a ring, which seldom fits into a cache

# bound anew for each layout by `operation`
REAL: Any = np.float64
INDEX: Any = np.uint32
DELAY: Any = np.uint8
OFFSET: Any = np.int64
WIDTH = 8  # bytes of an offset


@njit(cache=True, nogil=True)
def _slot(slot: Any, n_slots: Any) -> Any:
    """Wrap a slot that is less than a ring too far."""
    return slot - n_slots if slot >= n_slots else slot


@njit(cache=True, nogil=True)
def deliver_rows_late(
    spikes: Any,
    step: Any,
    starts: Any,
    ends: Any,
    stride: Any,
    indices: Any,
    weight: Any,
    delay: Any,
    ring: Any,
    filled: Any,
) -> None:
    """Add the rows of the spikes to the ring slot in which each synapse acts; `filled` [n_slots]
    tells where something was put.
    """
    n_slots, n = ring.shape
    now = step % n_slots
    flat = ring.reshape(-1)
    for k in range(spikes.size):
        fetch_ahead(spikes, k, starts, stride, indices, weight)
        i = np.int64(spikes[k]) * stride
        last = ends[i] - 1
        for j in range(starts[i], ends[i]):
            coming = min(j + TARGETS_AHEAD, last)
            prefetch(
                flat, _slot(now + delay[coming], n_slots) * n + np.int64(indices[coming])
            )
            slot = _slot(now + delay[j], n_slots)
            flat[slot * n + np.int64(indices[j])] += (
                weight[j] if weight.size > 1 else weight[0]
            )
            filled[slot] = 1


class DeliverWords(NamedTuple):
    """The words of `deliver_spikes`."""

    n_logs: int  # threads that write spikes
    log: NDArray[np.int32]  # presynaptic neurons that fired [n_logs, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_logs, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share
    n_pre: int
    segments: NDArray[Any]  # where the parts of a row begin [n_pre * stride + 1]
    stride: int  # of a row: a part for each thread, in it one for each delay
    indices: NDArray[Any]  # postsynaptic neurons [nnz]
    nnz: int
    weight: NDArray[np.float32]  # [n_weights]
    n_weights: int  # 1 or nnz
    target: NDArray[Any]  # the receptor's row of the state [n_alloc]
    n_alloc: int
    delays: NDArray[np.int64]  # steps, each once, the longest first [n_delays]
    n_delays: int
    epoch: int  # step before which spikes left through other synapses


def deliver_spikes(block: int, step: int, thread: int) -> None:
    """Adapter: the spikes that arrive now, those under way for longest first.

    Spikes from before the epoch left through synapses that were replaced since; they wait
    elsewhere.
    """
    w = read_words(DeliverWords, block)
    stride = w.stride
    indices = carray(as_pointer(w.indices), (w.nnz,), INDEX)
    weight = carray(as_pointer(w.weight), (w.n_weights,), np.float32)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    delays = carray(as_pointer(w.delays), (w.n_delays,), np.int64)
    origin = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN]
    if w.n_delays == 1:
        delay = delays[0]
        if step - delay < w.epoch:
            return
        slot = step - origin - delay
        part = w.segments + WIDTH * thread
        starts = carray(as_pointer(part), (w.n_pre * stride,), OFFSET)
        ends = carray(as_pointer(part + WIDTH), (w.n_pre * stride,), OFFSET)
        for other in range(w.n_logs):
            cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
            log = carray(
                as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32
            )
            # the next spikes of another thread may not be there yet
            known = cut[slot + 2] if delay > (w.n_logs > 1) else cut[slot + 1]
            n = cut[slot + 1] - cut[slot]
            if n > 0:
                fired = log[cut[slot] : known]
                deliver_rows(fired, n, starts, ends, stride, indices, weight, target)
        return
    cuts = carray(as_pointer(w.ends), (w.n_logs, w.slots), np.int64)
    logs = carray(as_pointer(w.log), (w.n_logs, w.capacity), np.int32)
    segments = carray(as_pointer(w.segments), (w.n_pre * stride + 1,), OFFSET)
    room = min(most_arriving(step, origin, delays, cuts), PARTS)
    parts = np.empty(room, np.int64)
    los = np.empty(room, np.int64)
    his = np.empty(room, np.int64)
    after = (0, 0, 0)
    while room > 0:
        after, n = list_parts(
            step, origin, w.epoch, delays, cuts, logs, thread, stride, after, parts
        )
        find_parts(parts, n, segments, los, his)
        deliver_parts(los, his, n, indices, weight, target)
        if n < room or after[0] == w.n_delays:
            return


class DeliverLateWords(NamedTuple):
    """The words of `deliver_spikes_late`."""

    n_logs: int  # threads that write spikes
    log: NDArray[np.int32]  # presynaptic neurons that fired [n_logs, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_logs, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share
    n_pre: int
    segments: NDArray[np.int64]  # where each thread's part of a row begins [n_pre * stride]
    stride: int
    indices: NDArray[Any]  # postsynaptic neurons [nnz]
    nnz: int
    weight: NDArray[np.float32]  # [n_weights]
    n_weights: int  # 1 or nnz
    ring: NDArray[Any]  # what arrives in each of the coming steps [n_slots, n_alloc]
    n_slots: int
    n_alloc: int
    filled: NDArray[np.uint8]  # where something was put [n_threads, width]
    width: int
    delays: NDArray[Any]  # steps [nnz]


def deliver_spikes_late(block: int, step: int, thread: int) -> None:
    """Adapter: the spikes of this step, into the ring."""
    w = read_words(DeliverLateWords, block)
    stride = w.stride
    starts = carray(as_pointer(w.segments + 8 * thread), (w.n_pre * stride,), np.int64)
    ends = carray(as_pointer(w.segments + 8 * thread + 8), (w.n_pre * stride,), np.int64)
    indices = carray(as_pointer(w.indices), (w.nnz,), INDEX)
    weight = carray(as_pointer(w.weight), (w.n_weights,), np.float32)
    ring = carray(as_pointer(w.ring), (w.n_slots, w.n_alloc), REAL)
    filled = carray(as_pointer(w.filled + thread * w.width), (w.n_slots,), np.uint8)
    delay = carray(as_pointer(w.delays), (w.nnz,), DELAY)
    slot = step - carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN]
    for other in range(w.n_logs):
        cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
        log = carray(as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32)
        fired = log[cut[slot] : cut[slot + 1]]
        deliver_rows_late(
            fired, step, starts, ends, stride, indices, weight, delay, ring, filled
        )


@njit(cache=True, nogil=True)
def drain(slot: Any, target: Any) -> None:
    """Move one slot of a ring into the target and leave it empty."""
    for i in range(slot.size):
        target[i] += slot[i]
        slot[i] = 0


class DrainWords(NamedTuple):
    """The words of `drain_ring`."""

    ring: NDArray[Any]  # what arrives in each of the coming steps [n_slots, n_alloc]
    n_slots: int
    n_alloc: int
    filled: NDArray[np.uint8]  # where something was put [n_threads, width]
    width: int
    target: NDArray[Any]  # the receptor's row of the state [n_alloc]
    bounds: NDArray[np.int64]  # where each thread's neurons begin


def drain_ring(block: int, step: int, thread: int) -> None:
    """Adapter: the ring slot of this step, for this thread's slice, if something was put there."""
    w = read_words(DrainWords, block)
    filled = carray(as_pointer(w.filled + thread * w.width), (w.n_slots,), np.uint8)
    slot = step % w.n_slots
    if filled[slot] == 0:
        return
    filled[slot] = 0
    ring = carray(as_pointer(w.ring), (w.n_slots, w.n_alloc), REAL)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    drain(ring[slot, lo:hi], target[lo:hi])


@njit(cache=True, nogil=True)
def find_segments(indptr: Any, indices: Any, bounds: Any, table: Any) -> None:
    """Write to table [n_pre, n_threads + 1] where each sorted row crosses the slice bounds."""
    n_threads = bounds.size - 1
    for i in range(indptr.size - 1):
        at = indptr[i]
        table[i, 0] = at
        for k in range(1, n_threads):
            lo = at
            hi = indptr[i + 1]
            while lo < hi:
                middle = (lo + hi) >> 1
                if np.int64(indices[middle]) < bounds[k]:
                    lo = middle + 1
                else:
                    hi = middle
            table[i, k] = lo
            at = lo
        table[i, n_threads] = indptr[i + 1]
