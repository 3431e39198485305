"""Overlap of packed bit vectors: out[i, j] = popcount(a_i & b_j)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


def overlap(a: Words, b: Words, *, backend: str = "cpu") -> NDArray[np.int32]:
    """Count common bits of every row of a [n, words] with every row of b [m, words]; returns int32
    [n, m].

    `backend` is "naive" (NumPy, the law), "cpu" (Numba) or "gpu" (Triton).
    Raises ValueError for another dtype, unequal widths or an unknown backend.

    >>> overlap(np.array([[7], [8]], np.uint64), np.array([[5]], np.uint64), backend="naive").tolist()
    [[2], [0]]
    """
    for name, array in (("a", a), ("b", b)):
        if array.dtype != np.uint64 or array.ndim != 2:
            raise ValueError(
                f"{name}: got {array.dtype}{list(array.shape)}, want uint64 [rows, words]"
            )
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"b: rows have {b.shape[1]} words, those of a have {a.shape[1]}; they must agree"
        )
    match backend:
        case "naive":
            from neurosparse.kernels.memory.overlap.naive import overlap as run
        case "cpu":
            from neurosparse.kernels.memory.overlap.cpu import overlap as run
        case "gpu":
            from neurosparse.kernels.memory.overlap.gpu import overlap as run
        case _:
            raise ValueError(f"backend: got {backend!r}, want 'naive', 'cpu' or 'gpu'")
    return run(np.ascontiguousarray(a), np.ascontiguousarray(b))
