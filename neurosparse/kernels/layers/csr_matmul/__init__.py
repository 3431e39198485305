"""A batch through a sparse matrix, `Y = X W + bias`, and both its gradients on the support alone.

Shapes: W is CSR by presynaptic neuron, `indptr` int64 `[n_pre + 1]`, `indices` int32 `[nnz]`
(postsynaptic), `values [nnz]`; batches are batch-major, `x [batch, n_pre]`, `y [batch, n_post]`,
float32 or float64.
"""

from typing import Any, Literal, cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.layers.csr_matmul import check
from neurosparse.typing import Array

Backend = Literal["naive", "cpu"]


def _load(backend: Backend) -> Any:
    return implementation(__name__, backend)


def csr_matmul(
    indptr: Array,
    indices: Array,
    values: Array,
    x: Array,
    n_post: int,
    bias: Array | None = None,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Array:
    """Compute `y[b, j] = bias[j] + Σ_i x[b, i] W[i, j]`; the bits do not depend on `threads`.

    Raises:
        ValueError: arrays that do not fit each other, or indices outside the matrix.

    >>> indptr, indices = np.array([0, 1, 3]), np.array([1, 0, 1], np.int32)
    >>> csr_matmul(indptr, indices, np.array([2.0, 3.0, 4.0]), np.array([[1.0, 10.0]]), 2)
    array([[30., 42.]])
    """
    check.support(indptr, indices, n_post)
    check.length("values", values, len(indices), "edge")
    check.batch("x", x, len(indptr) - 1, values.dtype)
    if bias is not None:
        check.length("bias", bias, n_post, "output")
    x = np.ascontiguousarray(x)
    values = np.ascontiguousarray(values)
    return cast(
        Array, _load(backend).forward(indptr, indices, values, x, n_post, bias, threads)
    )


def csr_matmul_backward(
    indptr: Array,
    indices: Array,
    values: Array,
    x: Array,
    grad: Array,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> tuple[Array, Array]:
    """Compute both gradients in one pass over the edges, from `grad [batch, n_post]`.

    `dx[b, i] = Σ_j grad[b, j] W[i, j]` and, on the support only,
    `dvalues[e] = Σ_b x[b, i] grad[b, j]`.

    Raises:
        ValueError: arrays that do not fit each other, or indices outside the matrix.

    >>> indptr, indices = np.array([0, 1, 3]), np.array([1, 0, 1], np.int32)
    >>> x, grad = np.array([[1.0, 10.0]]), np.array([[1.0, 2.0]])
    >>> csr_matmul_backward(indptr, indices, np.array([2.0, 3.0, 4.0]), x, grad)
    (array([[ 4., 11.]]), array([ 2., 10., 20.]))
    """
    check.support(indptr, indices, grad.shape[-1])
    check.length("values", values, len(indices), "edge")
    check.batch("x", x, len(indptr) - 1, values.dtype)
    check.batch("grad", grad, grad.shape[-1], values.dtype)
    if len(x) != len(grad):
        raise ValueError(f"grad: got a batch of {len(grad)}, wants {len(x)}, as x has")
    x = np.ascontiguousarray(x)
    grad = np.ascontiguousarray(grad)
    values = np.ascontiguousarray(values)
    dx, dvalues = _load(backend).backward(indptr, indices, values, x, grad, threads)
    return dx, dvalues
