"""Numba: the loops of event mode, for neurons that step, leap and are woken."""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.base.machine.intrinsics import (
    gather,
    gather_line,
    prefetch,
    scatter,
)
from neurosparse.kernels.base.machine.models import FAST, findable, scalar, suffix
from neurosparse.kernels.base.machine.operation import memoised, specialise
from neurosparse.kernels.base.machine.returned import (
    fields_and_flag,
    fields_of,
    one_number,
)
from neurosparse.kernels.spikes.event_update import LONGEST_LEAP, OPEN

AHEAD = 6

# bound anew for each model (event mode is float64) by `model_parts`
State: Any = None
Coefficients: Any = None
advance: Any = None
settle: Any = None
may_fire: Any = None
leap: Any = None


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
            prefetch(indices, np.int64(starts[np.int64(spikes[k + AHEAD]) * stride]))
        i = np.int64(spikes[k]) * stride
        last = np.int64(ends[i])
        for j in range(np.int64(starts[i]), last):
            if j + AHEAD < last:
                later = np.int64(indices[j + AHEAD])
                prefetch(valid, later)
                prefetch(receptor, later)
            post = np.int64(indices[j])
            if valid[post] != step:
                scatter(
                    rows,
                    post,
                    leap(gather(State, rows, post), table, np.int64(step - valid[post])),
                )
                valid[post] = step
            receptor[post] += weight[j] if weight.size > 1 else weight[0]
            if not awake[post] and may_fire(gather(State, rows, post), p):
                awake[post] = 1
                listed[n] = post
                n += 1
    return n


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


@memoised
def model_parts(kind: type) -> dict[str, Any]:
    """The compiled functions of a model that event mode needs."""
    name = suffix(kind, np.float64, "event")
    state: Any = kind
    names = {"State": state.State, "Coefficients": state.Coefficients}
    part = njit(nogil=True, fastmath=FAST)
    parts = names | {
        "advance": scalar(state.update, np.float64, fields_and_flag(state.State)),
        "settle": scalar(state.reset, np.float64, fields_of(state.State)),
        "may_fire": scalar(state.may_fire, np.float64, one_number),
    }
    parts["leap"] = part(specialise(leap_state, name, **parts))
    parts["step_awake"] = part(specialise(step_the_awake, name, **parts))
    parts["touch_rows"] = part(specialise(touch_targets, name, **parts))
    parts["look_at"] = part(specialise(look_ahead, name, **parts))
    return parts


@memoised
def forward_function(kind: type) -> Any:
    """Compile `bring_forward` for a model."""
    return njit(nogil=True, cache=findable(kind))(
        specialise(bring_forward, suffix(kind, np.float64), **model_parts(kind))
    )
