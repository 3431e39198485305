"""The two inner loops written as vector instructions: LLVM cannot find them in scalar code."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _intrinsic

from neurosparse.kernels.coincidence import PLANES, ROWS_AT_ONCE

intrinsic: Any = _intrinsic  # its own types hide that the decorated name takes no typing context
WIDTH = 4  # words at a time: one AVX2 register
WORDS_OF_LINE = 8  # of the cache
_I64 = ir.IntType(64)
_WORDS = ir.VectorType(_I64, WIDTH)


def _data(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.make_array(kind)(context, builder, value).data


def _prefetch(builder: Any) -> Any:
    """Make a function that asks for the cache line of an address."""
    i8, i32 = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [i8, i32, i32, i32])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    return lambda place: builder.call(function, [builder.bitcast(place, i8), i32(0), i32(3), i32(1)])


def _add(builder: Any, a: Any, b: Any, c: Any) -> tuple[Any, Any]:
    """Full adder on words: (sum, carry) of three bits in each place."""
    half = builder.xor(a, b)
    return builder.xor(half, c), builder.or_(builder.and_(a, b), builder.and_(half, c))


def _tree(builder: Any, planes: list[Any], rows: list[Any]) -> list[Any]:
    """Add eight rows to the counters."""
    ones, twos, fours = planes[:3]
    pairs = []
    for k in range(0, ROWS_AT_ONCE, 2):
        ones, carry = _add(builder, ones, rows[k], rows[k + 1])
        pairs.append(carry)
    twos, four_a = _add(builder, twos, pairs[0], pairs[1])
    twos, four_b = _add(builder, twos, pairs[2], pairs[3])
    fours, carry = _add(builder, fours, four_a, four_b)
    higher = []
    for plane in planes[3:]:
        higher.append(builder.xor(plane, carry))
        carry = builder.and_(plane, carry)
    return [ones, twos, fours, *higher]


@intrinsic
def add_rows(typingctx: Any, bits: Any, offsets: Any, planes: Any, n_words: Any) -> Any:
    """Add the eight rows of `bits` that begin at offsets [:8] to planes [8 * n_words]; n_words a multiple of 4.

    Meanwhile the rows at offsets [8:] are fetched for the next call.
    """

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        matrix = _data(context, builder, sig.args[0], args[0])
        begin = _data(context, builder, sig.args[1], args[1])
        counters = _data(context, builder, sig.args[2], args[2])
        starts = [builder.load(builder.gep(begin, [_I64(k)])) for k in range(2 * ROWS_AT_ONCE)]
        fetch = _prefetch(builder)
        with cgutils.for_range_slice(builder, _I64(0), args[3], _I64(WIDTH), _I64) as (j, _):

            def at(base: Any, place: Any) -> Any:
                return builder.bitcast(builder.gep(base, [place]), _WORDS.as_pointer())

            rows = [builder.load(at(matrix, builder.add(s, j)), align=8) for s in starts[:ROWS_AT_ONCE]]
            with builder.if_then(builder.icmp_unsigned("==", builder.and_(j, _I64(WORDS_OF_LINE - 1)), _I64(0))):
                for s in starts[ROWS_AT_ONCE:]:
                    fetch(builder.gep(matrix, [builder.add(s, j)]))
            places = [at(counters, builder.add(builder.mul(_I64(k), args[3]), j)) for k in range(PLANES)]
            old = [builder.load(place, align=8) for place in places]
            for place, value in zip(places, _tree(builder, old, rows), strict=True):
                builder.store(value, place, align=8)
        return context.get_dummy_value()

    return types.none(bits, offsets, planes, types.int64), codegen


@intrinsic
def spread(typingctx: Any, planes: Any, word: Any, n_words: Any, n_planes: Any, counts: Any) -> Any:
    """Write the 64 counters of one word to counts uint8[64]."""
    lanes, flags = ir.VectorType(ir.IntType(8), 64), ir.VectorType(ir.IntType(1), 64)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        counters = _data(context, builder, sig.args[0], args[0])
        out = builder.bitcast(_data(context, builder, sig.args[4], args[4]), lanes.as_pointer())
        total = cgutils.alloca_once_value(builder, ir.Constant(lanes, [0] * 64))
        step = cgutils.alloca_once_value(builder, ir.Constant(lanes, [1] * 64))
        with cgutils.for_range(builder, args[3], intp=_I64) as loop:
            place = builder.add(builder.mul(loop.index, args[2]), args[1])
            plane = builder.bitcast(builder.load(builder.gep(counters, [place])), flags)
            value = builder.load(step)
            here = builder.select(plane, value, ir.Constant(lanes, [0] * 64))
            builder.store(builder.add(builder.load(total), here), total)
            builder.store(builder.add(value, value), step)
        builder.store(builder.load(total), out, align=1)
        return context.get_dummy_value()

    return types.none(planes, types.int64, types.int64, types.int64, counts), codegen
