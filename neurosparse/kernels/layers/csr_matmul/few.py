"""A few samples through a sparse matrix: each alone, its numbers one behind the other in the cache.

A slab of the other path costs the same whether one of its lanes is used or all.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import even, even_edges, run_shares
from neurosparse.kernels.base.vector.tiles import FAST
from neurosparse.typing import Array

# up to so many, samples one by one are faster than a slab; four cost the same
FEW = 3


@njit(cache=True, nogil=True, fastmath=FAST)
def _forward_samples(
    indptr: Array,
    indices: Array,
    values: Array,
    bias: Array,
    x: Array,
    y: Array,
    first: int,
    last: int,
) -> None:
    """Compute samples first..last of `y[b, j] = bias[j] + Σ_i x[b, i] W[i, j]`."""
    for b in range(first, last):
        out = y[b]
        for j in range(out.size):
            out[j] = bias[j] if bias.size else 0
        for i in range(x.shape[1]):
            a = x[b, i]
            for e in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
                # a signed index could count from the end, and each would be looked at
                out[np.uint32(indices[e])] += values[e] * a


@njit(cache=True, nogil=True, fastmath=FAST)
def _backward_samples(
    indptr: Array,
    indices: Array,
    values: Array,
    x: Array,
    grad: Array,
    dx: Array,
    dvalues: Array,
    first: int,
    last: int,
) -> None:
    """Compute dx, where it has rows, and dvalues, 0 before, of presynaptic rows first..last."""
    for b in range(x.shape[0]):
        g = grad[b]
        for i in range(first, last):
            a = x[b, i]
            lo = np.uint64(indptr[i])
            hi = np.uint64(indptr[i + 1])
            if not dx.size:
                for e in range(lo, hi):
                    dvalues[e] += a * g[np.uint32(indices[e])]
                continue
            total = a * 0
            for e in range(lo, hi):
                slope = g[np.uint32(indices[e])]
                dvalues[e] += a * slope
                total += values[e] * slope
            dx[b, i] = total


def forward(
    indptr: Array,
    indices: Array,
    values: Array,
    x: Array,
    n_post: int,
    bias: Array,
    threads: int,
) -> Array:
    """Compute `y[b, j] = bias[j] + Σ_i x[b, i] W[i, j]`; an empty bias is none."""
    y = np.empty((x.shape[0], n_post), x.dtype)

    def share(lo: int, hi: int) -> None:
        _forward_samples(indptr, indices, values, bias, x, y, lo, hi)

    run_shares(share, even(len(x), threads))
    return y


def backward(
    indptr: Array, indices: Array, values: Array, x: Array, grad: Array, threads: int
) -> tuple[Array, Array]:
    """Compute dx `[batch, n_pre]` and dvalues `[nnz]`."""
    dx = np.zeros_like(x)
    dvalues = np.zeros_like(values)

    def share(lo: int, hi: int) -> None:
        _backward_samples(indptr, indices, values, x, grad, dx, dvalues, lo, hi)

    run_shares(share, even_edges(indptr, threads))
    return dx, dvalues


def outer(indptr: Array, indices: Array, x: Array, grad: Array, threads: int) -> Array:
    """Compute dvalues `[nnz]` alone."""
    dvalues = np.zeros(len(indices), x.dtype)
    nothing = np.empty((0, 0), x.dtype)

    def share(lo: int, hi: int) -> None:
        _backward_samples(indptr, indices, dvalues, x, grad, nothing, dvalues, lo, hi)

    run_shares(share, even_edges(indptr, threads))
    return dvalues
