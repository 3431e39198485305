"""Numba: learning where delays differ. Rows are cut by delay; weights stay in CSR order.

Pre and post meet at the synapse: a spike reaches it after its delay and finds the traces that the
target has then; when the target fires, the synapse shows it the presynaptic traces of a delay ago.
So the presynaptic neuron keeps its traces of the last steps, and a synapse looks back by its delay.
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
from neurosparse.kernels.base.machine.models import FAST, findable, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation, specialise
from neurosparse.kernels.spikes.spike_timing.cpu import AHEAD, decay_live, rule_parts
from neurosparse.kernels.spikes.spike_timing.own import CODE, own_events

# bound anew for each rule, index type and precision by `late_operation`
REAL: Any = np.float64
INDEX: Any = np.uint32
OFFSET: Any = np.uint32
PLACE: Any = np.int32
LAG: Any = np.uint8
Pre: Any = None
Post: Any = None
Coefficients: Any = None
on_pre: Any = None
on_post: Any = None
pre_spike: Any = None
post_spike: Any = None
BRIEF: Any = True  # whether a share may differ from 1
part_event: Any = None
late_column_event: Any = None
WIDTH = 4  # bytes of an offset


def change_part(
    part: Any,
    places: Any,
    weight: Any,
    changed: Any,
    x: Any,
    share: Any,
    traces: Any,
    coefficients: Any,
    target: Any,
    age: Any,
    back: int,
    own: Any,
    valid: Any,
    step: int,
    dt: float,
) -> None:
    """Deliver a `share` of the weights through one part of a row and change its synapses, those
    that were there `back` steps before the last edit.
    """
    p = gather(Coefficients, coefficients, 0)
    for k in range(part.size):
        if back <= 0 or np.int64(age[places[k]]) >= back:
            w = weight[places[k]]
            target[part[k]] += target.dtype.type(w * share if BRIEF else w)
    for k in range(part.size):
        if k + AHEAD < part.size:
            prefetch(changed, np.int64(places[k + AHEAD]))
        if back <= 0 or np.int64(age[places[k]]) >= back:
            y = gather(Post, traces, np.int64(part[k]))
            changed[places[k]] = on_pre(changed[places[k]], x, y, p)


def change_late_column(
    pre: Any,
    places: Any,
    lags: Any,
    changed: Any,
    y: Any,
    history: Any,
    now: int,
    coefficients: Any,
    own: Any,
    valid: Any,
    step: int,
    dt: float,
) -> None:
    """Change the synapses onto one neuron that fired, by the traces that reach them now."""
    p = gather(Coefficients, coefficients, 0)
    n_slots = history.shape[0]
    for k in range(places.size):
        if k + AHEAD < places.size:
            prefetch(changed, np.int64(places[k + AHEAD]))
        slot = now - np.int64(lags[k])
        x = gather(Pre, history[slot + n_slots if slot < 0 else slot], np.int64(pre[k]))
        changed[places[k]] = on_post(changed[places[k]], x, y, p)


@njit(cache=True, nogil=True)
def next_traces(old: Any, factors: Any, new: Any) -> bool:
    """Write what is left of traces after a step; tells whether anything changed."""
    live = False
    for r in range(old.shape[0]):
        factor = factors[r]
        for i in range(old.shape[1]):
            value = old[r, i] * factor
            live |= value != old[r, i]
            new[r, i] = value
    return live


class LearnLateWords(NamedTuple):
    """The words of `learn_late`."""

    n_logs: int  # threads that write spikes
    log: NDArray[np.int32]  # presynaptic neurons that fired [n_logs, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_logs, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share
    n_pre: int
    segments: NDArray[Any]  # where the parts of a row begin [n_pre * stride + 1]
    stride: int  # of a row: a part for each thread, in it one for each delay
    indices: NDArray[Any]  # postsynaptic neurons, part by part [nnz]
    nnz: int
    at: NDArray[Any]  # where these synapses stand in CSR order [nnz]
    weight: NDArray[np.float32]  # in CSR order [nnz]
    changed: NDArray[np.float32]  # what the rule changes, weights or eligibilities [nnz]
    target: NDArray[Any]  # the receptor's row of the state [n_alloc]
    n_alloc: int
    delays: NDArray[np.int64]  # steps, each once, the longest first [n_delays]
    n_delays: int
    epoch: int  # step of the last edit, before which only the synapses of old spikes count
    age: NDArray[
        np.uint16
    ]  # steps for which each synapse had been there at the epoch [n_ages]
    n_ages: int  # nnz, or 0 before any edit
    coefficients: NDArray[np.float32]  # of the rule [n_coefficients, 1]
    n_coefficients: int
    x: NDArray[np.float32]  # presynaptic traces [n_threads, n_traced, n_x, n_pre]
    n_traced: int  # steps that are kept, above the longest delay by 2
    n_x: int
    y: NDArray[np.float32]  # postsynaptic traces [n_y, n_alloc]
    n_y: int
    factors: NDArray[np.float32]  # what is left of x, then of y, after a step [n_x + n_y]
    one: NDArray[np.float32]  # room for the traces of one neuron [n_threads, n_x, 16]
    still: NDArray[np.int64]  # for how many steps x, then y, did not change [n_threads, 8]
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    columns: NDArray[np.int64]  # where the synapses onto a neuron begin [n_post + 1]
    n_post: int
    of: NDArray[np.int32]  # presynaptic neurons, by postsynaptic neuron [nnz]
    places: NDArray[Any]  # positions of the synapses in CSR order, likewise [nnz]
    lags: NDArray[Any]  # their delays, likewise [nnz]
    post_log: NDArray[
        np.int32
    ]  # postsynaptic neurons that fired [n_threads, post_capacity]
    post_capacity: int
    post_ends: NDArray[np.int64]  # where the spikes of a step end [n_threads, post_slots]
    post_slots: int
    shares: NDArray[np.float32]  # what each spike delivers [n_threads, n_slots, n_pre]
    n_slots: int
    own: NDArray[
        np.float32
    ]  # what synapses keep beside the weight, in CSR order [n_own, nnz]
    n_own: int
    valid: NDArray[np.int32]  # the step after which that holds, where it moves [n_valid]
    n_valid: int  # nnz or 0
    dt: NDArray[np.float64]  # of a step, in ms [1]


def learn_late(block: int, step: int, thread: int) -> None:
    """Adapter: one projection's step in one slice."""
    w = read_words(LearnLateWords, block)
    origin = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN]
    n_pre = w.n_pre
    stride = w.stride
    n_x = w.n_x
    n_traced = w.n_traced
    indices = carray(as_pointer(w.indices), (w.nnz,), INDEX)
    at = carray(as_pointer(w.at), (w.nnz,), PLACE)
    weight = carray(as_pointer(w.weight), (w.nnz,), np.float32)
    changed = carray(as_pointer(w.changed), (w.nnz,), np.float32)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    delays = carray(as_pointer(w.delays), (w.n_delays,), np.int64)
    coefficients = carray(as_pointer(w.coefficients), (w.n_coefficients, 1), np.float32)
    mine = w.x + 4 * thread * n_traced * n_x * n_pre
    history = carray(as_pointer(mine), (n_traced, n_x, n_pre), np.float32)
    own = carray(as_pointer(w.own), (w.n_own, w.nnz), np.float32)
    valid = carray(as_pointer(w.valid), (w.n_valid,), np.int32)
    dt = carray(as_pointer(w.dt), (1,), np.float64)[0]
    y = carray(as_pointer(w.y), (w.n_y, w.n_alloc), np.float32)
    factors = carray(as_pointer(w.factors), (n_x + w.n_y,), np.float32)
    still = carray(as_pointer(w.still + 64 * thread), (2,), np.int64)
    one = carray(as_pointer(w.one + 64 * thread * n_x), (n_x, 16), np.float32)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    age = carray(as_pointer(w.age), (w.n_ages,), np.uint16)
    p = gather(Coefficients, coefficients, 0)
    here = step - origin
    now = step % n_traced
    # once all kept steps are alike there is nothing to write
    if still[0] < n_traced:
        before = (step - 1) % n_traced
        live = next_traces(history[before], factors[:n_x], history[now])
        still[0] = 0 if live else still[0] + 1
    decay_live(y[:, lo:hi], factors[n_x:], still[1:])
    for q in range(w.n_delays):
        delay = delays[q]
        back = w.epoch - (step - delay)
        if back > 0 and w.n_ages == 0:
            continue
        part = w.segments + WIDTH * (thread * w.n_delays + q)
        starts = carray(as_pointer(part), (n_pre * stride,), OFFSET)
        stops = carray(as_pointer(part + WIDTH), (n_pre * stride,), OFFSET)
        past = history[(step - delay - 1) % n_traced]
        slot = here - delay
        first = w.shares + 4 * n_pre * (thread * w.n_slots + (step - delay) % w.n_slots)
        line = carray(as_pointer(first), (n_pre,), np.float32)
        for other in range(w.n_logs):
            cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
            log = carray(
                as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32
            )
            for k in range(cut[slot], cut[slot + 1]):
                i = np.int64(log[k])
                a = np.int64(starts[i * stride])
                b = np.int64(stops[i * stride])
                if a == b:
                    continue
                for r in range(n_x):
                    one[r, 0] = past[r, i] * factors[r]
                share = line[i] if BRIEF else np.float32(1)
                part_event(
                    indices[a:b],
                    at[a:b],
                    weight,
                    changed,
                    gather(Pre, one, 0),
                    share,
                    y,
                    coefficients,
                    target,
                    age,
                    back,
                    own,
                    valid,
                    step,
                    dt,
                )
    for other in range(w.n_logs):
        cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
        log = carray(as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32)
        for k in range(cut[here], cut[here + 1]):
            i = np.int64(log[k])
            if still[0] >= n_traced:
                history[now] = history[(step - 1) % n_traced]
            still[0] = 0
            latest = history[now]
            scatter(latest, i, pre_spike(gather(Pre, latest, i), p))
    columns = carray(as_pointer(w.columns), (w.n_post + 1,), np.int64)
    of = carray(as_pointer(w.of), (w.nnz,), np.int32)
    places = carray(as_pointer(w.places), (w.nnz,), PLACE)
    lags = carray(as_pointer(w.lags), (w.nnz,), LAG)
    cut = carray(
        as_pointer(w.post_ends + 8 * thread * w.post_slots), (w.post_slots,), np.int64
    )
    fired = w.post_log + 4 * thread * w.post_capacity
    log = carray(as_pointer(fired), (w.post_capacity,), np.int32)
    for k in range(cut[here], cut[here + 1]):
        j = np.int64(log[k])
        a = columns[j]
        b = columns[j + 1]
        late_column_event(
            of[a:b],
            places[a:b],
            lags[a:b],
            changed,
            gather(Post, y, j),
            history,
            now,
            coefficients,
            own,
            valid,
            step,
            dt,
        )
    for k in range(cut[here], cut[here + 1]):
        j = np.int64(log[k])
        scatter(y, j, post_spike(gather(Post, y, j), p))
        still[1] = 0


@memoised
def late_operation(kind: type, brief: bool, real: type, *types: type) -> Any:
    """Compile the learning of a rule through synapses that differ in delay."""
    index, offset, place, lag = types
    name = suffix(kind, real, *["short"] * brief, *(t.__name__ for t in types), "late")
    names = {"REAL": real, "INDEX": index, "OFFSET": offset, "PLACE": place, "LAG": lag}
    names |= rule_parts(kind, brief) | {"WIDTH": np.dtype(offset).itemsize}
    if hasattr(kind, "Synapse"):
        events = own_events(kind, name, brief)
        return operation(learn_late, f"{name}_{CODE}", findable(kind), **names, **events)
    part = njit(nogil=True, fastmath=FAST)
    return operation(
        learn_late,
        name,
        findable(kind),
        part_event=part(specialise(change_part, name, **names)),
        late_column_event=part(specialise(change_late_column, name, **names)),
        **names,
    )
