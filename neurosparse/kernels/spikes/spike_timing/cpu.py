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
)
from neurosparse.kernels.base.machine.models import FAST, findable, scalar, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation, specialise
from neurosparse.kernels.base.machine.returned import fields_of, one_number

AHEAD = 12

# bound anew for each rule, index type and precision by `plastic_operation`
REAL: Any = np.float64
INDEX: Any = np.uint32
PLACE: Any = np.int32
Pre: Any = None
Post: Any = None
Coefficients: Any = None
on_pre: Any = None
on_post: Any = None
pre_spike: Any = None
post_spike: Any = None
BRIEF: Any = True  # whether a share may differ from 1
row_event: Any = None
old_row_event: Any = None
column_event: Any = None


def change_row(
    row: Any,
    own: Any,
    changed: Any,
    x: Any,
    share: Any,
    traces: Any,
    coefficients: Any,
    target: Any,
) -> None:
    """Deliver a `share` of the weights `own` of one row and change `changed`: the same memory, or
    eligibilities.
    """
    p = gather(Coefficients, coefficients, 0)
    for k in range(row.size):
        target[row[k]] += target.dtype.type(own[k] * share if BRIEF else own[k])
    for k in range(row.size):
        changed[k] = on_pre(changed[k], x, gather(Post, traces, np.int64(row[k])), p)


def change_old_row(
    row: Any,
    own: Any,
    changed: Any,
    x: Any,
    share: Any,
    traces: Any,
    coefficients: Any,
    target: Any,
    age: Any,
    back: int,
) -> None:
    """Deliver through and change the synapses of one row that were there `back` steps before the
    last edit.
    """
    p = gather(Coefficients, coefficients, 0)
    for k in range(row.size):
        if np.int64(age[k]) >= back:
            target[row[k]] += target.dtype.type(own[k] * share if BRIEF else own[k])
    for k in range(row.size):
        if np.int64(age[k]) >= back:
            changed[k] = on_pre(changed[k], x, gather(Post, traces, np.int64(row[k])), p)


def change_column(
    pre: Any, places: Any, changed: Any, y: Any, traces: Any, coefficients: Any
) -> None:
    """Change the synapses onto one neuron that fired."""
    p = gather(Coefficients, coefficients, 0)
    for k in range(places.size):
        if k + AHEAD < places.size:
            prefetch(changed, np.int64(places[k + AHEAD]))
        changed[places[k]] = on_post(
            changed[places[k]], gather(Pre, traces, np.int64(pre[k])), y, p
        )


@njit(cache=True, nogil=True)
def decay_live(traces: Any, factors: Any, still: Any) -> None:
    """Multiply each row of traces by its factor, unless that changed nothing the last time and no
    spike came since: `still` [1].
    """
    if still[0] > 0:
        return
    live = False
    for r in range(traces.shape[0]):
        row, factor = traces[r], factors[r]
        for i in range(row.size):
            value = row[i] * factor
            live |= value != row[i]
            row[i] = value
    still[0] = 0 if live else 1


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
    factors: NDArray[np.float32]  # what is left of x, then of y, after a step [n_x + n_y]
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
    factors = carray(as_pointer(w.factors), (n_x + w.n_y,), np.float32)
    still = carray(as_pointer(w.still + 64 * thread), (2,), np.int64)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    columns = carray(as_pointer(w.columns), (w.n_post + 1,), np.int64)
    of = carray(as_pointer(w.of), (w.nnz,), np.int32)
    places = carray(as_pointer(w.places), (w.nnz,), PLACE)
    changed = carray(as_pointer(w.changed), (w.nnz,), np.float32)
    decay_live(x, factors[:n_x], still)
    decay_live(y[:, lo:hi], factors[n_x:], still[1:])
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
                one = gather(Pre, x, i)
                share = shares[i] if BRIEF else np.float32(1)
                if back <= 0:
                    row_event(
                        indices[a:b],
                        weight[a:b],
                        changed[a:b],
                        one,
                        share,
                        y,
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
            scatter(x, i, pre_spike(gather(Pre, x, i), p))
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
        column_event(of[a:b], places[a:b], changed, gather(Post, y, j), x, coefficients)
    for k in range(cut[here], cut[here + 1]):
        j = np.int64(log[k])
        scatter(y, j, post_spike(gather(Post, y, j), p))
        still[1] = 0


@memoised
def plastic_operation(kind: type, brief: bool, real: type, index: type, place: type) -> Any:
    """Compile the learning of a rule, `brief` beside a short-term one, for one index type, position
    type and precision of the target.
    """
    name = suffix(kind, real, *["short"] * brief, index.__name__, place.__name__)
    names = {"REAL": real, "INDEX": index, "PLACE": place} | rule_parts(kind, brief)
    part = njit(nogil=True, fastmath=FAST)
    return operation(
        learn,
        name,
        findable(kind),
        row_event=part(specialise(change_row, name, **names)),
        old_row_event=part(specialise(change_old_row, name, **names)),
        column_event=part(specialise(change_column, name, **names)),
        **names,
    )


@memoised
def rule_parts(kind: type, brief: bool) -> dict[str, Any]:
    """The compiled functions of a rule, and the tuples they speak of."""
    rule: Any = kind
    changed = fields_of(rule.Synapse) if hasattr(rule, "Synapse") else one_number
    return {
        "on_pre": scalar(rule.on_pre, returns=changed),
        "on_post": scalar(rule.on_post, returns=changed),
        "pre_spike": scalar(rule.pre_spike, returns=fields_of(rule.Pre)),
        "post_spike": scalar(rule.post_spike, returns=fields_of(rule.Post)),
        "Pre": rule.Pre,
        "Post": rule.Post,
        "Coefficients": rule.Coefficients,
        "BRIEF": brief,
    }
