"""Overlap of packed bit vectors: out[i, j] = popcount(a_i & b_j)."""

from typing import cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Int32, UInt64


def overlap(a: UInt64, b: UInt64, *, backend: str = "cpu") -> Int32:
    """Count the common bits of every row of a with every row of b: `[n, m]`.

    Args:
        a: packed bits, `[n, words]`.
        b: packed bits, `[m, words]`.
        backend: "naive" (NumPy, the law), "cpu" (Numba) or "gpu" (Triton).

    Raises:
        ValueError: another dtype, unequal widths or an unknown backend.

    >>> overlap(np.uint64([[7], [8]]), np.uint64([[5]]), backend="naive").tolist()
    [[2], [0]]
    """
    for name, array in (("a", a), ("b", b)):
        if array.dtype != np.uint64 or array.ndim != 2:
            received = f"{array.dtype}{list(array.shape)}"
            raise ValueError(f"{name}: got {received}, want uint64 [rows, words]")
    if a.shape[1] != b.shape[1]:
        raise ValueError(
            f"b: rows have {b.shape[1]} words, those of a have {a.shape[1]}; they must agree"
        )
    run = implementation(__name__, backend, "gpu").overlap
    return cast(Int32, run(np.ascontiguousarray(a), np.ascontiguousarray(b)))
