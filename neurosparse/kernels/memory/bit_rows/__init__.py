"""Rows of a bit matrix: storing merges the bits of a pattern, reading counts over active rows.

Shapes: `bits` uint64 `[n, words]`, 64 columns a word.
"""

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Int32, Int64, UInt64


def merge_rows(
    bits: UInt64,
    rows: Int32,
    words: UInt64,
    which: Int32,
    *,
    backend: str = "cpu",
) -> None:
    """Set bits in place: for each k, `bits[rows[k]] |= words[which[k]]`; the order does not matter.

    Args:
        bits: what is changed, `[n, words]`.
        rows: a row of `bits` for each merge, `[k]`.
        words: patterns, `[m, words]`.
        which: a row of `words` for each merge, `[k]`.
        backend: "naive" (NumPy, the law) or "cpu" (Numba).

    Raises:
        ValueError: arrays that do not fit each other, or an unknown backend.

    >>> bits = np.zeros((2, 1), np.uint64)
    >>> merge_rows(bits, np.int32([1, 1]), np.uint64([[5], [2]]), np.int32([0, 1]))
    >>> bits.tolist()
    [[0], [7]]
    """
    for name, array in (("bits", bits), ("words", words)):
        if array.dtype != np.uint64 or array.ndim != 2 or array.shape[1] != bits.shape[1]:
            received = f"{array.dtype}{list(array.shape)}"
            raise ValueError(
                f"{name}: got {received}, want uint64 [rows, {bits.shape[-1]}]"
            )
    for name, index, n in (("rows", rows, len(bits)), ("which", which, len(words))):
        if index.ndim != 1 or len(index) != len(rows):
            raise ValueError(
                f"{name}: got shape {list(index.shape)}, want [{len(rows)}], one for each merge"
            )
        if index.size and (index.min() < 0 or index.max() >= n):
            raise ValueError(
                f"{name}: run from {index.min()} to {index.max()}, want 0 <= index < {n}"
            )
    implementation(__name__, backend).merge_rows(
        bits, rows, np.ascontiguousarray(words), which
    )


def sum_rows(bits: UInt64, indptr: Int64, rows: Int32, *, backend: str = "cpu") -> Int32:
    """Count, for each query, how many of its rows have each bit: `[queries, 64 words]`.

    Only these rows are read: the cost grows with the active units, not with n.

    Args:
        bits: `[n, words]`.
        indptr: rows of query q stand from indptr[q] to indptr[q + 1], `[queries + 1]`.
        rows: rows of `bits`.
        backend: "naive" (NumPy, the law) or "cpu" (Numba).

    Raises:
        ValueError: pointers or rows out of range, or an unknown backend.

    >>> sum_rows(np.uint64([[5], [4]]), np.int64([0, 2]), np.int32([0, 1]))[0, :4].tolist()
    [1, 0, 2, 0]
    """
    if bits.dtype != np.uint64 or bits.ndim != 2:
        raise ValueError(
            f"bits: got {bits.dtype}{list(bits.shape)}, want uint64 [n, words]"
        )
    if (
        not len(indptr)
        or indptr[0] != 0
        or indptr[-1] != len(rows)
        or (np.diff(indptr) < 0).any()
    ):
        raise ValueError(
            f"indptr: got {len(indptr)} pointers, want them to rise from 0 to {len(rows)}"
        )
    if rows.size and (rows.min() < 0 or rows.max() >= len(bits)):
        raise ValueError(
            f"rows: run from {rows.min()} to {rows.max()}, want 0 <= index < {len(bits)}"
        )
    run = implementation(__name__, backend).sum_rows
    return np.asarray(run(np.ascontiguousarray(bits), indptr, rows), np.int32)
