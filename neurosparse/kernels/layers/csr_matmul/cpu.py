"""Sparse matrix times batch on the CPU: slabs of the batch go through the edges in registers.

Forward, a thread owns slabs of samples; backward, it owns presynaptic rows and so their edges. No
sum is ever shared between threads, therefore the bits do not depend on how many there are. A few
samples go another way, `few`.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.lanes import (
    dot_row,
    gather_dot_row,
    lanes_of,
    scatter_row,
)
from neurosparse.kernels.base.vector.threads import even, even_edges, run_shares, worthwhile
from neurosparse.kernels.base.vector.tiles import (
    FAST,
    TILE,
    load_tile,
    pack,
    slabs,
    store_tile,
)
from neurosparse.kernels.layers.csr_matmul import few
from neurosparse.typing import Array


@njit(cache=True, nogil=True, fastmath=FAST)
def _forward_slabs(
    indptr: Array,
    indices: Array,
    values: Array,
    bias: Array,
    x: Array,
    y: Array,
    first: int,
    last: int,
    lanes: int,
) -> None:
    """Compute slabs first..last of y `[batch, n_post]`."""
    n_pre = x.shape[1]
    n_post = y.shape[1]
    rows = np.empty((TILE, lanes), x.dtype)
    sums = np.empty((n_post, lanes), x.dtype)
    for s in range(first, last):
        for o in range(n_post):
            sums[o] = bias[o] if bias.size else 0
        for i0 in range(0, n_pre, TILE):
            for i in range(load_tile(x, s * lanes, i0, n_pre, rows)):
                scatter_row(
                    rows[i], sums, indices, values, indptr[i0 + i], indptr[i0 + i + 1]
                )
        for o0 in range(0, n_post, TILE):
            store_tile(sums, o0, y, s * lanes, o0, min(TILE, n_post - o0))


@njit(cache=True, nogil=True, fastmath=FAST)
def _backward_rows(
    indptr: Array,
    indices: Array,
    values: Array,
    x: Array,
    packed: Array,
    dx: Array,
    dvalues: Array,
    first: int,
    last: int,
) -> None:
    """Compute dx and dvalues of presynaptic rows first..last.

    Gradients are packed, `[slab, n_post, lanes]`.
    """
    lanes = packed.shape[2]
    rows = np.empty((TILE, lanes), x.dtype)
    sums = np.empty((TILE, lanes), x.dtype)
    for s in range(packed.shape[0]):
        g = packed[s]
        for i0 in range(first, last, TILE):
            count = load_tile(x, s * lanes, i0, last, rows)
            for i in range(count):
                lo = indptr[i0 + i]
                hi = indptr[i0 + i + 1]
                gather_dot_row(rows[i], g, sums[i], indices, values, dvalues, lo, hi)
            store_tile(sums, 0, dx, s * lanes, i0, count)


@njit(cache=True, nogil=True, fastmath=FAST)
def _outer_rows(
    indptr: Array,
    indices: Array,
    x: Array,
    packed: Array,
    dvalues: Array,
    first: int,
    last: int,
) -> None:
    """Compute dvalues alone, for layers whose input needs no gradient."""
    lanes = packed.shape[2]
    rows = np.empty((TILE, lanes), x.dtype)
    for s in range(packed.shape[0]):
        g = packed[s]
        for i0 in range(first, last, TILE):
            count = load_tile(x, s * lanes, i0, last, rows)
            for i in range(count):
                dot_row(rows[i], g, indices, dvalues, indptr[i0 + i], indptr[i0 + i + 1])


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
    lanes = lanes_of(x.dtype)
    bias = np.empty(0, x.dtype) if bias is None else bias
    if len(x) <= few.FEW:
        threads = worthwhile(threads, len(indices) * len(x))
        return few.forward(indptr, indices, values, x, n_post, bias, threads)
    y = np.empty((x.shape[0], n_post), x.dtype)

    def share(lo: int, hi: int) -> None:
        _forward_slabs(indptr, indices, values, bias, x, y, lo, hi, lanes)

    threads = worthwhile(threads, len(indices) * len(x))
    run_shares(share, even(slabs(x.shape[0], lanes), threads))
    return y


def pack_gradient(grad: Array, threads: int) -> Array:
    """Turn a batch-major gradient `[batch, n]` into slabs of rows `[slab, n, lanes]`."""
    lanes = lanes_of(grad.dtype)
    count = slabs(grad.shape[0], lanes)
    packed = np.empty((count, grad.shape[1], lanes), grad.dtype)
    # a copy costs about eight products a number
    threads = worthwhile(threads, 8 * grad.size)
    run_shares(lambda lo, hi: pack(grad, lo, hi, packed), even(count, threads))
    return packed


def backward(
    indptr: Array, indices: Array, values: Array, x: Array, grad: Array, threads: int
) -> tuple[Array, Array]:
    """Compute `dx[b, i] = Σ_j grad[b, j] W[i, j]` and
    `dvalues[e] = Σ_b x[b, pre(e)] grad[b, post(e)]`.
    """
    if len(x) <= few.FEW:
        threads = worthwhile(threads, 2 * len(indices) * len(x))
        return few.backward(indptr, indices, values, x, grad, threads)
    packed = pack_gradient(grad, threads)
    dx = np.zeros_like(x)
    dvalues = np.zeros_like(values)

    def share(lo: int, hi: int) -> None:
        _backward_rows(indptr, indices, values, x, packed, dx, dvalues, lo, hi)

    run_shares(share, even_edges(indptr, worthwhile(threads, 2 * len(indices) * len(x))))
    return dx, dvalues


def outer(indptr: Array, indices: Array, x: Array, grad: Array, threads: int) -> Array:
    """Compute `dvalues[e] = Σ_b x[b, pre(e)] grad[b, post(e)]`."""
    if len(x) <= few.FEW:
        threads = worthwhile(threads, len(indices) * len(x))
        return few.outer(indptr, indices, x, grad, threads)
    packed = pack_gradient(grad, threads)
    dvalues = np.zeros(len(indices), x.dtype)

    def share(lo: int, hi: int) -> None:
        _outer_rows(indptr, indices, x, packed, dvalues, lo, hi)

    run_shares(share, even_edges(indptr, worthwhile(threads, len(indices) * len(x))))
    return dvalues
