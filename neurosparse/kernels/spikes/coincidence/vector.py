"""The two inner loops written as vector instructions: LLVM cannot find them in scalar code."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _intrinsic

from neurosparse.kernels.base.machine.intrinsics import in_every_lane
from neurosparse.kernels.spikes.coincidence.values import PLANES, ROWS_AT_ONCE

intrinsic: Any = (
    _intrinsic  # its own types hide that the decorated name takes no typing context
)
WIDTH = 4  # words at a time: one AVX2 register
WORDS_OF_LINE = 8  # of the cache
REGISTER = 32  # bytes
UNROLLED = (2, 3, 4, 5, 6, PLANES)
_I64 = ir.IntType(64)
_WORDS = ir.VectorType(_I64, WIDTH)


def _data(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.make_array(kind)(context, builder, value).data


def _prefetch(builder: Any) -> Any:
    """Make a function that asks for the cache line of an address."""
    i8 = ir.IntType(8).as_pointer()
    i32 = ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [i8, i32, i32, i32])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    return lambda place: builder.call(
        function, [builder.bitcast(place, i8), i32(0), i32(3), i32(1)]
    )


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
    """Add the eight rows of `bits` that begin at offsets [:8] to planes [8 * n_words]; n_words a
    multiple of 4.

    Meanwhile the rows at offsets [8:] are fetched for the next call.
    """

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        matrix = _data(context, builder, sig.args[0], args[0])
        begin = _data(context, builder, sig.args[1], args[1])
        counters = _data(context, builder, sig.args[2], args[2])
        starts = [
            builder.load(builder.gep(begin, [_I64(k)])) for k in range(2 * ROWS_AT_ONCE)
        ]
        fetch = _prefetch(builder)
        with cgutils.for_range_slice(builder, _I64(0), args[3], _I64(WIDTH), _I64) as (
            j,
            _,
        ):

            def at(base: Any, place: Any) -> Any:
                return builder.bitcast(builder.gep(base, [place]), _WORDS.as_pointer())

            rows = [
                builder.load(at(matrix, builder.add(s, j)), align=8)
                for s in starts[:ROWS_AT_ONCE]
            ]
            with builder.if_then(
                builder.icmp_unsigned(
                    "==", builder.and_(j, _I64(WORDS_OF_LINE - 1)), _I64(0)
                )
            ):
                for s in starts[ROWS_AT_ONCE:]:
                    fetch(builder.gep(matrix, [builder.add(s, j)]))
            places = [
                at(counters, builder.add(builder.mul(_I64(k), args[3]), j))
                for k in range(PLANES)
            ]
            old = [builder.load(place, align=8) for place in places]
            for place, value in zip(places, _tree(builder, old, rows), strict=True):
                builder.store(value, place, align=8)
        return context.get_dummy_value()

    return types.none(bits, offsets, planes, types.int64), codegen


def _counts(builder: Any, counters: Any, word: Any, wide: Any, n_planes: Any) -> Any:
    """The 64 counters of one word as bytes.

    Loops of known length are unrolled, so there is one for each of a few numbers of planes; those
    beyond n_planes hold zeros.
    """
    bytes_ = ir.VectorType(ir.IntType(8), 64)
    flags = ir.VectorType(ir.IntType(1), 64)
    zero = ir.Constant(bytes_, [0] * 64)
    total = cgutils.alloca_once_value(builder, zero)
    done = builder.append_basic_block("counted")
    for n in UNROLLED:
        this = builder.append_basic_block()
        following = builder.append_basic_block()
        builder.cbranch(builder.icmp_signed("<=", n_planes, _I64(n)), this, following)
        builder.position_at_end(this)
        value = zero
        for k in reversed(range(n)):
            place = builder.add(builder.mul(_I64(k), wide), word)
            plane = builder.bitcast(builder.load(builder.gep(counters, [place])), flags)
            # a set bit becomes -1
            value = builder.sub(builder.add(value, value), builder.sext(plane, bytes_))
        builder.store(value, total)
        builder.branch(done)
        builder.position_at_end(following)
    builder.branch(done)
    builder.position_at_end(done)
    return builder.load(total)


def _some(first: int, count: int) -> Any:
    return ir.Constant(
        ir.VectorType(ir.IntType(32), count), list(range(first, first + count))
    )


def _add_products(
    context: Any, builder: Any, target: Any, word: Any, terms: list[tuple[Any, Any]]
) -> None:
    """Add weight x count of each of `terms`, one after the other, to the 64 targets of a word."""
    kind, array = target
    lanes = REGISTER // (kind.dtype.bitwidth // 8)
    numbers = ir.VectorType(context.get_value_type(kind.dtype), lanes)
    integers = ir.VectorType(ir.IntType(32), lanes)
    data = _data(context, builder, kind, array)
    start = builder.mul(word, _I64(64))
    factors = [
        (in_every_lane(builder, weight, numbers), counts) for weight, counts in terms
    ]
    for first in range(0, 64, lanes):
        place = builder.gep(data, [builder.add(start, _I64(first))])
        place = builder.bitcast(place, numbers.as_pointer())
        value = builder.load(place, align=4)
        for weight, counts in factors:
            some = builder.zext(
                builder.shuffle_vector(counts, counts, _some(first, lanes)), integers
            )
            value = builder.fadd(value, builder.fmul(weight, builder.sitofp(some, numbers)))
        builder.store(value, place, align=4)


@intrinsic
def add_word(
    typingctx: Any,
    planes: Any,
    n_planes: Any,
    weight: Any,
    wide: Any,
    word: Any,
    target: Any,
) -> Any:
    """Add weight x count to the 64 targets of a word, from planes that are `wide` words apart."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        counters = _data(context, builder, sig.args[0], args[0])
        terms = [(args[2], _counts(builder, counters, args[4], args[3], args[1]))]
        _add_products(context, builder, (sig.args[5], args[5]), args[4], terms)
        return context.get_dummy_value()

    return types.none(
        planes, types.int64, target.dtype, types.int64, types.int64, target
    ), codegen


@intrinsic
def add_both_words(
    typingctx: Any,
    planes: Any,
    n: Any,
    weight: Any,
    others: Any,
    m: Any,
    other: Any,
    wide: Any,
    word: Any,
    target: Any,
) -> Any:
    """Add weight x count of n planes and other x count of the m planes of `others`, in this
    order.
    """

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        terms = []
        for k in (0, 3):
            counters = _data(context, builder, sig.args[k], args[k])
            terms.append(
                (args[k + 2], _counts(builder, counters, args[7], args[6], args[k + 1]))
            )
        _add_products(context, builder, (sig.args[8], args[8]), args[7], terms)
        return context.get_dummy_value()

    one = (types.int64, target.dtype)
    return types.none(planes, *one, others, *one, types.int64, types.int64, target), codegen
