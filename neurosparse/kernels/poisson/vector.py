"""Philox4x32-10 on eight counters at a time, as vector instructions: LLVM does not find them in scalar code."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _intrinsic

from neurosparse.kernels.philox.naive import MULTIPLIERS, ROUNDS, WEYL

intrinsic: Any = _intrinsic  # its own types hide that the decorated name takes no typing context
WIDTH = 8
_I32, _I64 = ir.IntType(32), ir.IntType(64)
_WIDE, _NARROW = ir.VectorType(_I64, WIDTH), ir.VectorType(_I32, WIDTH)


def _all(value: int) -> Any:
    return ir.Constant(_WIDE, [value] * WIDTH)


def _broadcast(builder: Any, value: Any) -> Any:
    one = builder.insert_element(ir.Constant(_WIDE, ir.Undefined), builder.zext(value, _I64), _I32(0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(_I32, WIDTH), [0] * WIDTH))


def _rounds(builder: Any, c: list[Any], key: list[Any]) -> list[Any]:
    """Ten rounds on 32-bit words that sit in 64-bit lanes, so that a product fits."""
    low, half = _all(0xFFFFFFFF), _all(32)
    for _ in range(ROUNDS):
        p = [builder.mul(_all(int(m)), x) for m, x in zip(MULTIPLIERS, (c[0], c[2]), strict=True)]
        high = [builder.lshr(x, half) for x in p]
        rest = [builder.and_(x, low) for x in p]
        mixed = [builder.xor(builder.xor(high[1], c[1]), key[0]), builder.xor(builder.xor(high[0], c[3]), key[1])]
        c = [mixed[0], rest[1], mixed[1], rest[0]]
        key = [builder.and_(builder.add(k, _all(int(w))), low) for k, w in zip(key, WEYL, strict=True)]
    return c


@intrinsic
def fill_group(typingctx: Any, base: Any, low: Any, high: Any, stream: Any, k0: Any, k1: Any, out: Any) -> Any:
    """Write the 64 words of the counters base..base + 15 to out: word b of counter base + c at 16 b + c."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = context.make_array(sig.args[6])(context, builder, args[6]).data
        rest = [_broadcast(builder, a) for a in args[1:4]]
        key = [_broadcast(builder, a) for a in args[4:6]]
        first = _broadcast(builder, args[0])
        with cgutils.for_range_slice(builder, _I64(0), _I64(16), _I64(WIDTH), _I64) as (c, _):
            offset = _broadcast(builder, builder.trunc(c, _I32))
            lanes = builder.add(builder.add(first, offset), ir.Constant(_WIDE, list(range(WIDTH))))
            words = _rounds(builder, [lanes, *rest], key)
            for b, word in enumerate(words):
                place = builder.gep(data, [builder.add(c, _I64(16 * b))])
                pointer = builder.bitcast(place, _NARROW.as_pointer())
                builder.store(builder.trunc(word, _NARROW), pointer, align=4)
        return context.get_dummy_value()

    u32 = types.uint32
    return types.none(u32, u32, u32, u32, u32, u32, out), codegen
