"""Constant fan-in times batch, the law: one gather, one weighted sum."""

import numpy as np

from neurosparse.typing import Array


def forward(
    indices: Array, values: Array, x: Array, bias: Array | None, threads: int
) -> Array:
    """Compute `y[b, j] = bias[j] + Σ_k values[j, k] x[b, indices[j, k]]`."""
    y: Array = (values * x[:, indices]).sum(2)
    return y if bias is None else y + bias


def backward(
    indices: Array, values: Array, x: Array, grad: Array, threads: int
) -> tuple[Array, Array]:
    """Compute `dvalues[j, k] = Σ_b grad[b, j] x[b, indices[j, k]]` and dx, its scatter back."""
    dx = np.zeros_like(x)
    for j, k in np.ndindex(indices.shape):
        dx[:, indices[j, k]] += grad[:, j] * values[j, k]
    return dx, (grad[:, :, None] * x[:, indices]).sum(0)
