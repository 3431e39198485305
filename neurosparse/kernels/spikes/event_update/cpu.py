"""Numba: lists of those who are awake, leaps by table for those who sleep."""

from typing import Any

import numpy as np
from numba import carray, njit

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN, STOP_AT
from neurosparse.kernels.base.machine.intrinsics import (
    as_pointer,
    atomic_store,
    gather,
    gather_line,
    prefetch,
    scatter,
)
from neurosparse.kernels.base.machine.models import FAST, findable, scalar, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation, specialise
from neurosparse.kernels.spikes.event_update import LONGEST_LEAP, OPEN

AHEAD = 6

# bound anew for each model (event mode is float64) by `event_operation`
State: Any = None
Coefficients: Any = None
advance: Any = None
settle: Any = None
may_fire: Any = None
leap: Any = None
step_awake: Any = None
touch_rows: Any = None
INDEX: Any = np.uint32


def leap_state(s: Any, table: Any, k: Any) -> Any:
    """Advance a sleeper's state by k steps, by the table [LONGEST_LEAP, n_coefficients] of leaps of
    1, 2, ...
    """
    while k > 0:
        m = min(k, LONGEST_LEAP)
        s = State(*advance(s, gather_line(Coefficients, table, m - 1), OPEN)[0])
        k -= m
    return s


def step_the_awake(
    rows: Any,
    table: Any,
    valid: Any,
    ready: Any,
    awake: Any,
    listed: Any,
    n: Any,
    pause: Any,
    step: Any,
    out: Any,
) -> Any:
    """Advance the n listed neurons by one step; returns how many stay awake and how many fired
    (into out).
    """
    p = gather_line(Coefficients, table, 0)
    kept, fired = 0, 0
    for a in range(n):
        i = listed[a]
        since = np.int32(step - ready[i])
        s, over = advance(gather(State, rows, i), p, since)
        valid[i] = step
        scatter(rows, i, s)
        stays = True
        if over and since >= 0:
            scatter(rows, i, settle(gather(State, rows, i), p))
            ready[i] = step + max(pause[i] if pause.size > 1 else pause[0], np.int32(1))
            out[fired] = i
            fired += 1
        elif since >= 0:
            stays = may_fire(gather(State, rows, i), p)
        if stays:
            listed[kept] = i
            kept += 1
        else:
            awake[i] = 0
    if fired > 1:
        out[:fired].sort()
    return kept, fired


def touch_targets(
    spikes: Any,
    starts: Any,
    ends: Any,
    stride: Any,
    indices: Any,
    weight: Any,
    receptor: Any,
    rows: Any,
    table: Any,
    valid: Any,
    awake: Any,
    listed: Any,
    n: Any,
    step: Any,
) -> Any:
    """Bring the targets of the spikes forward, add the weights, wake those that may fire; returns
    the new n.
    """
    p = gather_line(Coefficients, table, 0)
    for k in range(spikes.size):
        if k + AHEAD < spikes.size:
            prefetch(indices, starts[np.int64(spikes[k + AHEAD]) * stride])
        i = np.int64(spikes[k]) * stride
        last = ends[i]
        for j in range(starts[i], last):
            if j + AHEAD < last:
                later = np.int64(indices[j + AHEAD])
                prefetch(valid, later)
                prefetch(receptor, later)
            post = np.int64(indices[j])
            if valid[post] != step:
                scatter(
                    rows, post, leap(gather(State, rows, post), table, np.int64(step - valid[post]))
                )
                valid[post] = step
            receptor[post] += weight[j] if weight.size > 1 else weight[0]
            if not awake[post] and may_fire(gather(State, rows, post), p):
                awake[post] = 1
                listed[n] = post
                n += 1
    return n


def update_events(block: int, step: int, thread: int) -> None:
    """Adapter: those who are awake in one thread's slice."""
    w = carray(as_pointer(block), (24,), np.int64)
    n_alloc = w[1]
    rows = carray(as_pointer(w[0]), (w[2], n_alloc), np.float64)
    table = carray(as_pointer(w[3]), (LONGEST_LEAP, w[4]), np.float64)
    valid = carray(as_pointer(w[5]), (n_alloc,), np.int32)
    ready = carray(as_pointer(w[6]), (n_alloc,), np.int32)
    awake = carray(as_pointer(w[7]), (n_alloc,), np.uint8)
    bounds = carray(as_pointer(w[8]), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    listed = carray(as_pointer(w[9] + 4 * lo), (hi - lo,), np.int32)
    counts = carray(as_pointer(w[10] + 64 * thread), (1,), np.int64)
    pause = carray(as_pointer(w[11]), (w[17],), np.int32)
    log = carray(as_pointer(w[12] + 4 * thread * w[13]), (w[13],), np.int32)
    ends = carray(as_pointer(w[14] + 8 * thread * w[15]), (w[15],), np.int64)
    control = carray(as_pointer(w[16]), (CONTROL_SIZE,), np.int64)
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
    if w[13] - end - fired < hi - lo:
        atomic_store(control, STOP_AT, step + 1)


def deliver_events(block: int, step: int, thread: int) -> None:
    """Adapter: the spikes of `delay` steps ago onto targets in event mode."""
    w = carray(as_pointer(block), (32,), np.int64)
    slot = step - carray(as_pointer(w[5]), (CONTROL_SIZE,), np.int64)[ORIGIN] - w[15]
    stride, n_alloc = w[8], w[14]
    starts = carray(as_pointer(w[7] + 8 * thread), (w[6] * stride,), np.int64)
    ends = carray(as_pointer(w[7] + 8 * thread + 8), (w[6] * stride,), np.int64)
    indices = carray(as_pointer(w[9]), (w[10],), INDEX)
    weight = carray(as_pointer(w[11]), (w[12],), np.float32)
    receptor = carray(as_pointer(w[13]), (n_alloc,), np.float64)
    rows = carray(as_pointer(w[16]), (w[17], n_alloc), np.float64)
    table = carray(as_pointer(w[18]), (LONGEST_LEAP, w[19]), np.float64)
    valid = carray(as_pointer(w[20]), (n_alloc,), np.int32)
    awake = carray(as_pointer(w[21]), (n_alloc,), np.uint8)
    bounds = carray(as_pointer(w[22]), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    listed = carray(as_pointer(w[23] + 4 * lo), (hi - lo,), np.int32)
    counts = carray(as_pointer(w[24] + 64 * thread), (1,), np.int64)
    n = counts[0]
    now = np.int32(step)
    for other in range(w[0]):
        cut = carray(as_pointer(w[3] + 8 * other * w[4]), (w[4],), np.int64)
        log = carray(as_pointer(w[1] + 4 * other * w[2]), (w[2],), np.int32)
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


def bring_forward(rows: Any, table: Any, valid: Any, step: Any) -> None:
    """Advance all neurons to hold after the update of `step`."""
    for i in range(rows.shape[1]):
        scatter(rows, i, leap(gather(State, rows, i), table, np.int64(step - valid[i])))
        valid[i] = step


def look_ahead(
    rows: Any, table: Any, valid: Any, chosen: Any, variable: Any, step: Any, out: Any
) -> None:
    """Copy what a state variable of the chosen neurons is after the update of `step`, changing
    nothing.
    """
    moved = np.empty((rows.shape[0], 1))
    for k in range(chosen.size):
        i = chosen[k]
        scatter(moved, 0, leap(gather(State, rows, i), table, np.int64(step - valid[i])))
        out[k] = moved[variable, 0]


look_at: Any = None


def record_events(block: int, step: int, thread: int) -> None:
    """Adapter: every w[6] steps one line of the buffer, sleepers as they would be now."""
    w = carray(as_pointer(block), (20,), np.int64)
    if step % w[6] != 0:
        return
    chosen = carray(as_pointer(w[2]), (w[3],), np.int64)
    cuts = carray(as_pointer(w[4]), (thread + 2,), np.int64)
    control = carray(as_pointer(w[7]), (CONTROL_SIZE,), np.int64)
    line = step // w[6] - (control[ORIGIN] + w[8] + w[6] - 1) // w[6]
    out = carray(as_pointer(w[5]), (line + 1, w[3]), np.float64)
    rows = carray(as_pointer(w[0]), (w[9], w[1]), np.float64)
    table = carray(as_pointer(w[10]), (LONGEST_LEAP, w[11]), np.float64)
    valid = carray(as_pointer(w[12]), (w[1],), np.int32)
    lo = cuts[thread]
    hi = cuts[thread + 1]
    look_at(rows, table, valid, chosen[lo:hi], w[13], np.int32(step), out[line, lo:hi])


@memoised
def _parts(kind: type) -> dict[str, Any]:
    """The compiled functions of a model that event mode needs."""
    name = suffix(kind, np.float64, "event")
    state: Any = kind
    names = {"State": state.State, "Coefficients": state.Coefficients}
    part = njit(nogil=True, fastmath=FAST)
    verbs = {"advance": state.update, "settle": state.reset, "may_fire": state.may_fire}
    made = names | {verb: scalar(function, np.float64) for verb, function in verbs.items()}
    made["leap"] = part(specialise(leap_state, name, **made))
    made["step_awake"] = part(specialise(step_the_awake, name, **made))
    made["touch_rows"] = part(specialise(touch_targets, name, **made))
    made["look_at"] = part(specialise(look_ahead, name, **made))
    return made


@memoised
def event_operation(kind: type, adapter: Any, index: type = np.uint32) -> Any:
    """Compile an adapter of this file for a model and an index type."""
    name = suffix(kind, index, "event")
    return operation(adapter, name, findable(kind), INDEX=index, **_parts(kind))


@memoised
def forward_function(kind: type) -> Any:
    """Compile `bring_forward` for a model."""
    return njit(nogil=True, cache=findable(kind))(
        specialise(bring_forward, suffix(kind, np.float64), **_parts(kind))
    )
