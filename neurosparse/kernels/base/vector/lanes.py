"""Rows of `LANES` numbers that stay in registers while the edges of one neuron go by.

Each function is plain Python that says what it does; compiled code uses the same statement written
for the vector unit, because LLVM cannot prove by itself that a row may stay in registers between
edges.
A row is 128 bytes: 32 float32 or 16 float64 of the batch.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from neurosparse.typing import Array

ROW_BYTES = 128
_MATH = ("reassoc", "contract", "nsz")
_I32 = ir.IntType(32)


def lanes_of(dtype: np.dtype[Any]) -> int:
    """Numbers in a row of this dtype.

    >>> lanes_of(np.dtype(np.float32)), lanes_of(np.dtype(np.float64))
    (32, 16)
    """
    return ROW_BYTES // dtype.itemsize


def scatter_row(
    x: Array, y: Array, indices: Array, values: Array, lo: int, hi: int
) -> None:
    """Add along the edges of one neuron: `y[indices[e]] += values[e] x`.

    Shapes: x `[lanes]`, y `[n, lanes]`.
    """
    for e in range(lo, hi):
        y[indices[e]] += values[e] * x


def gather_row(
    g: Array, out: Array, indices: Array, values: Array, lo: int, hi: int
) -> None:
    """Sum over the edges of one neuron: `out = Σ_e values[e] g[indices[e]]`, out `[lanes]`."""
    out[:] = 0
    for e in range(lo, hi):
        out += values[e] * g[indices[e]]


def dot_row(x: Array, g: Array, indices: Array, dots: Array, lo: int, hi: int) -> None:
    """Correlate along the edges of one neuron: `dots[e] += <x, g[indices[e]]>`."""
    for e in range(lo, hi):
        dots[e] += (x * g[indices[e]]).sum()


def gather_dot_row(
    x: Array,
    g: Array,
    out: Array,
    indices: Array,
    values: Array,
    dots: Array,
    lo: int,
    hi: int,
) -> None:
    """Do `gather_row` and `dot_row` in one pass: each row of g is read once."""
    gather_row(g, out, indices, values, lo, hi)
    dot_row(x, g, indices, dots, lo, hi)


class _Rows:
    """LLVM instructions on rows; `b` is the builder of the function being compiled."""

    def __init__(self, b: Any, element: Any) -> None:
        self.b = b
        self.align = 4 if isinstance(element, ir.FloatType) else 8
        self.lanes = ROW_BYTES // self.align
        self.type = ir.VectorType(element, self.lanes)
        self.zero = ir.Constant(self.type, [0.0] * self.lanes)

    def at(self, base: Any, row: Any = None) -> Any:
        """Address of row number `row` of the rows that begin at `base`."""
        start = self.b.bitcast(base, self.type.as_pointer())
        return start if row is None else self.b.gep(start, [row])

    def load(self, address: Any) -> Any:
        return self.b.load(address, align=self.align)

    def store(self, row: Any, address: Any) -> None:
        self.b.store(row, address, align=self.align)

    def spread(self, number: Any) -> Any:
        """Repeat one number over a row."""
        anything = ir.Constant(self.type, ir.Undefined)
        first = self.b.insert_element(anything, number, ir.Constant(_I32, 0))
        picks = ir.Constant(ir.VectorType(_I32, self.lanes), [0] * self.lanes)
        return self.b.shuffle_vector(first, anything, picks)

    def fma(self, x: Any, y: Any, z: Any) -> Any:
        return self.b.fadd(self.b.fmul(x, y, flags=_MATH), z, flags=_MATH)

    def sum(self, row: Any) -> Any:
        """Fold a row in halves down to one number."""
        n = self.lanes
        while n > 1:
            n //= 2
            half = ir.VectorType(_I32, n)
            anything = ir.Constant(row.type, ir.Undefined)
            low = self.b.shuffle_vector(row, anything, ir.Constant(half, list(range(n))))
            high = self.b.shuffle_vector(
                row, anything, ir.Constant(half, list(range(n, 2 * n)))
            )
            row = self.b.fadd(low, high, flags=_MATH)
        return self.b.extract_element(row, ir.Constant(_I32, 0))


def _edges(
    rows: _Rows, indices: Any, lo: Any, hi: Any, body: Callable[[Any, Any, Any], Any]
) -> Any:
    """Loop over edges lo..hi with a sum, a row that starts at zero.

    `body(e, target, sum)` returns the next sum.
    """
    b = rows.b
    before = b.block
    loop = b.append_basic_block("edges")
    after = b.append_basic_block("after")
    b.cbranch(b.icmp_signed("<", lo, hi), loop, after)
    b.position_at_end(loop)
    e = b.phi(lo.type)
    total = b.phi(rows.type)
    target = b.sext(b.load(b.gep(indices, [e])), lo.type)
    new = body(e, target, total)
    following = b.add(e, ir.Constant(lo.type, 1))
    e.add_incoming(lo, before)
    e.add_incoming(following, loop)
    total.add_incoming(rows.zero, before)
    total.add_incoming(new, loop)
    b.cbranch(b.icmp_signed("<", following, hi), loop, after)
    b.position_at_end(after)
    result = b.phi(rows.type)
    result.add_incoming(rows.zero, before)
    result.add_incoming(new, loop)
    return result


def _data(context: Any, builder: Any, sig: Any, args: Any) -> list[Any]:
    """Pointers of the arrays among the arguments, numbers as they are."""
    return [
        context.make_array(kind)(context, builder, arg).data
        if isinstance(kind, types.Array)
        else arg
        for kind, arg in zip(sig.args, args, strict=True)
    ]


def _compile(emit: Callable[..., None]) -> Any:
    """Make a Numba intrinsic of `emit(rows, *pointers)`.

    All arrays are C-contiguous, the bounds are intp.
    """

    @intrinsic(prefer_literal=False)
    def row_intrinsic(typing, arguments):  # type: ignore[no-untyped-def]
        def generate(context, builder, sig, args):  # type: ignore[no-untyped-def]
            (packed,) = args
            inner = types.void(*sig.args[0].types)
            parts = [builder.extract_value(packed, k) for k in range(len(inner.args))]
            pointers = _data(context, builder, inner, parts)
            emit(_Rows(builder, pointers[0].type.pointee), *pointers)
            return context.get_dummy_value()

        return types.void(arguments), generate

    return row_intrinsic


def _scatter(
    rows: _Rows, x: Any, y: Any, indices: Any, values: Any, lo: Any, hi: Any
) -> None:
    row = rows.load(rows.at(x))

    def edge(e: Any, target: Any, total: Any) -> Any:
        address = rows.at(y, target)
        weight = rows.b.load(rows.b.gep(values, [e]))
        rows.store(rows.fma(rows.spread(weight), row, rows.load(address)), address)
        return total

    _edges(rows, indices, lo, hi, edge)


def _gather(
    rows: _Rows, g: Any, out: Any, indices: Any, values: Any, lo: Any, hi: Any
) -> None:
    def edge(e: Any, target: Any, total: Any) -> Any:
        weight = rows.b.load(rows.b.gep(values, [e]))
        return rows.fma(rows.spread(weight), rows.load(rows.at(g, target)), total)

    rows.store(_edges(rows, indices, lo, hi, edge), rows.at(out))


def _add_dot(rows: _Rows, x: Any, g: Any, dots: Any, e: Any) -> None:
    address = rows.b.gep(dots, [e])
    dot = rows.sum(rows.b.fmul(x, g, flags=_MATH))
    rows.b.store(rows.b.fadd(rows.b.load(address), dot), address)


def _dot(rows: _Rows, x: Any, g: Any, indices: Any, dots: Any, lo: Any, hi: Any) -> None:
    row = rows.load(rows.at(x))

    def edge(e: Any, target: Any, total: Any) -> Any:
        _add_dot(rows, row, rows.load(rows.at(g, target)), dots, e)
        return total

    _edges(rows, indices, lo, hi, edge)


def _gather_dot(
    rows: _Rows,
    x: Any,
    g: Any,
    out: Any,
    indices: Any,
    values: Any,
    dots: Any,
    lo: Any,
    hi: Any,
) -> None:
    row = rows.load(rows.at(x))

    def edge(e: Any, target: Any, total: Any) -> Any:
        other = rows.load(rows.at(g, target))
        weight = rows.b.load(rows.b.gep(values, [e]))
        _add_dot(rows, row, other, dots, e)
        return rows.fma(rows.spread(weight), other, total)

    rows.store(_edges(rows, indices, lo, hi, edge), rows.at(out))


_scatter_row = _compile(_scatter)
_gather_row = _compile(_gather)
_dot_row = _compile(_dot)
_gather_dot_row = _compile(_gather_dot)


@overload(scatter_row, inline="always")
def _(x, y, indices, values, lo, hi):  # type: ignore[no-untyped-def]
    return lambda x, y, indices, values, lo, hi: _scatter_row(
        (x, y, indices, values, lo, hi)
    )


@overload(gather_row, inline="always")
def _(g, out, indices, values, lo, hi):  # type: ignore[no-untyped-def]
    return lambda g, out, indices, values, lo, hi: _gather_row(
        (g, out, indices, values, lo, hi)
    )


@overload(dot_row, inline="always")
def _(x, g, indices, dots, lo, hi):  # type: ignore[no-untyped-def]
    return lambda x, g, indices, dots, lo, hi: _dot_row((x, g, indices, dots, lo, hi))


@overload(gather_dot_row, inline="always")
def _(x, g, out, indices, values, dots, lo, hi):  # type: ignore[no-untyped-def]
    return lambda x, g, out, indices, values, dots, lo, hi: _gather_dot_row(
        (x, g, out, indices, values, dots, lo, hi)
    )
