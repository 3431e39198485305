"""The few machine instructions Numba does not expose: calls by address, atomics, rows as named
tuples.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as _intrinsic

# its own types hide that the decorated name is called with fewer arguments
intrinsic: Any = _intrinsic

_I8 = ir.IntType(8)
_I64 = ir.IntType(64)


@intrinsic
def call_op(typingctx: Any, address: Any, block: Any, step: Any, thread: Any) -> Any:
    """Call the compiled operation at `address` as void(int64 block, int64 step, int64 thread)."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [_I64, _I64, _I64])
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), list(args[1:]))
        return context.get_dummy_value()

    return types.none(types.int64, types.int64, types.int64, types.int64), codegen


@intrinsic
def call_yield(typingctx: Any, address: Any) -> Any:
    """Call the libc function at `address` as int(void): gives the core to another thread."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [])
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), [])
        return context.get_dummy_value()

    return types.none(types.int64), codegen


def _cell(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    array = context.make_array(sig.args[0])(context, builder, args[0])
    return builder.gep(array.data, [args[1]])


@intrinsic
def atomic_load(typingctx: Any, array: Any, index: Any) -> Any:
    """Read array[index] so that no earlier write of another thread is missed."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load_atomic(_cell(context, builder, sig, args), "acquire", 8)

    return types.int64(array, types.int64), codegen


@intrinsic
def atomic_store(typingctx: Any, array: Any, index: Any, value: Any) -> Any:
    """Write array[index] so that other threads see it after all that came before."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store_atomic(args[2], _cell(context, builder, sig, args), "release", 8)
        return context.get_dummy_value()

    return types.none(array, types.int64, types.int64), codegen


@intrinsic
def cycle_counter(typingctx: Any) -> Any:
    """Read the processor's cycle counter (0 where it has none)."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        counter = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(_I64, []), "llvm.readcyclecounter"
        )
        return builder.call(counter, [])

    return types.int64(), codegen


@intrinsic
def as_pointer(typingctx: Any, address: Any) -> Any:
    """Turn an integer address into a void pointer, for numba.carray."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], _I8.as_pointer())

    return types.voidptr(types.int64), codegen


@intrinsic
def prefetch(typingctx: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of array[index] before it is needed."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        i32 = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [_I8.as_pointer(), i32, i32, i32])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        pointer = builder.bitcast(_cell(context, builder, sig, args), _I8.as_pointer())
        builder.call(function, [pointer, i32(0), i32(3), i32(1)])
        return context.get_dummy_value()

    return types.none(array, types.int64), codegen


def _row(context: Any, builder: Any, array: Any, row: int, index: Any) -> Any:
    """Address of array[row, index] for an array whose second axis is contiguous."""
    stride = cgutils.unpack_tuple(builder, array.strides, 2)[0]
    base = builder.bitcast(array.data, _I8.as_pointer())
    start = builder.gep(base, [builder.mul(stride, ir.Constant(stride.type, row))])
    return builder.gep(builder.bitcast(start, array.data.type), [index])


@intrinsic
def gather(typingctx: Any, kind: Any, rows: Any, index: Any) -> Any:
    """Read column `index` of rows [fields, n] as the named tuple `kind`."""
    fields = kind.instance_class._fields
    result = types.NamedUniTuple(rows.dtype, len(fields), kind.instance_class)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        array = context.make_array(sig.args[1])(context, builder, args[1])
        values = [
            builder.load(_row(context, builder, array, k, args[2]))
            for k in range(len(fields))
        ]
        return context.make_tuple(builder, sig.return_type, values)

    return result(kind, rows, types.int64), codegen


@intrinsic
def amend(typingctx: Any, kind: Any, each: Any, common: Any, rows: Any, index: Any) -> Any:
    """Give the named tuple `common`, with the fields that `each` also has read from column `index`
    of rows.
    """
    fields = kind.instance_class._fields
    varying = kind_fields(each)
    result = types.NamedUniTuple(rows.dtype, len(fields), kind.instance_class)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        array = context.make_array(sig.args[3])(context, builder, args[3])
        values = [
            builder.load(_row(context, builder, array, k, args[4]))
            if name in varying
            else builder.extract_value(args[2], k)
            for k, name in enumerate(fields)
        ]
        return context.make_tuple(builder, sig.return_type, values)

    return result(kind, each, common, rows, types.int64), codegen


def kind_fields(kind: Any) -> tuple[str, ...]:
    """Field names of a named tuple class as Numba sees it."""
    names: tuple[str, ...] = kind.instance_class._fields
    return names


@intrinsic
def scatter(typingctx: Any, rows: Any, index: Any, values: Any) -> Any:
    """Write the named tuple `values` to column `index` of rows [fields, n]."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        array = context.make_array(sig.args[0])(context, builder, args[0])
        for k, field in enumerate(sig.args[2]):
            value = context.cast(
                builder, builder.extract_value(args[2], k), field, sig.args[0].dtype
            )
            builder.store(value, _row(context, builder, array, k, args[1]))
        return context.get_dummy_value()

    return types.none(rows, types.int64, values), codegen


@intrinsic
def times(typingctx: Any, values: Any, factors: Any) -> Any:
    """Multiply two named tuples of numbers by fields; the first says which there are."""
    kind = values.instance_class
    both = {*values, *factors}
    real = types.float32 if both <= {types.float32} else types.float64
    result = types.NamedUniTuple(real, len(kind._fields), kind)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        products = []
        for k in range(len(kind._fields)):
            pair = [
                context.cast(builder, builder.extract_value(arg, k), own[k], real)
                for arg, own in zip(args, sig.args, strict=True)
            ]
            products.append(builder.fmul(*pair))
        return context.make_tuple(builder, sig.return_type, products)

    return result(values, factors), codegen


@intrinsic
def gather_line(typingctx: Any, kind: Any, lines: Any, index: Any) -> Any:
    """Read line `index` of lines [n, fields], which lies together in memory, as the named tuple
    `kind`.
    """
    fields = kind.instance_class._fields
    result = types.NamedUniTuple(lines.dtype, len(fields), kind.instance_class)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        array = context.make_array(sig.args[1])(context, builder, args[1])
        start = builder.mul(args[2], ir.Constant(args[2].type, len(fields)))
        places = [
            builder.add(start, ir.Constant(start.type, k)) for k in range(len(fields))
        ]
        values = [builder.load(builder.gep(array.data, [place])) for place in places]
        return context.make_tuple(builder, sig.return_type, values)

    return result(kind, lines, types.int64), codegen


@intrinsic
def read_words(typingctx: Any, kind: Any, block: Any) -> Any:
    """Read the block at an address, one int64 a field, as the named tuple `kind`; words that are
    not used are not loaded.
    """
    fields = kind_fields(kind)
    result = types.NamedUniTuple(types.int64, len(fields), kind.instance_class)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        first = builder.inttoptr(args[1], _I64.as_pointer())
        values = [builder.load(builder.gep(first, [_I64(k)])) for k in range(len(fields))]
        return context.make_tuple(builder, sig.return_type, values)

    return result(kind, types.int64), codegen


def in_every_lane(builder: Any, value: Any, kind: Any) -> Any:
    """Put a number into every lane of a vector of type `kind`, while code is generated."""
    i32 = ir.IntType(32)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, i32(0))
    return builder.shuffle_vector(
        one, one, ir.Constant(ir.VectorType(i32, kind.count), [0] * kind.count)
    )
