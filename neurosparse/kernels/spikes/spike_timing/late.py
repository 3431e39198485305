"""Numba: learning where delays differ. Rows are cut by delay, and weights stand part by part.

Pre and post meet at the synapse: a spike reaches it after its delay and finds the traces that the
target has then; when the target fires, the synapse shows it the presynaptic traces of a delay ago.
So of a presynaptic neuron stand there its last spike and the traces after it, and for each spike
that is under way how long before it the last one was, and the traces after that one.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.intrinsics import (
    as_pointer,
    gather,
    read_words,
    scatter,
    times,
)
from neurosparse.kernels.base.machine.models import findable, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation, specialise
from neurosparse.kernels.spikes.spike_timing import own, parts, past
from neurosparse.kernels.spikes.spike_timing.own import own_events
from neurosparse.kernels.spikes.spike_timing.parts import (
    PART,
    change_old_row,
    change_row,
    fade,
    rule_parts,
)
from neurosparse.kernels.spikes.spike_timing.past import (
    change_late_column,
    change_parts,
    fade_seen,
    presynaptic_traces,
    traces_before,
    what_is_left,
)

PARTS = 512  # of rows, listed before they are walked
HIDDEN = np.float32(-2e38)
LONGEST_GAP = 2**31 - 1  # steps between two spikes

# bound anew for each rule, index type and precision by `late_operation`
REAL: Any = np.float64
INDEX: Any = np.uint32
OFFSET: Any = np.uint32
PLACE: Any = np.int32
LAG: Any = np.uint8
Pre: Any = None
Post: Any = None
Coefficients: Any = None
pre_spike: Any = None
post_spike: Any = None
traces_at: Any = None
parts_event: Any = None
column_event: Any = None
WIDTH = 4  # bytes of an offset


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
    weight: NDArray[np.float32]  # likewise [nnz]
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
    x: NDArray[np.float32]  # traces after the last spike [n_threads, n_x, n_pre]
    n_x: int
    last: NDArray[np.int64]  # the step of that spike [n_threads, n_pre]
    past: NDArray[np.float32]  # by step, traces after the spike before [n_past, n_x, n_pre]
    gaps: NDArray[np.int32]  # likewise, steps since that one [n_past, n_pre]
    n_past: int  # steps that are kept, above the longest delay by 1
    longest: int  # of delays that may come
    seen: NDArray[
        np.float32
    ]  # traces as of the span, after the last spike and the one before
    # [n_threads, n_x, 2 n_pre]
    fired: NDArray[np.int32]  # the step of the last spike, its low bits [n_threads, n_pre]
    around: NDArray[np.float32]  # what seen is multiplied by [n_x, longest + 2 span + 1]
    quick: int  # whether that can be
    powers: NDArray[
        np.float32
    ]  # of x after 0, 1, ... steps, then each FINE [n_x, n_powers]
    n_powers: int
    y: NDArray[np.float32]  # postsynaptic traces [n_y, n_alloc]
    n_y: int
    fading: NDArray[np.float32]  # what is left of y after steps [n_y, span + 1]
    growing: NDArray[np.float32]  # one over that, likewise
    span: int  # steps after which y is written down anew
    still: NDArray[np.int64]  # whether y has come to rest, in column 1 [n_threads, 8]
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    columns: NDArray[np.int64]  # where the synapses onto a neuron begin [n_post + 1]
    n_post: int
    of: NDArray[np.int32]  # presynaptic neurons, by postsynaptic neuron [nnz]
    places: NDArray[Any]  # positions of the synapses in the parts, likewise [nnz]
    lags: NDArray[Any]  # their delays, likewise [nnz]
    post_log: NDArray[
        np.int32
    ]  # postsynaptic neurons that fired [n_threads, post_capacity]
    post_capacity: int
    post_ends: NDArray[np.int64]  # where the spikes of a step end [n_threads, post_slots]
    post_slots: int
    own: NDArray[np.float32]  # what synapses keep beside the weight [n_own, nnz]
    n_own: int
    valid: NDArray[np.int32]  # the step after which that holds, where it moves [n_valid]
    n_valid: int  # nnz or 0
    dt: NDArray[np.float64]  # of a step, in ms [1]
    shares: NDArray[np.float32]  # what each spike delivers [n_threads, n_slots, n_pre]
    n_slots: int


def learn_late(block: int, step: int, thread: int) -> None:
    """Adapter: one projection's step in one slice."""
    w = read_words(LearnLateWords, block)
    origin = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN]
    n_pre = w.n_pre
    stride = w.stride
    n_x = w.n_x
    indices = carray(as_pointer(w.indices), (w.nnz,), INDEX)
    weight = carray(as_pointer(w.weight), (w.nnz,), np.float32)
    changed = carray(as_pointer(w.changed), (w.nnz,), np.float32)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    delays = carray(as_pointer(w.delays), (w.n_delays,), np.int64)
    coefficients = carray(as_pointer(w.coefficients), (w.n_coefficients, 1), np.float32)
    x = carray(as_pointer(w.x + 4 * thread * n_x * n_pre), (n_x, n_pre), np.float32)
    last = carray(as_pointer(w.last + 8 * thread * n_pre), (n_pre,), np.int64)
    # all threads write the same numbers to the same places of these
    past = carray(as_pointer(w.past), (w.n_past, n_x, n_pre), np.float32)
    gaps = carray(as_pointer(w.gaps), (w.n_past, n_pre), np.int32)
    powers = carray(as_pointer(w.powers), (n_x, w.n_powers), np.float32)
    place = w.seen + 8 * thread * n_x * n_pre
    seen = carray(as_pointer(place), (n_x, 2 * n_pre), np.float32)
    fired_at = carray(as_pointer(w.fired + 4 * thread * n_pre), (n_pre,), np.int32)
    middle = w.longest + w.span
    around = carray(as_pointer(w.around), (n_x, middle + w.span + 1), np.float32)
    kept = carray(as_pointer(w.own), (w.n_own, w.nnz), np.float32)
    valid = carray(as_pointer(w.valid), (w.n_valid,), np.int32)
    dt = carray(as_pointer(w.dt), (1,), np.float64)[0]
    y = carray(as_pointer(w.y), (w.n_y, w.n_alloc), np.float32)
    fading = carray(as_pointer(w.fading), (w.n_y, w.span + 1), np.float32)
    growing = carray(as_pointer(w.growing), (w.n_y, w.span + 1), np.float32)
    still = carray(as_pointer(w.still + 64 * thread), (2,), np.int64)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    age = carray(as_pointer(w.age), (w.n_ages,), np.uint16)
    place = w.shares + 4 * thread * w.n_slots * n_pre
    shares = carray(as_pointer(place), (w.n_slots, n_pre), np.float32)
    p = gather(Coefficients, coefficients, 0)
    here = step - origin
    since = step % w.span
    if since == 0:
        fade(y[:, lo:hi], fading[:, w.span], still[1:])
        fade_seen(seen, around[:, middle + w.span], still)
    x_more = gather(Pre, around, middle - since)
    y_left = gather(Post, fading, since)
    y_more = gather(Post, growing, since)
    los = np.empty(PARTS, np.int64)
    his = np.empty(PARTS, np.int64)
    who = np.empty(PARTS, np.int64)
    ago = np.empty(PARTS, np.int64)
    listed = 0
    for q in range(w.n_delays):
        delay = delays[q]
        if step - delay < w.epoch and w.n_ages == 0:
            continue
        part = w.segments + WIDTH * (thread * w.n_delays + q)
        starts = carray(as_pointer(part), (n_pre * stride,), OFFSET)
        stops = carray(as_pointer(part + WIDTH), (n_pre * stride,), OFFSET)
        slot = here - delay
        for other in range(w.n_logs):
            cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
            log = carray(
                as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32
            )
            for k in range(cut[slot], cut[slot + 1]):
                i = np.int64(log[k])
                los[listed] = np.int64(starts[i * stride])
                his[listed] = np.int64(stops[i * stride])
                who[listed] = i
                ago[listed] = delay
                listed += his[listed] > los[listed]
                if listed == PARTS:
                    parts_event(
                        los,
                        his,
                        who,
                        ago,
                        listed,
                        step,
                        w.epoch,
                        indices,
                        weight,
                        changed,
                        age,
                        shares,
                        x,
                        last,
                        past,
                        gaps,
                        powers,
                        y,
                        y_left,
                        coefficients,
                        target,
                        kept,
                        valid,
                        dt,
                    )
                    listed = 0
    parts_event(
        los,
        his,
        who,
        ago,
        listed,
        step,
        w.epoch,
        indices,
        weight,
        changed,
        age,
        shares,
        x,
        last,
        past,
        gaps,
        powers,
        y,
        y_left,
        coefficients,
        target,
        kept,
        valid,
        dt,
    )
    slot = step % w.n_past
    for other in range(w.n_logs):
        cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
        log = carray(as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32)
        for k in range(cut[here], cut[here + 1]):
            i = np.int64(log[k])
            after = pre_spike(traces_at(i, step, step, x, last, past, gaps, powers), p)
            for r in range(n_x):
                past[slot, r, i] = x[r, i]
            gaps[slot, i] = np.int32(min(step - last[i], LONGEST_GAP))
            if w.quick != 0:
                apart = step - last[i] >= w.longest
                before = gather(Pre, seen, i)
                scatter(seen, n_pre + i, before)
                if not apart:
                    seen[0, n_pre + i] = HIDDEN
                scatter(seen, i, times(after, x_more))
                still[0] = 0
            scatter(x, i, after)
            last[i] = step
            fired_at[i] = np.int32(step)
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
        latest = times(gather(Post, y, j), y_left)
        column_event(
            of[a:b],
            places[a:b],
            lags[a:b],
            changed,
            latest,
            step,
            seen,
            fired_at,
            around,
            middle + since,
            x,
            last,
            past,
            gaps,
            powers,
            coefficients,
            kept,
            valid,
            dt,
        )
    for k in range(cut[here], cut[here + 1]):
        j = np.int64(log[k])
        after = post_spike(times(gather(Post, y, j), y_left), p)
        scatter(y, j, times(after, y_more))
        still[1] = 0


@memoised
def late_operation(kind: type, brief: bool, real: type, *types: type) -> Any:
    """Compile the learning of a rule through synapses that differ in delay."""
    index, offset, place, lag = types
    code = (parts.CODE, past.CODE, own.CODE)
    words = (*["short"] * brief, *(t.__name__ for t in types), "late", *code)
    name = suffix(kind, real, *words)
    names = {"REAL": real, "INDEX": index, "OFFSET": offset, "PLACE": place, "LAG": lag}
    names |= rule_parts(kind, brief) | {"WIDTH": np.dtype(offset).itemsize}
    part = njit(**PART)
    find = njit(forceinline=True, **PART)
    names["left_after"] = find(specialise(what_is_left, name, **names))
    names["earlier_traces"] = part(specialise(traces_before, name, **names))
    names["traces_at"] = find(specialise(presynaptic_traces, name, **names))
    if hasattr(kind, "Synapse"):
        events = own_events(kind, name, names)
        return operation(learn_late, name, findable(kind), **names | events)
    names["row_event"] = part(specialise(change_row, name, **names))
    names["old_row_event"] = part(specialise(change_old_row, name, **names))
    return operation(
        learn_late,
        name,
        findable(kind),
        parts_event=part(specialise(change_parts, name, **names)),
        column_event=part(specialise(change_late_column, name, **names)),
        **names,
    )
