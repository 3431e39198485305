"""One dense row at a time, of which only the places that were touched are looked at again."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.pruned_product.values import Rows

# rows that one thread computes at a time
BLOCK = 4096


def pruned_product(a: Rows, b: Rows, width: int, least: float, threads: int) -> Rows:
    """Compute blocks of rows side by side and set them one after another."""
    arrays = [
        np.asarray(part, dtype)
        for rows in (a, b)
        for part, dtype in zip(rows, (np.int64, np.int32, np.float32), strict=True)
    ]
    rows = len(a.indptr) - 1
    starts = range(0, rows, BLOCK)

    def block(low: int) -> Rows:
        high = min(low + BLOCK, rows)
        return Rows(*_rows(low, high, tuple(arrays), width, least))

    if threads == 1:
        parts = [block(low) for low in starts]
    else:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(block, starts))
    sizes = np.concatenate([np.zeros(1, np.int64), *(part.indptr for part in parts)])
    indices = [np.zeros(0, np.int32), *(part.indices for part in parts)]
    value = [np.zeros(0, np.float32), *(part.value for part in parts)]
    return Rows(np.cumsum(sizes), np.concatenate(indices), np.concatenate(value))


@njit(cache=True, nogil=True, fastmath=False)
def _rows(low, high, arrays, width, least):  # type: ignore[no-untyped-def]
    pa, ia, xa, pb, ib, xb = arrays
    total = np.zeros(width)
    seen = np.zeros(width, np.uint8)
    touched = np.empty(width, np.int32)
    sizes = np.zeros(high - low, np.int64)
    indices = np.empty(1024, np.int32)
    value = np.empty(1024, np.float32)
    filled = 0
    for row in range(low, high):
        m = 0
        for j in range(pa[row], pa[row + 1]):
            x = np.float64(xa[j])
            for k in range(pb[ia[j]], pb[ia[j] + 1]):
                v = ib[k]
                total[v] += x * xb[k]
                if seen[v] == 0:
                    seen[v] = 1
                    touched[m] = v
                    m += 1
        kept = 0
        for k in range(m):
            v = touched[k]
            seen[v] = 0
            if total[v] != 0.0 and abs(total[v]) >= least:
                touched[kept] = v
                kept += 1
            else:
                total[v] = 0.0
        if filled + kept > len(indices):
            room = max(2 * len(indices), filled + kept)
            longer = np.empty(room, np.int32)
            longer[:filled] = indices[:filled]
            indices = longer
            wider = np.empty(room, np.float32)
            wider[:filled] = value[:filled]
            value = wider
        ascending = np.sort(touched[:kept])
        for v in ascending:
            indices[filled] = v
            value[filled] = total[v]
            total[v] = 0.0
            filled += 1
        sizes[row - low] = kept
    return sizes, indices[:filled].copy(), value[:filled].copy()
