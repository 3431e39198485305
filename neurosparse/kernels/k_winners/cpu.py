"""Winners by selection of the k-th value, in linear time (Numba)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def winners_of_row(row: NDArray[Any], k: int, out: NDArray[np.int32]) -> None:
    """Write the ascending indices of the k largest of `row` [size] to `out` [k]."""
    if k == 0:
        return
    threshold = np.partition(row, row.size - k)[row.size - k]
    above = 0
    for i in range(row.size):
        above += row[i] > threshold
    ties, place = k - above, k
    for i in range(row.size - 1, -1, -1):
        if row[i] > threshold or (row[i] == threshold and ties > 0):
            ties -= row[i] == threshold
            place -= 1
            out[place] = i


@njit(cache=True, nogil=True)
def k_winners(values: NDArray[Any], k: int) -> NDArray[np.int32]:
    """Ascending indices of the k largest of each row, [n, size] -> [n, k]."""
    out = np.empty((values.shape[0], k), np.int32)
    for i in range(values.shape[0]):
        winners_of_row(values[i], k, out[i])
    return out
