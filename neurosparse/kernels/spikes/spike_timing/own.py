"""Numba: synapses that keep more than a weight, and what changes by itself between events.

They lie in rows cut by delay, whether delays differ or not, and are walked by `learn_late`. Each is
brought forward to an event from the step in `valid`, delivers the weight that it has then, and is
changed by the rule.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.intrinsics import gather, intrinsic, prefetch, times
from neurosparse.kernels.base.machine.models import (
    FAST,
    findable,
    scalar,
    suffix,
)
from neurosparse.kernels.base.machine.operation import memoised, specialise
from neurosparse.kernels.base.machine.returned import fields_of
from neurosparse.kernels.spikes.spike_timing.parts import PART, fingerprint

AHEAD = 12

# bound anew for each rule by `own_parts`
Pre: Any = None
Post: Any = None
Synapse: Any = None
Coefficients: Any = None
on_pre: Any = None
on_post: Any = None
between: Any = None
BRIEF: Any = True
traces_at: Any = None
MOVES: Any = True  # whether anything changes between events


def _cells(context: Any, builder: Any, sig: Any, args: Any, n: int) -> list[Any]:
    """Addresses of what a synapse keeps: its weight, then its column of own [n - 1, nnz]."""
    weight = context.make_array(sig.args[0])(context, builder, args[0])
    own = context.make_array(sig.args[1])(context, builder, args[1])
    stride = cgutils.unpack_tuple(builder, own.strides, 2)[0]
    base = builder.bitcast(own.data, ir.IntType(8).as_pointer())
    cells = [builder.gep(weight.data, [args[2]])]
    for k in range(n - 1):
        start = builder.gep(base, [builder.mul(stride, ir.Constant(stride.type, k))])
        row = builder.bitcast(start, own.data.type)
        cells.append(builder.gep(row, [args[2]]))
    return cells


@intrinsic
def read_synapse(typingctx: Any, weight: Any, own: Any, index: Any, kind: Any) -> Any:
    """Read what the synapse at `index` keeps as the named tuple `kind`."""
    n = len(kind.instance_class._fields)
    result = types.NamedUniTuple(weight.dtype, n, kind.instance_class)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        values = [builder.load(c) for c in _cells(context, builder, sig, args, n)]
        return context.make_tuple(builder, sig.return_type, values)

    return result(weight, own, types.int64, kind), codegen


@intrinsic
def write_synapse(typingctx: Any, weight: Any, own: Any, index: Any, values: Any) -> Any:
    """Write what a synapse keeps from a tuple."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        cells = _cells(context, builder, sig, args, len(sig.args[3]))
        for k, (field, cell) in enumerate(zip(sig.args[3], cells, strict=True)):
            value = builder.extract_value(args[3], k)
            value = context.cast(builder, value, field, sig.args[0].dtype)
            builder.store(value, cell)
        return context.get_dummy_value()

    return types.none(weight, own, types.int64, values), codegen


def change_own_parts(
    los: Any,
    his: Any,
    who: Any,
    delays: Any,
    n: int,
    step: int,
    epoch: int,
    indices: Any,
    weight: Any,
    changed: Any,
    age: Any,
    shares: Any,
    x: Any,
    last: Any,
    past: Any,
    gaps: Any,
    powers: Any,
    traces: Any,
    traces_left: Any,
    coefficients: Any,
    target: Any,
    own: Any,
    valid: Any,
    dt: float,
) -> None:
    """Deliver through and change the first n parts los[k]..his[k] of rows of neurons who[k], whose
    spikes left delays[k] steps ago.
    """
    p = gather(Coefficients, coefficients, 0)
    for k in range(n):
        i = who[k]
        left = step - delays[k]
        one = traces_at(i, left, left - 1, x, last, past, gaps, powers)
        share = shares[left % shares.shape[0], i] if BRIEF else np.float32(1)
        for place in range(los[k], his[k]):
            if left < epoch and np.int64(age[place]) < epoch - left:
                continue
            if MOVES:
                s = read_synapse(weight, own, place, Synapse)
                later = between(s, dt * (step - valid[place]), p)
                write_synapse(weight, own, place, later)
                valid[place] = step
            w = weight[place]
            j = np.int64(indices[place])
            target[j] += target.dtype.type(w * share if BRIEF else w)
            y = times(gather(Post, traces, j), traces_left)
            s = read_synapse(weight, own, place, Synapse)
            write_synapse(weight, own, place, on_pre(s, one, y, p))


def change_own_column(
    pre: Any,
    places: Any,
    lags: Any,
    weight: Any,
    y: Any,
    step: int,
    seen: Any,
    fired: Any,
    around: Any,
    latest: int,
    x: Any,
    last: Any,
    past: Any,
    gaps: Any,
    powers: Any,
    coefficients: Any,
    own: Any,
    valid: Any,
    dt: float,
) -> None:
    """Change the synapses onto one neuron that fired, by the traces that reach them now."""
    p = gather(Coefficients, coefficients, 0)
    for k in range(places.size):
        if k + AHEAD < places.size:
            later = np.int64(places[k + AHEAD])
            prefetch(weight, later)
            for r in range(own.shape[0]):
                prefetch(own[r], later)
            if MOVES:
                prefetch(valid, later)
        place = np.int64(places[k])
        if MOVES:
            s = read_synapse(weight, own, place, Synapse)
            write_synapse(weight, own, place, between(s, dt * (step - valid[place]), p))
            valid[place] = step
        left = step - np.int64(lags[k])
        one = traces_at(np.int64(pre[k]), left, left, x, last, past, gaps, powers)
        s = read_synapse(weight, own, place, Synapse)
        write_synapse(weight, own, place, on_post(s, one, y, p))


def bring_synapses(
    weight: Any, own: Any, valid: Any, step: int, dt: float, coefficients: Any
) -> None:
    """Bring all synapses forward to how they are after `step`."""
    p = gather(Coefficients, coefficients, 0)
    for k in range(weight.size):
        s = read_synapse(weight, own, k, Synapse)
        write_synapse(weight, own, k, between(s, dt * (step - valid[k]), p))
        valid[k] = step


CODE = fingerprint(change_own_parts, change_own_column)


def _stay(s: Any, ms: float, p: Any) -> Any:
    return s


@memoised
def own_parts(kind: type) -> dict[str, Any]:
    """The compiled functions of a rule whose synapses keep more than a weight."""
    rule: Any = kind
    moves = hasattr(rule, "between")
    returns = fields_of(rule.Synapse)
    return {
        "Pre": rule.Pre,
        "Post": rule.Post,
        "Synapse": rule.Synapse,
        "Coefficients": rule.Coefficients,
        "on_pre": scalar(rule.on_pre, returns=returns),
        "on_post": scalar(rule.on_post, returns=returns),
        "between": scalar(rule.between if moves else _stay, returns=returns),
        "MOVES": moves,
    }


def own_events(kind: type, name: str, names: dict[str, Any]) -> dict[str, Any]:
    """Compile what an arriving spike and one of the target do to such synapses."""
    names = names | own_parts(kind)
    part = njit(**PART)
    return {
        "parts_event": part(specialise(change_own_parts, name, **names)),
        "column_event": part(specialise(change_own_column, name, **names)),
    }


@memoised
def _bring_function(kind: type) -> Any:
    bound = specialise(bring_synapses, suffix(kind, np.float32), **own_parts(kind))
    return njit(nogil=True, cache=findable(kind), fastmath=FAST)(bound)


def bring(
    rule: Any,
    weight: NDArray[np.float32],
    own: NDArray[np.float32],
    valid: NDArray[np.int32],
    step: int,
    dt: float,
    coefficients: NDArray[np.float32],
) -> None:
    """Bring weight [nnz] and own [n, nnz] forward to how they are after `step`, in place."""
    _bring_function(type(rule))(weight, own, valid, step, dt, coefficients)
