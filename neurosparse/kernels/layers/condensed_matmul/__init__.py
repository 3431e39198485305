"""A batch through a matrix of constant fan-in.

`y[b, j] = bias[j] + Σ_k values[j, k] x[b, indices[j, k]]`. Shapes: `indices` int32 and `values`,
both `[n_post, fan_in]`; `x [batch, n_pre]`, float32 or float64. No pointers are stored: 4 bytes of
index and 4 of value an edge, nothing else.
"""

from typing import Any, Literal, cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.layers.csr_matmul import check
from neurosparse.typing import Array

Backend = Literal["naive", "cpu"]


def _load(backend: Backend) -> Any:
    return implementation(__name__, backend)


def _checked(indices: Array, values: Array, x: Array) -> None:
    if indices.ndim != 2 or indices.dtype != np.int32 or indices.shape != values.shape:
        kind = f"{indices.dtype} {indices.shape}"
        expected = f"int32 [n_post, fan_in] as the values, {values.shape}"
        raise ValueError(f"indices: got {kind}, wants {expected}")
    check.batch("x", x, x.shape[-1], values.dtype)
    if indices.size and not (indices.min() >= 0 and indices.max() < x.shape[1]):
        span = f"{indices.min()}..{indices.max()}"
        raise ValueError(f"indices: got {span}, wants 0..{x.shape[1] - 1}, columns of x")


def condensed_matmul(
    indices: Array,
    values: Array,
    x: Array,
    bias: Array | None = None,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Array:
    """Compute `y[b, j] = bias[j] + Σ_k values[j, k] x[b, indices[j, k]]`.

    Raises:
        ValueError: arrays that do not fit each other, or indices outside the input.

    >>> indices = np.array([[0, 2], [1, 2]], np.int32)
    >>> condensed_matmul(indices, np.ones((2, 2)), np.array([[1.0, 10.0, 100.0]]))
    array([[101., 110.]])
    """
    _checked(indices, values, x)
    if bias is not None:
        check.length("bias", bias, len(indices), "output")
    arrays = [np.ascontiguousarray(array) for array in (indices, values, x)]
    return cast(Array, _load(backend).forward(*arrays, bias, threads))


def condensed_matmul_backward(
    indices: Array,
    values: Array,
    x: Array,
    grad: Array,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> tuple[Array, Array]:
    """Compute dx `[batch, n_pre]` and dvalues `[n_post, fan_in]` from `grad [batch, n_post]`.

    Raises:
        ValueError: arrays that do not fit each other, or indices outside the input.

    >>> indices = np.array([[0, 2]], np.int32)
    >>> x, grad = np.array([[1.0, 10.0, 100.0]]), np.array([[2.0]])
    >>> condensed_matmul_backward(indices, np.array([[3.0, 4.0]]), x, grad)
    (array([[6., 0., 8.]]), array([[  2., 200.]]))
    """
    _checked(indices, values, x)
    check.batch("grad", grad, len(indices), values.dtype)
    if len(x) != len(grad):
        raise ValueError(f"grad: got a batch of {len(grad)}, wants {len(x)}, as x has")
    arrays = [np.ascontiguousarray(array) for array in (indices, values, x, grad)]
    dx, dvalues = _load(backend).backward(*arrays, threads)
    return dx, dvalues
