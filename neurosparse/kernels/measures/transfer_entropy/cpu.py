"""Integer counts of each pair; y and x of a row are joined to one symbol once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit

from neurosparse.typing import Float64, UInt8


def transfer_entropy(symbols: UInt8, levels: int, lag: int, threads: int) -> Float64:
    """One row of the result at a time."""
    n, time = symbols.shape
    table = np.ascontiguousarray(symbols, np.uint8)
    before = np.ascontiguousarray(table[:, : max(time - lag, 0)])
    result = np.zeros((n, n))
    joint = np.ascontiguousarray(table[:, lag:]).astype(np.int64) * levels
    joint += before

    def row(i: int) -> None:
        _row(joint[i], before, levels, result[i])

    if threads == 1:
        for i in range(n):
            row(i)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(row, range(n)))
    return result


@njit(cache=True, nogil=True, fastmath=False)
def _row(joint, before, levels, out):  # type: ignore[no-untyped-def]
    n, steps = before.shape
    count = np.zeros((levels * levels, levels), np.int64)
    for j in range(n):
        count[:] = 0
        for t in range(steps):
            count[joint[t], before[j, t]] += 1
        total = 0.0
        for x in range(levels):
            # what follows x, whatever z is
            of_x = 0
            for y in range(levels):
                of_x += count[y * levels + x].sum()
            for z in range(levels):
                of_xz = 0
                for y in range(levels):
                    of_xz += count[y * levels + x, z]
                for y in range(levels):
                    c = count[y * levels + x, z]
                    if c > 0:
                        of_yx = count[y * levels + x].sum()
                        total += c * np.log(c * of_x / (of_xz * of_yx))
        out[j] = total / steps
