"""Numba: what learning with one delay and with many have in common: rows, traces that fade, the
functions of a rule.

Traces are written down as they were at the beginning of a span of steps: s steps into it a trace is
the number that stands there times fading[:, s]. So a step in which nothing fires changes nothing,
and all of them are touched once a span.
"""

import hashlib
from typing import Any

from numba import njit

from neurosparse.kernels.base.machine.intrinsics import gather, times
from neurosparse.kernels.base.machine.models import FAST, code_digest, scalar
from neurosparse.kernels.base.machine.operation import memoised
from neurosparse.kernels.base.machine.returned import fields_of, one_number

AHEAD = 12
TINY = 1e-30  # what no weight feels
# nothing is allocated: counting who holds which array took five times as long as the work
PART: Any = {"nogil": True, "fastmath": FAST, "_nrt": False}

# bound anew for each rule by `plastic_operation` and `late_operation`
Post: Any = None
Coefficients: Any = None
on_pre: Any = None
BRIEF: Any = True  # whether a share may differ from 1


def change_row(
    row: Any,
    own: Any,
    changed: Any,
    x: Any,
    share: Any,
    traces: Any,
    left: Any,
    coefficients: Any,
    target: Any,
) -> None:
    """Deliver a `share` of the weights `own` of one row and change `changed`: the same memory, or
    eligibilities. `left` is what postsynaptic traces are multiplied by.
    """
    p = gather(Coefficients, coefficients, 0)
    for k in range(row.size):
        target[row[k]] += target.dtype.type(own[k] * share if BRIEF else own[k])
    for k in range(row.size):
        y = times(gather(Post, traces, int(row[k])), left)
        changed[k] = on_pre(changed[k], x, y, p)


def change_old_row(
    row: Any,
    own: Any,
    changed: Any,
    x: Any,
    share: Any,
    traces: Any,
    left: Any,
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
        if int(age[k]) >= back:
            target[row[k]] += target.dtype.type(own[k] * share if BRIEF else own[k])
    for k in range(row.size):
        if int(age[k]) >= back:
            y = times(gather(Post, traces, int(row[k])), left)
            changed[k] = on_pre(changed[k], x, y, p)


@njit(cache=True, nogil=True)
def fade(traces: Any, factors: Any, still: Any) -> None:
    """Multiply each row of traces by its factor at the end of a span, unless nothing changed the
    last time and no spike came since: `still` [1].
    """
    if still[0] > 0:
        return
    live = False
    for r in range(traces.shape[0]):
        row, factor = traces[r], factors[r]
        for i in range(row.size):
            value = row[i] * factor
            # long before numbers that processors are slow at
            value = value if abs(value) > TINY else row.dtype.type(0)
            live |= value != row[i]
            row[i] = value
    still[0] = 0 if live else 1


def fingerprint(*functions: Any) -> str:
    """Part of the names under which code that uses these functions is kept."""
    codes = "".join(code_digest(function) for function in functions)
    return hashlib.sha256(codes.encode()).hexdigest()[:10]


CODE = fingerprint(change_row, change_old_row)


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
