"""Numba: lists of those who are awake, leaps by table for those who sleep."""

from typing import Any, NamedTuple

import numpy as np
from numba import carray
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import AHEAD, CONTROL_SIZE, ORIGIN, STOP_AT
from neurosparse.kernels.base.machine.intrinsics import as_pointer, atomic_store, read_words
from neurosparse.kernels.base.machine.models import findable, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation
from neurosparse.kernels.spikes.event_update import LONGEST_LEAP
from neurosparse.kernels.spikes.event_update.loops import model_parts

# bound anew for each model (event mode is float64) by `event_operation`
INDEX: Any = np.uint32
OFFSET: Any = np.int64
WIDTH = 8  # bytes of an offset
step_awake: Any = None
touch_rows: Any = None
look_at: Any = None


class UpdateEventsWords(NamedTuple):
    """The words of `update_events`."""

    rows: NDArray[np.float64]  # state variables [n_state, n_alloc]
    n_state: int
    n_alloc: int
    table: NDArray[np.float64]  # coefficients of leaps [LONGEST_LEAP, n_coefficients]
    n_coefficients: int
    valid: NDArray[np.int32]  # the step after whose update the state holds [n_alloc]
    awake: NDArray[np.uint8]  # who moves in every step [n_alloc]
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    listed: NDArray[np.int32]  # those who are awake, from each thread's bound on [n_alloc]
    counts: NDArray[np.int64]  # how many they are, in column 0 [n_threads, 8]
    ready: NDArray[np.int32]  # the step from which a neuron may fire again [n_alloc]
    refractory: NDArray[np.int32]  # steps [n_refractory]
    n_refractory: int  # 1 or n_alloc
    log: NDArray[np.int32]  # neurons that fired [n_threads, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_threads, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share


def update_events(block: int, step: int, thread: int) -> None:
    """Adapter: those who are awake in one thread's slice."""
    w = read_words(UpdateEventsWords, block)
    n_alloc = w.n_alloc
    rows = carray(as_pointer(w.rows), (w.n_state, n_alloc), np.float64)
    table = carray(as_pointer(w.table), (LONGEST_LEAP, w.n_coefficients), np.float64)
    valid = carray(as_pointer(w.valid), (n_alloc,), np.int32)
    ready = carray(as_pointer(w.ready), (n_alloc,), np.int32)
    awake = carray(as_pointer(w.awake), (n_alloc,), np.uint8)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    listed = carray(as_pointer(w.listed + 4 * lo), (hi - lo,), np.int32)
    counts = carray(as_pointer(w.counts + 64 * thread), (1,), np.int64)
    pause = carray(as_pointer(w.refractory), (w.n_refractory,), np.int32)
    log = carray(as_pointer(w.log + 4 * thread * w.capacity), (w.capacity,), np.int32)
    ends = carray(as_pointer(w.ends + 8 * thread * w.slots), (w.slots,), np.int64)
    control = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)
    slot = step - control[ORIGIN]
    end = ends[slot]
    fired = 0
    if counts[0] > 0:
        now = np.int32(step)
        kept, fired = step_awake(
            rows, table, valid, ready, awake, listed, counts[0], pause, now, log[end:]
        )
        counts[0] = kept
    ends[slot + 1] = end + fired
    if w.capacity - end - fired < (1 + control[AHEAD]) * (hi - lo):
        atomic_store(control, STOP_AT, step + 1)


class DeliverEventsWords(NamedTuple):
    """The words of `deliver_events`."""

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
    target: NDArray[np.float64]  # the receptor's row of the state [n_alloc]
    n_alloc: int
    delays: NDArray[np.int64]  # steps, each once, the longest first [n_delays]
    n_delays: int
    epoch: int  # step before which spikes left through other synapses
    rows: NDArray[np.float64]  # state variables [n_state, n_alloc]
    n_state: int
    table: NDArray[np.float64]  # coefficients of leaps [LONGEST_LEAP, n_coefficients]
    n_coefficients: int
    valid: NDArray[np.int32]  # the step after whose update the state holds [n_alloc]
    awake: NDArray[np.uint8]  # who moves in every step [n_alloc]
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    listed: NDArray[np.int32]  # those who are awake, from each thread's bound on [n_alloc]
    counts: NDArray[np.int64]  # how many they are, in column 0 [n_threads, 8]


def deliver_events(block: int, step: int, thread: int) -> None:
    """Adapter: the spikes that arrive now, onto targets in event mode."""
    w = read_words(DeliverEventsWords, block)
    here = step - carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN]
    stride = w.stride
    n_alloc = w.n_alloc
    indices = carray(as_pointer(w.indices), (w.nnz,), INDEX)
    weight = carray(as_pointer(w.weight), (w.n_weights,), np.float32)
    receptor = carray(as_pointer(w.target), (n_alloc,), np.float64)
    delays = carray(as_pointer(w.delays), (w.n_delays,), np.int64)
    rows = carray(as_pointer(w.rows), (w.n_state, n_alloc), np.float64)
    table = carray(as_pointer(w.table), (LONGEST_LEAP, w.n_coefficients), np.float64)
    valid = carray(as_pointer(w.valid), (n_alloc,), np.int32)
    awake = carray(as_pointer(w.awake), (n_alloc,), np.uint8)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    listed = carray(as_pointer(w.listed + 4 * lo), (hi - lo,), np.int32)
    counts = carray(as_pointer(w.counts + 64 * thread), (1,), np.int64)
    n = counts[0]
    now = np.int32(step)
    for q in range(w.n_delays):
        if step - delays[q] < w.epoch:
            continue
        part = w.segments + WIDTH * (thread * w.n_delays + q)
        starts = carray(as_pointer(part), (w.n_pre * stride,), OFFSET)
        ends = carray(as_pointer(part + WIDTH), (w.n_pre * stride,), OFFSET)
        slot = here - delays[q]
        for other in range(w.n_logs):
            cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
            log = carray(
                as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32
            )
            fired = log[cut[slot] : cut[slot + 1]]
            if fired.size > 0:
                n = touch_rows(
                    fired,
                    starts,
                    ends,
                    stride,
                    indices,
                    weight,
                    receptor,
                    rows,
                    table,
                    valid,
                    awake,
                    listed,
                    n,
                    now,
                )
    counts[0] = n


class RecordEventsWords(NamedTuple):
    """The words of `record_events`."""

    rows: NDArray[np.float64]  # state variables [n_state, n_alloc]
    n_state: int
    n_alloc: int
    table: NDArray[np.float64]  # coefficients of leaps [LONGEST_LEAP, n_coefficients]
    n_coefficients: int
    valid: NDArray[np.int32]  # the step after whose update the state holds [n_alloc]
    variable: int  # row of the state
    chosen: NDArray[np.int64]  # neurons, ascending [n_chosen]
    n_chosen: int
    cuts: NDArray[np.int64]  # where each thread's part of `chosen` begins
    out: NDArray[np.float64]  # the buffer [lines, n_chosen]
    every: int  # steps between two lines
    control: NDArray[np.int64]  # what all threads share
    history: int  # steps in the spike logs before the first of a chunk


def record_events(block: int, step: int, thread: int) -> None:
    """Adapter: every `every` steps one line of the buffer, sleepers as they would be now."""
    w = read_words(RecordEventsWords, block)
    every = w.every
    if step % every != 0:
        return
    chosen = carray(as_pointer(w.chosen), (w.n_chosen,), np.int64)
    cuts = carray(as_pointer(w.cuts), (thread + 2,), np.int64)
    control = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)
    line = step // every - (control[ORIGIN] + w.history + every - 1) // every
    out = carray(as_pointer(w.out), (line + 1, w.n_chosen), np.float64)
    rows = carray(as_pointer(w.rows), (w.n_state, w.n_alloc), np.float64)
    table = carray(as_pointer(w.table), (LONGEST_LEAP, w.n_coefficients), np.float64)
    valid = carray(as_pointer(w.valid), (w.n_alloc,), np.int32)
    lo = cuts[thread]
    hi = cuts[thread + 1]
    look_at(rows, table, valid, chosen[lo:hi], w.variable, np.int32(step), out[line, lo:hi])


@memoised
def event_operation(kind: type, adapter: Any, **types: Any) -> Any:
    """Compile an adapter of this file for a model and types of its arrays, as `INDEX=uint16`."""
    name = suffix(kind, np.float64, *(t.__name__ for t in types.values()), "event")
    bindings = dict(types)
    if "OFFSET" in types:
        bindings["WIDTH"] = np.dtype(types["OFFSET"]).itemsize
    return operation(adapter, name, findable(kind), **bindings, **model_parts(kind))
