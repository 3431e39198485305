"""Sorting a row of neurons, each below a number that is known: two counting passes."""

import numpy as np
from numba import njit

from neurosparse.typing import Int32

MOST = 16  # bits of a digit: two hold every neuron


@njit(cache=True, nogil=True)
def digit_of(n: int) -> int:
    """Bits of each of the two digits of a number below n."""
    bits = 0
    while bits < MOST and np.int64(1) << (2 * bits) < n:
        bits += 1
    return bits


@njit(cache=True, nogil=True)
def sort_row(row: Int32, digit: int, counts: Int32, spare: Int32) -> None:
    """Sort `row` in place by its lower digit, then by its upper one, each of `digit` bits.

    `counts` `[2, 2^digit]` and `spare` are scratch; short rows, for which clearing the counts takes
    longer than comparing, are left to the usual sort.
    """
    size = np.int64(1) << digit
    n = len(row)
    if 8 * n < size:
        row.sort()
        return
    mask = np.uint32(size - 1)
    shift = np.uint32(digit)
    counts[:] = 0
    lower = counts[0]
    upper = counts[1]
    for k in range(n):
        word = np.uint32(row[k])
        lower[np.int64(word & mask)] += 1
        upper[np.int64(word >> shift)] += 1
    below = np.int32(0)
    above = np.int32(0)
    for q in range(size):
        count = lower[q]
        lower[q] = below
        below += count
        count = upper[q]
        upper[q] = above
        above += count
    for k in range(n):
        low = np.int64(np.uint32(row[k]) & mask)
        spare[lower[low]] = row[k]
        lower[low] += 1
    for k in range(n):
        high = np.int64(np.uint32(spare[k]) >> shift)
        row[upper[high]] = spare[k]
        upper[high] += 1
