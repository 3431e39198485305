"""Constant fan-in times batch on the CPU: each output gathers its inputs in registers.

A thread owns slabs of samples where rows of activations are summed, output rows where weights are.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.lanes import dot_row, gather_row, lanes_of, scatter_row
from neurosparse.kernels.base.vector.threads import even, run_shares, worthwhile
from neurosparse.kernels.base.vector.tiles import (
    FAST,
    TILE,
    load_tile,
    pack,
    slabs,
    store_tile,
)
from neurosparse.kernels.layers.csr_matmul.cpu import pack_gradient
from neurosparse.typing import Array


@njit(cache=True, nogil=True, fastmath=FAST)
def _lift(row: Array, by: float) -> None:
    """Add a number to all: Numba takes long to compile `row += by`."""
    for k in range(row.size):
        row[k] += by


@njit(cache=True, nogil=True, fastmath=FAST)
def _gather_slabs(
    indices: Array,
    values: Array,
    fan_in: int,
    bias: Array,
    x: Array,
    y: Array,
    first: int,
    last: int,
    lanes: int,
) -> None:
    """Compute slabs first..last of y `[batch, n_post]`."""
    n_post = y.shape[1]
    packed = np.empty((1, x.shape[1], lanes), x.dtype)
    sums = np.empty((TILE, lanes), x.dtype)
    for s in range(first, last):
        pack(x[s * lanes : (s + 1) * lanes], 0, 1, packed)
        for j0 in range(0, n_post, TILE):
            count = min(TILE, n_post - j0)
            for j in range(count):
                edge = (j0 + j) * fan_in
                gather_row(packed[0], sums[j], indices, values, edge, edge + fan_in)
                if bias.size:
                    _lift(sums[j], bias[j0 + j])
            store_tile(sums, 0, y, s * lanes, j0, count)


@njit(cache=True, nogil=True, fastmath=FAST)
def _scatter_slabs(
    indices: Array,
    values: Array,
    fan_in: int,
    grad: Array,
    dx: Array,
    first: int,
    last: int,
    lanes: int,
) -> None:
    """Compute slabs first..last of dx `[batch, n_pre]`."""
    n_post = grad.shape[1]
    n_pre = dx.shape[1]
    rows = np.empty((TILE, lanes), dx.dtype)
    sums = np.empty((n_pre, lanes), dx.dtype)
    for s in range(first, last):
        sums[:] = 0
        for j0 in range(0, n_post, TILE):
            for j in range(load_tile(grad, s * lanes, j0, n_post, rows)):
                edge = (j0 + j) * fan_in
                scatter_row(rows[j], sums, indices, values, edge, edge + fan_in)
        for i0 in range(0, n_pre, TILE):
            store_tile(sums, i0, dx, s * lanes, i0, min(TILE, n_pre - i0))


@njit(cache=True, nogil=True, fastmath=FAST)
def _dot_rows(
    indices: Array,
    fan_in: int,
    packed: Array,
    grad: Array,
    dvalues: Array,
    first: int,
    last: int,
) -> None:
    """Compute dvalues of outputs first..last from inputs packed `[slab, n_pre, lanes]`."""
    lanes = packed.shape[2]
    rows = np.empty((TILE, lanes), grad.dtype)
    for s in range(packed.shape[0]):
        for j0 in range(first, last, TILE):
            for j in range(load_tile(grad, s * lanes, j0, last, rows)):
                edge = (j0 + j) * fan_in
                dot_row(rows[j], packed[s], indices, dvalues, edge, edge + fan_in)


def forward(
    indices: Array, values: Array, x: Array, bias: Array | None, threads: int
) -> Array:
    """Compute `y[b, j] = bias[j] + Σ_k values[j, k] x[b, indices[j, k]]`."""
    n_post, fan_in = indices.shape
    lanes = lanes_of(x.dtype)
    y = np.empty((len(x), n_post), x.dtype)
    offset = np.empty(0, x.dtype) if bias is None else bias
    edges = indices.ravel()
    weights = values.ravel()

    def share(lo: int, hi: int) -> None:
        _gather_slabs(edges, weights, fan_in, offset, x, y, lo, hi, lanes)

    run_shares(share, even(slabs(len(x), lanes), worthwhile(threads, values.size * len(x))))
    return y


def backward(
    indices: Array, values: Array, x: Array, grad: Array, threads: int
) -> tuple[Array, Array]:
    """Compute dx `[batch, n_pre]` and dvalues `[n_post, fan_in]`."""
    n_post, fan_in = indices.shape
    lanes = lanes_of(x.dtype)
    dx = np.empty_like(x)
    dvalues = np.zeros(values.size, x.dtype)
    edges = indices.ravel()
    weights = values.ravel()

    def samples(lo: int, hi: int) -> None:
        _scatter_slabs(edges, weights, fan_in, grad, dx, lo, hi, lanes)

    sharing = worthwhile(threads, values.size * len(x))
    run_shares(samples, even(slabs(len(x), lanes), sharing))
    packed = pack_gradient(x, threads)

    def outputs(lo: int, hi: int) -> None:
        _dot_rows(edges, fan_in, packed, grad, dvalues, lo, hi)

    run_shares(outputs, even(n_post, sharing))
    return dx, dvalues.reshape(n_post, fan_in)
