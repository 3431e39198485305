"""Sums of the rows of a dictionary that a code names.

`x[b] = Σ_e values[e] rows[indices[e]]` over the entries e of sample b. Shapes: the code is CSR by
sample, `indptr` int64 `[batch + 1]`, `indices` int32 and `values`, both `[nnz]`; `rows [n, d]`
row-major, one atom a row; float32 or float64 alike. An atom named twice counts twice. Rows that no
entry names are neither read nor, backward, written.
"""

from typing import Any, Literal, cast

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array

Backend = Literal["naive", "cpu"]


def _load(backend: Backend) -> Any:
    return implementation(__name__, backend)


def _check(indptr: Array, indices: Array, values: Array, rows: Array) -> None:
    kinds = indptr.dtype == np.int64 and indices.dtype == np.int32
    whole = kinds and indptr.ndim == 1 and len(indptr) > 0
    if not whole or indptr[0] != 0 or indptr[-1] != len(indices):
        received = Said(f"{indptr.dtype} {list(indptr.shape)} for {len(indices)} entries")
        raise bad_argument("indptr", received, "int64 from 0 to the entries, int32 indices")
    if (np.diff(indptr) < 0).any():
        raise bad_argument("indptr", Said("starts that fall"), "starts that never fall")
    if values.shape != indices.shape or values.dtype != rows.dtype:
        received = Said(f"{values.dtype} {list(values.shape)}")
        expected = f"{rows.dtype} [{len(indices)}], one an entry, of the type of the rows"
        raise bad_argument("values", received, expected)
    if rows.ndim != 2 or rows.dtype not in (np.float32, np.float64):
        raise bad_argument("rows", rows, "float32 or float64 [n, d]")
    if len(indices) and not (indices.min() >= 0 and indices.max() < len(rows)):
        span = Said(f"{indices.min()}..{indices.max()}")
        raise bad_argument("indices", span, f"0..{len(rows) - 1}, rows of the dictionary")


def decode_rows(
    indptr: Array,
    indices: Array,
    values: Array,
    rows: Array,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Array:
    """Compute `x[b] = Σ_e values[e] rows[indices[e]]`, `[batch, d]`.

    Raises:
        ValueError: arrays that do not fit each other, or indices that name no row.

    >>> indices = np.array([0, 2], np.int32)
    >>> rows = np.array([[1.0, 0.0], [9.0, 9.0], [0.0, 1.0]])
    >>> decode_rows(np.array([0, 2]), indices, np.array([2.0, 3.0]), rows)
    array([[2., 3.]])
    """
    _check(indptr, indices, values, rows)
    arrays = [np.ascontiguousarray(a) for a in (indptr, indices, values, rows)]
    return cast(Array, _load(backend).forward(*arrays, threads))


def decode_rows_backward(
    indptr: Array,
    indices: Array,
    values: Array,
    rows: Array,
    grad: Array,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> tuple[Array, Array]:
    """Compute dvalues `[nnz]` and drows `[n, d]` from `grad [batch, d]`.

    Raises:
        ValueError: arrays that do not fit each other, or indices that name no row.

    >>> indices = np.array([1], np.int32)
    >>> grad = np.array([[1.0, 2.0]])
    >>> decode_rows_backward(np.array([0, 1]), indices, np.array([3.0]), np.eye(2), grad)
    (array([2.]), array([[0., 0.],
           [3., 6.]]))
    """
    _check(indptr, indices, values, rows)
    if grad.shape != (len(indptr) - 1, rows.shape[1]) or grad.dtype != rows.dtype:
        expected = f"{rows.dtype} [{len(indptr) - 1}, {rows.shape[1]}]"
        raise bad_argument("grad", grad, expected)
    arrays = [np.ascontiguousarray(a) for a in (indptr, indices, values, rows, grad)]
    dvalues, drows = _load(backend).backward(*arrays, threads)
    return dvalues, drows
