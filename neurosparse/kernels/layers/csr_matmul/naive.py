"""Sparse matrix times batch, the law: a loop over edges."""

import numpy as np

from neurosparse.typing import Array


def presynaptic(indptr: Array) -> Array:
    """Give the row of each edge.

    >>> presynaptic(np.array([0, 2, 2, 3])).tolist()
    [0, 0, 2]
    """
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


def forward(
    indptr: Array,
    indices: Array,
    values: Array,
    x: Array,
    n_post: int,
    bias: Array | None,
    threads: int,
) -> Array:
    """Compute `y[b, j] = bias[j] + Σ_i x[b, i] W[i, j]`."""
    y = np.zeros((x.shape[0], n_post), x.dtype)
    if bias is not None:
        y += bias
    for i, j, w in zip(presynaptic(indptr), indices, values, strict=True):
        y[:, j] += w * x[:, i]
    return y


def backward(
    indptr: Array, indices: Array, values: Array, x: Array, grad: Array, threads: int
) -> tuple[Array, Array]:
    """Compute `dx[b, i] = Σ_j grad[b, j] W[i, j]` and `dvalues[e] = Σ_b x[b, i] grad[b, j]`."""
    dx = np.zeros_like(x)
    dvalues = np.zeros_like(values)
    for e, (i, j) in enumerate(zip(presynaptic(indptr), indices, strict=True)):
        dx[:, i] += values[e] * grad[:, j]
        dvalues[e] = (x[:, i] * grad[:, j]).sum()
    return dx, dvalues
