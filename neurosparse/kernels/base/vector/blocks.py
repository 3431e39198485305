"""Transpose of a small square in registers; compiled code uses shuffles of the vector unit."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from neurosparse.typing import Array

SIDE_BYTES = 32
_I32 = ir.IntType(32)


def side_of(dtype: np.dtype[Any]) -> int:
    """Rows and columns of a square of this dtype.

    >>> side_of(np.dtype(np.float32)), side_of(np.dtype(np.float64))
    (8, 4)
    """
    return SIDE_BYTES // dtype.itemsize


def transpose_square(src: Array, i: int, j: int, dst: Array, k: int, l: int) -> None:
    """Copy the square of `src` at row i, column j, transposed, to row k, column l of `dst`.

    >>> src, dst = np.arange(16.0).reshape(4, 4), np.zeros((4, 4))
    >>> transpose_square(src, 0, 0, dst, 0, 0)
    >>> bool((dst == src.T).all())
    True
    """
    n = side_of(src.dtype)
    dst[k : k + n, l : l + n] = src[i : i + n, j : j + n].T


def _exchange(b: Any, rows: list[Any], step: int) -> list[Any]:
    """Swap the off-diagonal halves of all squares of side 2·step: a stage of the transpose."""
    n = len(rows)
    first = [lane if not lane & step else n + lane - step for lane in range(n)]
    second = [lane + step if not lane & step else n + lane for lane in range(n)]
    wide = ir.VectorType(_I32, n)
    out = list(rows)
    for r in (r for r in range(n) if not r & step):
        out[r] = b.shuffle_vector(rows[r], rows[r + step], ir.Constant(wide, first))
        out[r + step] = b.shuffle_vector(rows[r], rows[r + step], ir.Constant(wide, second))
    return out


def _addresses(context: Any, b: Any, kind: Any, place: Any, n: int) -> list[Any]:
    """Find where n rows of n numbers begin at `place` = (array, row, column), a row contiguous."""
    array, row, column = place
    struct = context.make_array(kind)(context, b, array)
    stride = b.extract_value(struct.strides, 0)
    element = struct.data.type.pointee
    start = b.bitcast(b.gep(struct.data, [column]), ir.IntType(8).as_pointer())
    rows = [b.add(row, ir.Constant(row.type, r)) for r in range(n)]
    pointer = ir.VectorType(element, n).as_pointer()
    return [b.bitcast(b.gep(start, [b.mul(r, stride)]), pointer) for r in rows]


@intrinsic
def _transpose_square(typing, src, i, j, dst, k, l):  # type: ignore[no-untyped-def]
    def generate(context, builder, sig, args):  # type: ignore[no-untyped-def]
        size = sig.args[0].dtype.bitwidth // 8
        n = SIDE_BYTES // size
        places = _addresses(context, builder, sig.args[0], args[:3], n)
        rows = [builder.load(place, align=size) for place in places]
        for step in (s for s in (4, 2, 1) if s < n):
            rows = _exchange(builder, rows, step)
        targets = _addresses(context, builder, sig.args[3], args[3:], n)
        for row, target in zip(rows, targets, strict=True):
            builder.store(row, target, align=size)
        return context.get_dummy_value()

    at = (types.intp, types.intp)
    return types.void(src, *at, dst, *at), generate


@overload(transpose_square, inline="always")
def _(src, i, j, dst, k, l):  # type: ignore[no-untyped-def]
    return lambda src, i, j, dst, k, l: _transpose_square(  # type: ignore[call-arg]
        src, i, j, dst, k, l
    )
