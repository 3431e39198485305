"""The outer product of two batches on a support only.

`dvalues[e] = Σ_b x[b, pre(e)] grad[b, post(e)]`; the dense `[n_pre, n_post]` product is never
formed. Shapes: support CSR by presynaptic neuron, `indptr` int64 `[n_pre + 1]`, `indices` int32
`[nnz]`; `x [batch, n_pre]`, `grad [batch, n_post]`, float32 or float64.
"""

from typing import Literal

import numpy as np

from neurosparse.kernels.layers.csr_matmul import check
from neurosparse.typing import Array

Backend = Literal["naive", "cpu"]


def sampled_outer(
    indptr: Array,
    indices: Array,
    x: Array,
    grad: Array,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Array:
    """Compute `dvalues[e] = Σ_b x[b, pre(e)] grad[b, post(e)]`, one number an edge.

    Raises:
        ValueError: arrays that do not fit each other, or indices outside the support.

    >>> indptr, indices = np.array([0, 1, 3]), np.array([1, 0, 1], np.int32)
    >>> sampled_outer(indptr, indices, np.array([[1.0, 10.0]]), np.array([[1.0, 2.0]]))
    array([ 2., 10., 20.])
    """
    check.support(indptr, indices, grad.shape[-1])
    check.batch("x", x, len(indptr) - 1, x.dtype)
    check.batch("grad", grad, grad.shape[-1], x.dtype)
    if len(x) != len(grad):
        raise ValueError(f"grad: got a batch of {len(grad)}, wants {len(x)}, as x has")
    x = np.ascontiguousarray(x)
    grad = np.ascontiguousarray(grad)
    match backend:
        case "naive":
            from neurosparse.kernels.layers.sampled_outer import naive

            return naive.outer(indptr, indices, x, grad, threads)
        case "cpu":
            from neurosparse.kernels.layers.csr_matmul import cpu

            return cpu.outer(indptr, indices, x, grad, threads)
