"""A thread owns neurons; pairs of numbers, cosine and sine, are summed in two registers."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import even_edges, run_shares, worthwhile
from neurosparse.typing import Float64, Int32, Int64


def neighbour_sums(
    indptr: Int64, pre: Int32, weights: Float64, x: Float64, threads: int
) -> Float64:
    """Sum over the edges of each neuron."""
    y = np.empty((len(indptr) - 1, x.shape[1]))
    sums = _pairs if x.shape[1] == 2 else _rows
    bounds = even_edges(indptr, worthwhile(threads, 4 * len(pre)))
    run_shares(lambda lo, hi: sums(indptr, pre, weights, x, y, lo, hi), bounds)
    return y


def delayed_sums(
    indptr: Int64,
    pre: Int32,
    weights: Float64,
    delay: Int64,
    past: Float64,
    now: int,
    threads: int,
) -> Float64:
    """Sum what each edge carries."""
    y = np.empty((len(indptr) - 1, past.shape[2]))
    bounds = even_edges(indptr, worthwhile(threads, 4 * len(pre)))
    run_shares(
        lambda lo, hi: _delayed(indptr, pre, weights, delay, past, now, y, lo, hi), bounds
    )
    return y


@njit(cache=True, nogil=True, fastmath={"contract"})
def _pairs(indptr, pre, weights, x, y, first, last):  # type: ignore[no-untyped-def]
    for i in range(first, last):
        left = 0.0
        right = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            left += weights[e] * x[pre[e], 0]
            right += weights[e] * x[pre[e], 1]
        y[i, 0] = left
        y[i, 1] = right


@njit(cache=True, nogil=True, fastmath={"contract"})
def _rows(indptr, pre, weights, x, y, first, last):  # type: ignore[no-untyped-def]
    for i in range(first, last):
        y[i] = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            for k in range(x.shape[1]):
                y[i, k] += weights[e] * x[pre[e], k]


@njit(cache=True, nogil=True, fastmath={"contract"})
def _delayed(  # type: ignore[no-untyped-def]
    indptr, pre, weights, delay, past, now, y, first, last
):
    slots = past.shape[0]
    for i in range(first, last):
        y[i] = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            slot = (now - delay[e]) % slots
            for k in range(past.shape[2]):
                y[i, k] += weights[e] * past[slot, pre[e], k]
