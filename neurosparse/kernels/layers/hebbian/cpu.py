"""Numba: samples outermost in blocks of a row, so that both factors are read along memory."""

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _add_row(
    row: Any, weight: Any, x: Any, y: Any, decay: Any, rate: Any, product: Any
) -> None:
    """Learn in one row; `x [samples]` is the activity of its neuron."""
    product[:] = 0
    for s in range(x.size):
        for k in range(row.size):
            product[k] += x[s] * y[s, row[k]]
    samples = np.float32(x.size)
    for k in range(row.size):
        weight[k] += rate * (product[k] / samples - decay[row[k]] * weight[k])


@njit(cache=True, nogil=True)
def add_products(
    indptr: Any, indices: Any, weight: Any, x: Any, y: Any, decay: Any, rate: Any
) -> None:
    """Learn in place."""
    longest = 0
    for i in range(indptr.size - 1):
        longest = max(longest, indptr[i + 1] - indptr[i])
    product = np.empty(longest, np.float32)
    for i in range(indptr.size - 1):
        a = indptr[i]
        b = indptr[i + 1]
        _add_row(indices[a:b], weight[a:b], x[:, i], y, decay, rate, product[: b - a])
