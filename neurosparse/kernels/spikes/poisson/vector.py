"""Philox4x32-10 on eight counters at a time, as vector instructions: LLVM does not find them in
scalar code.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _intrinsic

from neurosparse.kernels.base.machine.intrinsics import in_every_lane
from neurosparse.kernels.base.philox.naive import MULTIPLIERS, ROUNDS, WEYL

intrinsic: Any = (
    _intrinsic  # its own types hide that the decorated name takes no typing context
)
WIDTH = 8
_TOP = 0x8000
_I32, _I64 = ir.IntType(32), ir.IntType(64)
_WIDE = ir.VectorType(_I64, WIDTH)
_NARROW = ir.VectorType(_I32, WIDTH)


def _all(value: int) -> Any:
    return ir.Constant(_WIDE, [value] * WIDTH)


def _broadcast(builder: Any, value: Any) -> Any:
    return in_every_lane(builder, builder.zext(value, _I64), _WIDE)


def _rounds(builder: Any, c: list[Any], key: list[Any]) -> list[Any]:
    """Ten rounds on 32-bit words that sit in 64-bit lanes, so that a product fits.

    The upper half of a lane holds rubbish until it is masked before a product, where the mask costs
    nothing.
    """
    low, half = _all(0xFFFFFFFF), _all(32)
    for _ in range(ROUNDS):
        clean = [builder.and_(x, low) for x in (c[0], c[2])]
        p = [builder.mul(_all(int(m)), x) for m, x in zip(MULTIPLIERS, clean, strict=True)]
        high = [builder.lshr(x, half) for x in p]
        mixed = [
            builder.xor(builder.xor(high[1], c[1]), key[0]),
            builder.xor(builder.xor(high[0], c[3]), key[1]),
        ]
        c = [mixed[0], p[1], mixed[1], p[0]]
        key = [builder.add(k, _all(int(w))) for k, w in zip(key, WEYL, strict=True)]
    return c


@intrinsic
def fill_group(
    typingctx: Any,
    base: Any,
    n: Any,
    low: Any,
    high: Any,
    stream: Any,
    k0: Any,
    k1: Any,
    out: Any,
) -> Any:
    """Write the 4 n words of the counters base..base + n - 1 to out: word b of counter base + c at
    n b + c.
    """

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[7])(context, builder, args[7]).data
        rest = [_broadcast(builder, a) for a in args[2:5]]
        key = [_broadcast(builder, a) for a in args[5:7]]
        first = _broadcast(builder, args[0])
        with cgutils.for_range_slice(builder, _I64(0), args[1], _I64(WIDTH), _I64) as (
            c,
            _,
        ):
            offset = _broadcast(builder, builder.trunc(c, _I32))
            lanes = builder.add(
                builder.add(first, offset), ir.Constant(_WIDE, list(range(WIDTH)))
            )
            words = _rounds(builder, [lanes, *rest], key)
            for b, word in enumerate(words):
                place = builder.gep(data, [builder.add(c, builder.mul(args[1], _I64(b)))])
                pointer = builder.bitcast(place, _NARROW.as_pointer())
                builder.store(builder.trunc(word, _NARROW), pointer, align=4)
        return context.get_dummy_value()

    u32 = types.uint32
    return types.none(u32, types.int64, u32, u32, u32, u32, u32, out), codegen


def _reduce(builder: Any, verb: str, vector: Any) -> Any:
    """Fold 64 lanes of sixteen bits into one."""
    kind = ir.FunctionType(ir.IntType(16), [vector.type])
    function = cgutils.get_or_insert_function(
        builder.module, kind, f"llvm.vector.reduce.{verb}.v64i16"
    )
    return builder.call(function, [vector])


_LANES = ir.VectorType(ir.IntType(16), 64)


def _count(context: Any, builder: Any, sig: Any, args: Any, common: bool) -> Any:
    """Body of both counts: edges [K] of all 64 neurons, or edges [K, n] of each, `n` being the last
    argument.
    """
    data = [
        context.make_array(k)(context, builder, a).data
        for k, a in zip(sig.args[:3], args[:3], strict=True)
    ]
    own = builder.load(builder.bitcast(data[0], _LANES.as_pointer()), align=2)
    highest = _reduce(builder, "umax", own) if common else None
    # vector units compare signed numbers: turning the top bit keeps the order
    top = ir.Constant(_LANES, [_TOP] * 64)
    turned = builder.xor(own, top)
    zero = ir.Constant(_LANES, [0] * 64)
    total, equal = (cgutils.alloca_once_value(builder, zero) for _ in range(2))
    with cgutils.for_range(builder, args[3], intp=_I64) as loop:
        if common:
            edge = builder.load(builder.gep(data[1], [loop.index]))
            with builder.if_then(builder.icmp_unsigned(">", edge, highest)):
                loop.do_break()
            level = in_every_lane(builder, builder.xor(edge, edge.type(_TOP)), _LANES)
        else:
            place = builder.gep(data[1], [builder.mul(loop.index, args[4])])
            level = builder.xor(
                builder.load(builder.bitcast(place, _LANES.as_pointer()), align=2), top
            )
        above = builder.sext(builder.icmp_signed(">", turned, level), _LANES)
        same = builder.sext(builder.icmp_signed("==", turned, level), _LANES)
        builder.store(builder.sub(builder.load(total), above), total)
        builder.store(builder.or_(builder.load(equal), same), equal)
        if not common:
            # a half that does not exceed this edge exceeds none that follows, and equals one only
            # if it does this
            with builder.if_then(
                builder.icmp_unsigned(
                    "==", _reduce(builder, "or", above), ir.IntType(16)(0)
                )
            ):
                loop.do_break()
    builder.store(
        builder.load(total), builder.bitcast(data[2], _LANES.as_pointer()), align=2
    )
    doubt = _reduce(builder, "or", builder.load(equal))
    return builder.icmp_unsigned("!=", doubt, doubt.type(0))


@intrinsic
def count_group(typingctx: Any, halves: Any, edges: Any, counts: Any, n_edges: Any) -> Any:
    """Count for 64 halves uint16[64] the edges uint16[n_edges] they exceed; tells whether one of
    them equals an edge.

    Edges ascend, so the first that no half reaches ends the search.
    """

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _count(context, builder, sig, args, True)

    return types.boolean(halves, edges, counts, types.int64), codegen


@intrinsic
def count_group_each(
    typingctx: Any, halves: Any, edges: Any, counts: Any, n_edges: Any, n: Any
) -> Any:
    """Count for 64 halves the edges of their own that they exceed: edge k of half i is edges[k * n
    + i].
    """

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _count(context, builder, sig, args, False)

    return types.boolean(halves, edges, counts, types.int64, types.int64), codegen


@intrinsic
def add_group(
    typingctx: Any,
    halves: Any,
    levels: Any,
    n_levels: Any,
    weight: Any,
    target: Any,
    start: Any,
    first: Any,
) -> Any:
    """Add the weight to 64 targets, from `first` on, for each of the levels uint16[n_levels] that
    their halves, from `start` on, exceed; tells that nothing was done since a half equals a level,
    or the largest half there is.
    """
    real = target.dtype

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        own_data, level_data, target_data = (
            context.make_array(sig.args[k])(context, builder, args[k]).data
            for k in (0, 1, 4)
        )
        flat = [ir.VectorType(context.get_value_type(real), 64).as_pointer()]
        own = builder.load(
            builder.bitcast(builder.gep(own_data, [args[5]]), _LANES.as_pointer()), align=2
        )
        zero = ir.Constant(_LANES, [0] * 64)
        total = cgutils.alloca_once_value(builder, zero)
        largest = ir.Constant(_LANES, [0xFFFF] * 64)
        doubt = cgutils.alloca_once_value(
            builder, builder.icmp_unsigned("==", own, largest)
        )
        with cgutils.for_range(builder, args[2], intp=_I64) as loop:
            level = in_every_lane(
                builder, builder.load(builder.gep(level_data, [loop.index])), _LANES
            )
            above = builder.sext(builder.icmp_unsigned(">", own, level), _LANES)
            same = builder.icmp_unsigned("==", own, level)
            builder.store(builder.sub(builder.load(total), above), total)
            builder.store(builder.or_(builder.load(doubt), same), doubt)
        bits = builder.bitcast(builder.load(doubt), _I64)
        doubtful = builder.icmp_unsigned("!=", bits, _I64(0))
        with builder.if_then(builder.not_(doubtful), likely=True):
            pointer = builder.bitcast(builder.gep(target_data, [args[6]]), flat[0])
            here = builder.load(pointer, align=4)
            each = in_every_lane(builder, args[3], here.type)
            events = builder.uitofp(builder.load(total), here.type)
            builder.store(builder.fadd(here, builder.fmul(each, events)), pointer, align=4)
        return doubtful

    arguments = (halves, levels, types.int64, real, target, types.int64, types.int64)
    return types.boolean(*arguments), codegen
