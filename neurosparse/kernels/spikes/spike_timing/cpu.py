"""Numba: each thread owns the synapses onto its slice, the traces of its slice and a copy of all
pre traces.
"""

from typing import Any

import numpy as np
from numba import carray, njit

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.intrinsics import as_pointer, gather, prefetch, scatter
from neurosparse.kernels.base.machine.models import FAST, findable, scalar, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation, specialise

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
row_event: Any = None
old_row_event: Any = None
column_event: Any = None


def change_row(
    row: Any, own: Any, changed: Any, x: Any, traces: Any, coefficients: Any, target: Any
) -> None:
    """Deliver the weights `own` of one row and change `changed`: the same memory, or
    eligibilities.
    """
    p = gather(Coefficients, coefficients, 0)
    for k in range(row.size):
        target[row[k]] += target.dtype.type(own[k])
    for k in range(row.size):
        changed[k] = on_pre(changed[k], x, gather(Post, traces, np.int64(row[k])), p)


def change_old_row(
    row: Any,
    own: Any,
    changed: Any,
    x: Any,
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
            target[row[k]] += target.dtype.type(own[k])
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
def decay_traces(traces: Any, factors: Any) -> None:
    """Multiply each row of traces by its factor."""
    for r in range(traces.shape[0]):
        row, factor = traces[r], factors[r]
        for i in range(row.size):
            row[i] *= factor


def learn(block: int, step: int, thread: int) -> None:
    """Adapter: one projection's step in one slice."""
    w = carray(as_pointer(block), (48,), np.int64)
    origin = carray(as_pointer(w[5]), (CONTROL_SIZE,), np.int64)[ORIGIN]
    n_pre = w[6]
    stride = w[8]
    n_alloc = w[14]
    starts = carray(as_pointer(w[7] + 8 * thread), (n_pre * stride,), np.int64)
    stops = carray(as_pointer(w[7] + 8 * thread + 8), (n_pre * stride,), np.int64)
    indices = carray(as_pointer(w[9]), (w[10],), INDEX)
    weight = carray(as_pointer(w[11]), (w[10],), np.float32)
    target = carray(as_pointer(w[13]), (n_alloc,), REAL)
    slot = step - origin - w[15]
    coefficients = carray(as_pointer(w[16]), (w[17], 1), np.float32)
    n_x, n_y = w[18], w[19]
    x = carray(as_pointer(w[20] + 4 * thread * n_x * n_pre), (n_x, n_pre), np.float32)
    y = carray(as_pointer(w[21]), (n_y, n_alloc), np.float32)
    factors = carray(as_pointer(w[22]), (n_x + n_y,), np.float32)
    bounds = carray(as_pointer(w[23]), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    columns = carray(as_pointer(w[24]), (w[25] + 1,), np.int64)
    of = carray(as_pointer(w[26]), (w[10],), np.int32)
    places = carray(as_pointer(w[27]), (w[10],), PLACE)
    changed = carray(as_pointer(w[32]), (w[10],), np.float32)
    decay_traces(x, factors[:n_x])
    decay_traces(y[:, lo:hi], factors[n_x:])
    p = gather(Coefficients, coefficients, 0)
    age = carray(as_pointer(w[33]), (w[34],), np.uint16)
    back = w[47] - (step - w[15])
    if back <= 0 or w[34] > 0:
        for other in range(w[0]):
            cut = carray(as_pointer(w[3] + 8 * other * w[4]), (w[4],), np.int64)
            log = carray(as_pointer(w[1] + 4 * other * w[2]), (w[2],), np.int32)
            for k in range(cut[slot], cut[slot + 1]):
                i = np.int64(log[k])
                a, b = starts[i * stride], stops[i * stride]
                one = gather(Pre, x, i)
                if back <= 0:
                    row_event(indices[a:b], weight[a:b], changed[a:b], one, y, coefficients, target)
                else:
                    old_row_event(
                        indices[a:b],
                        weight[a:b],
                        changed[a:b],
                        one,
                        y,
                        coefficients,
                        target,
                        age[a:b],
                        back,
                    )
    for other in range(w[0]):
        cut = carray(as_pointer(w[3] + 8 * other * w[4]), (w[4],), np.int64)
        log = carray(as_pointer(w[1] + 4 * other * w[2]), (w[2],), np.int32)
        for k in range(cut[slot], cut[slot + 1]):
            i = np.int64(log[k])
            scatter(x, i, pre_spike(gather(Pre, x, i), p))
    cut = carray(as_pointer(w[30] + 8 * thread * w[31]), (w[31],), np.int64)
    log = carray(as_pointer(w[28] + 4 * thread * w[29]), (w[29],), np.int32)
    here = step - origin
    for k in range(cut[here], cut[here + 1]):
        j = np.int64(log[k])
        a = columns[j]
        b = columns[j + 1]
        column_event(of[a:b], places[a:b], changed, gather(Post, y, j), x, coefficients)
    for k in range(cut[here], cut[here + 1]):
        j = np.int64(log[k])
        scatter(y, j, post_spike(gather(Post, y, j), p))


@memoised
def plastic_operation(kind: type, real: type, index: type, place: type) -> Any:
    """Compile the learning of a rule for one index type, position type and precision of the
    target.
    """
    rule: Any = kind
    name = suffix(kind, real, index.__name__, place.__name__)
    verbs = {
        verb: scalar(getattr(rule, verb))
        for verb in ("on_pre", "on_post", "pre_spike", "post_spike")
    }
    names = {"REAL": real, "INDEX": index, "PLACE": place, "Pre": rule.Pre, "Post": rule.Post}
    names |= verbs | {"Coefficients": rule.Coefficients}
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
