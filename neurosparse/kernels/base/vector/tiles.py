"""Transposes between batch-major arrays [batch, n] and rows of lanes [n, lanes].

Tiles of 16 neurons: one cache line of each sample is read once, also where n is a power of two.
"""

from numba import njit

from neurosparse.kernels.base.vector.blocks import SIDE_BYTES, transpose_square
from neurosparse.typing import Array

TILE = 16
FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}


@njit(cache=True, nogil=True, fastmath=FAST)
def _squares(
    src: Array, i0: int, j0: int, dst: Array, k0: int, l0: int, n: int, m: int
) -> None:
    """Copy `dst[k0 + j, l0 + i] = src[i0 + i, j0 + j]` for i < n, j < m, whole squares first."""
    side = SIDE_BYTES // src.itemsize
    whole_n = n - n % side
    whole_m = m - m % side
    for i in range(0, whole_n, side):
        for j in range(0, whole_m, side):
            transpose_square(src, i0 + i, j0 + j, dst, k0 + j, l0 + i)
    for i in range(n):
        for j in range(whole_m if i < whole_n else 0, m):
            dst[k0 + j, l0 + i] = src[i0 + i, j0 + j]


@njit(cache=True, nogil=True, fastmath=FAST)
def load_tile(x: Array, first: int, i0: int, i1: int, rows: Array) -> int:
    """Copy `rows[i, j] = x[first + j, i0 + i]` up to column i1; lanes beyond the batch become 0."""
    samples = min(rows.shape[1], x.shape[0] - first)
    count: int = min(rows.shape[0], i1 - i0)
    if samples < rows.shape[1]:
        rows[:] = 0
    _squares(x, first, i0, rows, 0, 0, samples, count)
    return count


@njit(cache=True, nogil=True, fastmath=FAST)
def store_tile(rows: Array, r0: int, x: Array, first: int, i0: int, count: int) -> None:
    """Copy back `x[first + j, i0 + i] = rows[r0 + i, j]` for i < count."""
    samples = min(rows.shape[1], x.shape[0] - first)
    _squares(rows, r0, 0, x, first, i0, count, samples)


@njit(cache=True, nogil=True, fastmath=FAST)
def pack(x: Array, first: int, last: int, packed: Array) -> None:
    """Turn slabs first..last of x `[batch, n]` into `packed[slab, n, lanes]`."""
    n = x.shape[1]
    lanes = packed.shape[2]
    for s in range(first, last):
        for i0 in range(0, n, TILE):
            load_tile(x, s * lanes, i0, n, packed[s, i0 : i0 + TILE])


def slabs(batch: int, lanes: int) -> int:
    """Count the slabs of `lanes` samples that hold a batch.

    >>> slabs(0, 32), slabs(32, 32), slabs(33, 32)
    (0, 1, 2)
    """
    return -(-batch // lanes)
