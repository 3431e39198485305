"""Numba: each thread owns the synapses onto its slice, the traces of its slice and a copy of all
pre traces.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.intrinsics import (
    as_pointer,
    gather,
    prefetch,
    read_words,
    scatter,
    times,
)
from neurosparse.kernels.base.machine.models import findable, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation, specialise
from neurosparse.kernels.spikes.spike_timing.parts import (
    AHEAD,
    PART,
    change_old_row,
    change_row,
    fade,
    fingerprint,
    rule_parts,
)

# bound anew for each rule, index type and precision by `plastic_operation`
REAL: Any = np.float64
INDEX: Any = np.uint32
PLACE: Any = np.int32
Pre: Any = None
Post: Any = None
Coefficients: Any = None
on_post: Any = None
pre_spike: Any = None
post_spike: Any = None
BRIEF: Any = True
row_event: Any = None
old_row_event: Any = None
column_event: Any = None


def change_column(
    pre: Any,
    places: Any,
    changed: Any,
    y: Any,
    traces: Any,
    left: Any,
    coefficients: Any,
) -> None:
    """Change the synapses onto one neuron that fired; `left` is what presynaptic traces are
    multiplied by.
    """
    p = gather(Coefficients, coefficients, 0)
    for k in range(places.size):
        if k + AHEAD < places.size:
            prefetch(changed, np.int64(places[k + AHEAD]))
        x = times(gather(Pre, traces, np.int64(pre[k])), left)
        place = np.uint64(places[k])
        changed[place] = on_post(changed[place], x, y, p)


class LearnWords(NamedTuple):
    """The words of `learn`."""

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
    weight: NDArray[np.float32]  # [nnz]
    changed: NDArray[np.float32]  # what the rule changes, weights or eligibilities [nnz]
    target: NDArray[Any]  # the receptor's row of the state [n_alloc]
    n_alloc: int
    delay: int  # steps
    epoch: int  # step of the last edit, before which only the synapses of old spikes count
    age: NDArray[
        np.uint16
    ]  # steps for which each synapse had been there at the epoch [n_ages]
    n_ages: int  # nnz, or 0 before any edit
    coefficients: NDArray[np.float32]  # of the rule [n_coefficients, 1]
    n_coefficients: int
    x: NDArray[np.float32]  # presynaptic traces, a copy a thread [n_threads, n_x, n_pre]
    n_x: int
    y: NDArray[np.float32]  # postsynaptic traces [n_y, n_alloc]
    n_y: int
    fading: NDArray[np.float32]  # what is left of x, y after steps [n_x + n_y, span + 1]
    growing: NDArray[np.float32]  # one over that, likewise
    span: int  # steps after which x and y are written down anew
    still: NDArray[np.int64]  # whether x, then y, have come to rest [n_threads, 8]
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    columns: NDArray[np.int64]  # where the synapses onto a neuron begin [n_post + 1]
    n_post: int
    of: NDArray[np.int32]  # presynaptic neurons, by postsynaptic neuron [nnz]
    places: NDArray[Any]  # positions of the synapses in the rows, likewise [nnz]
    post_log: NDArray[
        np.int32
    ]  # postsynaptic neurons that fired [n_threads, post_capacity]
    post_capacity: int
    post_ends: NDArray[np.int64]  # where the spikes of a step end [n_threads, post_slots]
    post_slots: int
    shares: NDArray[np.float32]  # what each spike delivers [n_threads, n_slots, n_pre]
    n_slots: int


def learn(block: int, step: int, thread: int) -> None:
    """Adapter: one projection's step in one slice."""
    w = read_words(LearnWords, block)
    origin = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN]
    n_pre = w.n_pre
    stride = w.stride
    n_x = w.n_x
    starts = carray(as_pointer(w.segments + 8 * thread), (n_pre * stride,), np.int64)
    stops = carray(as_pointer(w.segments + 8 * thread + 8), (n_pre * stride,), np.int64)
    indices = carray(as_pointer(w.indices), (w.nnz,), INDEX)
    weight = carray(as_pointer(w.weight), (w.nnz,), np.float32)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    slot = step - origin - w.delay
    coefficients = carray(as_pointer(w.coefficients), (w.n_coefficients, 1), np.float32)
    x = carray(as_pointer(w.x + 4 * thread * n_x * n_pre), (n_x, n_pre), np.float32)
    y = carray(as_pointer(w.y), (w.n_y, w.n_alloc), np.float32)
    n_kept = w.span + 1
    fading = carray(as_pointer(w.fading), (n_x + w.n_y, n_kept), np.float32)
    growing = carray(as_pointer(w.growing), (n_x + w.n_y, n_kept), np.float32)
    still = carray(as_pointer(w.still + 64 * thread), (2,), np.int64)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    columns = carray(as_pointer(w.columns), (w.n_post + 1,), np.int64)
    of = carray(as_pointer(w.of), (w.nnz,), np.int32)
    places = carray(as_pointer(w.places), (w.nnz,), PLACE)
    changed = carray(as_pointer(w.changed), (w.nnz,), np.float32)
    since = step % w.span
    if since == 0:
        fade(x, fading[:n_x, w.span], still)
        fade(y[:, lo:hi], fading[n_x:, w.span], still[1:])
    x_left = gather(Pre, fading, since)
    x_more = gather(Pre, growing, since)
    y_left = gather(Post, fading[n_x:], since)
    y_more = gather(Post, growing[n_x:], since)
    p = gather(Coefficients, coefficients, 0)
    age = carray(as_pointer(w.age), (w.n_ages,), np.uint16)
    back = w.epoch - (step - w.delay)
    line = w.shares + 4 * n_pre * (thread * w.n_slots + (step - w.delay) % w.n_slots)
    shares = carray(as_pointer(line), (n_pre,), np.float32)
    if back <= 0 or w.n_ages > 0:
        for other in range(w.n_logs):
            cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
            log = carray(
                as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32
            )
            for k in range(cut[slot], cut[slot + 1]):
                i = np.int64(log[k])
                a, b = starts[i * stride], stops[i * stride]
                one = times(gather(Pre, x, i), x_left)
                share = shares[i] if BRIEF else np.float32(1)
                if back <= 0:
                    row_event(
                        indices[a:b],
                        weight[a:b],
                        changed[a:b],
                        one,
                        share,
                        y,
                        y_left,
                        coefficients,
                        target,
                    )
                else:
                    old_row_event(
                        indices[a:b],
                        weight[a:b],
                        changed[a:b],
                        one,
                        share,
                        y,
                        y_left,
                        coefficients,
                        target,
                        age[a:b],
                        back,
                    )
    for other in range(w.n_logs):
        cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
        log = carray(as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32)
        for k in range(cut[slot], cut[slot + 1]):
            i = np.int64(log[k])
            after = pre_spike(times(gather(Pre, x, i), x_left), p)
            scatter(x, i, times(after, x_more))
            still[0] = 0
    cut = carray(
        as_pointer(w.post_ends + 8 * thread * w.post_slots), (w.post_slots,), np.int64
    )
    fired = w.post_log + 4 * thread * w.post_capacity
    log = carray(as_pointer(fired), (w.post_capacity,), np.int32)
    here = step - origin
    for k in range(cut[here], cut[here + 1]):
        j = np.int64(log[k])
        a = columns[j]
        b = columns[j + 1]
        latest = times(gather(Post, y, j), y_left)
        column_event(of[a:b], places[a:b], changed, latest, x, x_left, coefficients)
    for k in range(cut[here], cut[here + 1]):
        j = np.int64(log[k])
        after = post_spike(times(gather(Post, y, j), y_left), p)
        scatter(y, j, times(after, y_more))
        still[1] = 0


@memoised
def plastic_operation(kind: type, brief: bool, real: type, index: type, place: type) -> Any:
    """Compile the learning of a rule, `brief` beside a short-term one, for one index type, position
    type and precision of the target.
    """
    code = fingerprint(change_row, change_old_row, change_column)
    words = (*["short"] * brief, index.__name__, place.__name__, code)
    name = suffix(kind, real, *words)
    names = {"REAL": real, "INDEX": index, "PLACE": place} | rule_parts(kind, brief)
    part = njit(**PART)
    return operation(
        learn,
        name,
        findable(kind),
        row_event=part(specialise(change_row, name, **names)),
        old_row_event=part(specialise(change_old_row, name, **names)),
        column_event=part(specialise(change_column, name, **names)),
        **names,
    )
