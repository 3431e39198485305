"""Storing in a bit matrix: many rows of it each take up the bits of a pattern, `bits[row] |= words[which]`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


def merge_rows(
    bits: Words, rows: NDArray[np.int32], words: Words, which: NDArray[np.int32], *, backend: str = "cpu"
) -> None:
    """Set bits in place: for each k, `bits[rows[k]] |= words[which[k]]`; the order does not matter.

    `bits` is uint64 [n, words], `words` uint64 [m, words]; `rows` and `which` are int32 [k]. `backend` is "naive"
    (NumPy, the law) or "cpu" (Numba). Raises ValueError for arrays that do not fit each other.

    >>> bits = np.zeros((2, 1), np.uint64)
    >>> merge_rows(bits, np.int32([1, 1]), np.uint64([[5], [2]]), np.int32([0, 1]))
    >>> bits.tolist()
    [[0], [7]]
    """
    for name, array in (("bits", bits), ("words", words)):
        if array.dtype != np.uint64 or array.ndim != 2 or array.shape[1] != bits.shape[1]:
            raise ValueError(f"{name}: got {array.dtype}{list(array.shape)}, want uint64 [rows, {bits.shape[-1]}]")
    for name, index, n in (("rows", rows, len(bits)), ("which", which, len(words))):
        if index.ndim != 1 or len(index) != len(rows):
            raise ValueError(f"{name}: got shape {list(index.shape)}, want [{len(rows)}], one for each merge")
        if index.size and (index.min() < 0 or index.max() >= n):
            raise ValueError(f"{name}: run from {index.min()} to {index.max()}, want 0 <= index < {n}")
    match backend:
        case "naive":
            from neurosparse.kernels.bit_rows.naive import merge_rows as run
        case "cpu":
            from neurosparse.kernels.bit_rows.cpu import merge_rows as run
        case _:
            raise ValueError(f"backend: got {backend!r}, want 'naive' or 'cpu'")
    run(bits, rows, np.ascontiguousarray(words), which)
