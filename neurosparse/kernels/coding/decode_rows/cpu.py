"""Sums of weighted rows on the CPU: contiguous rows are added four at a time (Numba).

Forward a thread owns samples, backward it owns rows, by the transposed entries. No sum has two
owners, so the bits do not depend on how many threads there are.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.base.csr.cpu import transpose
from neurosparse.kernels.base.vector.threads import even_edges, run_shares, worthwhile
from neurosparse.kernels.base.vector.tiles import FAST
from neurosparse.typing import Array


@njit(cache=True, nogil=True, fastmath=FAST)
def _add(
    indptr: Array,
    indices: Array,
    values: Array,
    rows: Array,
    out: Array,
    first: int,
    last: int,
) -> None:
    """Add to out[o] the rows of its entries, for o from first to last."""
    d = rows.shape[1]
    for o in range(first, last):
        sums = out[o]
        lo = indptr[o]
        hi = indptr[o + 1]
        fours = lo + (hi - lo) // 4 * 4
        for e in range(lo, fours, 4):
            row0 = rows[indices[e]]
            row1 = rows[indices[e + 1]]
            row2 = rows[indices[e + 2]]
            row3 = rows[indices[e + 3]]
            v0 = values[e]
            v1 = values[e + 1]
            v2 = values[e + 2]
            v3 = values[e + 3]
            for j in range(d):
                pair = v0 * row0[j] + v1 * row1[j]
                sums[j] += pair + (v2 * row2[j] + v3 * row3[j])
        for e in range(fours, hi):
            row = rows[indices[e]]
            value = values[e]
            for j in range(d):
                sums[j] += value * row[j]


@njit(cache=True, nogil=True, fastmath=FAST)
def _dot(
    indptr: Array,
    indices: Array,
    rows: Array,
    grad: Array,
    dots: Array,
    first: int,
    last: int,
) -> None:
    """Write dots[e] = <grad[b], rows[indices[e]]> for samples from first to last."""
    for b in range(first, last):
        slope = grad[b]
        for e in range(indptr[b], indptr[b + 1]):
            row = rows[indices[e]]
            total = row.dtype.type(0)
            for j in range(len(row)):
                total += slope[j] * row[j]
            dots[e] = total


def add_rows(
    indptr: Array,
    indices: Array,
    values: Array,
    rows: Array,
    out: Array,
    threads: int,
) -> None:
    """Add `Σ_e values[e] rows[indices[e]]` to `out [len(indptr) - 1, d]`, in place."""

    def share(lo: int, hi: int) -> None:
        _add(indptr, indices, values, rows, out, lo, hi)

    run_shares(share, even_edges(indptr, worthwhile(threads, values.size * rows.shape[1])))


def dots(indptr: Array, indices: Array, rows: Array, grad: Array, threads: int) -> Array:
    """Compute `<grad[b], rows[indices[e]]>`, one number an entry."""
    out = np.empty(len(indices), rows.dtype)

    def share(lo: int, hi: int) -> None:
        _dot(indptr, indices, rows, grad, out, lo, hi)

    run_shares(share, even_edges(indptr, worthwhile(threads, out.size * rows.shape[1])))
    return out


def add_columns(
    indptr: Array,
    indices: Array,
    values: Array,
    grad: Array,
    drows: Array,
    threads: int,
) -> None:
    """Add `Σ_e values[e] grad[b]` to the row of each entry, in place: rows no entry names stay."""
    starts, owners, places = transpose(indptr, indices, len(drows))
    add_rows(starts, owners, values[places], grad, drows, threads)


def forward(
    indptr: Array, indices: Array, values: Array, rows: Array, threads: int
) -> Array:
    """Compute `x[b] = Σ_e values[e] rows[indices[e]]` over the entries of sample b."""
    x = np.zeros((len(indptr) - 1, rows.shape[1]), rows.dtype)
    add_rows(indptr, indices, values, rows, x, threads)
    return x


def backward(
    indptr: Array,
    indices: Array,
    values: Array,
    rows: Array,
    grad: Array,
    threads: int,
) -> tuple[Array, Array]:
    """Compute dvalues `[nnz]` and drows `[n, d]`."""
    drows = np.zeros_like(rows)
    add_columns(indptr, indices, values, grad, drows, threads)
    return dots(indptr, indices, rows, grad, threads), drows
