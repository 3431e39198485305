"""Sums of weighted rows, the law: one row an entry."""

import numpy as np

from neurosparse.typing import Array


def samples(indptr: Array) -> Array:
    """Give the sample of each entry.

    >>> samples(np.array([0, 2, 2, 3])).tolist()
    [0, 0, 2]
    """
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


def forward(
    indptr: Array, indices: Array, values: Array, rows: Array, threads: int
) -> Array:
    """Compute `x[b] = Σ_e values[e] rows[indices[e]]` over the entries of sample b."""
    x = np.zeros((len(indptr) - 1, rows.shape[1]), rows.dtype)
    for b, i, value in zip(samples(indptr), indices, values, strict=True):
        x[b] += value * rows[i]
    return x


def backward(
    indptr: Array,
    indices: Array,
    values: Array,
    rows: Array,
    grad: Array,
    threads: int,
) -> tuple[Array, Array]:
    """Compute `dvalues[e] = <grad[b], rows[i]>` and `drows[i] = Σ_e values[e] grad[b]`."""
    dvalues = np.zeros_like(values)
    drows = np.zeros_like(rows)
    for e, (b, i) in enumerate(zip(samples(indptr), indices, strict=True)):
        dvalues[e] = (grad[b] * rows[i]).sum()
        drows[i] += values[e] * grad[b]
    return dvalues, drows
