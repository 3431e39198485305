"""The k largest of each row, ties to the higher index."""

from typing import cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array, Int32


def k_winners(values: Array, k: int, *, backend: str = "cpu") -> Int32:
    """Return the ascending indices of the k largest of each row, `[n, size]` -> int32 `[n, k]`.

    Among equal values those with the higher index win.

    Args:
        values: numbers, `[n, size]`.
        k: winners of each row.
        backend: "naive", "cpu" or "gpu" (float32).

    Raises:
        ValueError: another shape, NaN, or k outside 0..size.

    >>> k_winners(np.array([[1.0, 3.0, 2.0, 1.0]]), 3, backend="naive").tolist()
    [[1, 2, 3]]
    """
    if values.ndim != 2 or values.dtype.kind not in "iuf":
        raise ValueError(
            f"values: got {values.dtype}{list(values.shape)}, want numbers [n, size]"
        )
    if not 0 <= k <= values.shape[1]:
        raise ValueError(
            f"k: got {k}, want a count from 0 to the row's size {values.shape[1]}"
        )
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise ValueError("values: hold NaN, which has no rank; replace it first")
    run = implementation(__name__, backend, "gpu").k_winners
    return cast(Int32, run(values, k))
