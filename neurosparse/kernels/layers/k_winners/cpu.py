"""Winners by selection of the k-th value, linear in time; few among many by insertion (Numba)."""

import numpy as np
from numba import njit

from neurosparse.kernels.layers.k_winners.select import kth_largest, sort_few
from neurosparse.typing import Array, Int32

# up to FEW winners, and one in SHARE values, keeping them sorted while the row goes by beats
# partitioning a copy of it
FEW = 64
SHARE = 16


@njit(cache=True, nogil=True)
def few_of_row(row: Array, k: int, best: Array, out: Int32) -> None:
    """Write the ascending indices of the k largest of `row` to `out [k]`; `best [k]` is scratch."""
    count = 0
    # from the end on: of equal values the first seen, that of the higher index, stays
    for i in range(row.size - 1, -1, -1):
        value = row[i]
        if count == k and value <= best[k - 1]:
            continue
        place = count if count < k else k - 1
        while place > 0 and best[place - 1] < value:
            best[place] = best[place - 1]
            out[place] = out[place - 1]
            place -= 1
        best[place] = value
        out[place] = i
        count = min(count + 1, k)
    sort_few(out)


@njit(cache=True, nogil=True)
def winners_of_row(row: Array, k: int, out: Int32) -> None:
    """Write the ascending indices of the k largest of `row [size]` to `out [k]`."""
    if k == 0:
        return
    threshold = kth_largest(row, k)
    above = 0
    for i in range(row.size):
        above += row[i] > threshold
    ties = k - above
    place = k
    for i in range(row.size - 1, -1, -1):
        if row[i] > threshold or (row[i] == threshold and ties > 0):
            ties -= row[i] == threshold
            place -= 1
            out[place] = i


@njit(cache=True, nogil=True)
def k_winners(values: Array, k: int) -> Int32:
    """Return the ascending indices of the k largest of each row, `[n, size]` -> `[n, k]`."""
    out = np.empty((values.shape[0], k), np.int32)
    best = np.empty(k, values.dtype)
    few = 0 < k <= FEW and k * SHARE <= values.shape[1]
    for i in range(values.shape[0]):
        if few:
            few_of_row(values[i], k, best, out[i])
        else:
            winners_of_row(values[i], k, out[i])
    return out
