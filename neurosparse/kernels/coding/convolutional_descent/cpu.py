"""Entries in a compiled loop; a patch that does not cross the edge is read as it lies."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.tiles import FAST
from neurosparse.typing import Array, Float64, Int32


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def _dot(image, kernel, y, x):  # type: ignore[no-untyped-def]
    height, width = image.shape
    down, across = kernel.shape
    total = 0.0
    if y + down <= height and x + across <= width:
        for i in range(down):
            for j in range(across):
                total += image[y + i, x + j] * kernel[i, j]
    else:
        for i in range(down):
            for j in range(across):
                total += image[(y + i) % height, (x + j) % width] * kernel[i, j]
    return total


@njit(cache=True, nogil=True, fastmath=FAST, inline="always")
def _put(image, kernel, y, x, by):  # type: ignore[no-untyped-def]
    height, width = image.shape
    down, across = kernel.shape
    if y + down <= height and x + across <= width:
        for i in range(down):
            for j in range(across):
                image[y + i, x + j] += by * kernel[i, j]
    else:
        for i in range(down):
            for j in range(across):
                image[(y + i) % height, (x + j) % width] += by * kernel[i, j]


@njit(cache=True, nogil=True, fastmath=FAST)
def sweep(  # type: ignore[no-untyped-def]
    residual, kernels, which, row, column, values, lam, nonnegative
):
    """Visit every entry once, in order."""
    squares = np.zeros(len(kernels))
    for m in range(len(kernels)):
        for i in range(kernels.shape[1]):
            for j in range(kernels.shape[2]):
                squares[m] += kernels[m, i, j] ** 2
    largest = 0.0
    changes = 0
    for e in range(len(values)):
        kernel = kernels[which[e]]
        square = squares[which[e]]
        drive = values[e] * square + _dot(residual, kernel, row[e], column[e])
        size = (drive if nonnegative else abs(drive)) - lam
        new = 0.0
        if size > 0:
            new = (size if drive > 0 else -size) / square
        step = new - values[e]
        if step != 0:
            _put(residual, kernel, row[e], column[e], -step)
            values[e] = new
            largest = max(largest, abs(step) * square)
            changes += 1
    return largest, changes


@njit(cache=True, nogil=True, fastmath=FAST)
def add(image, kernels, which, row, column, values):  # type: ignore[no-untyped-def]
    """Add every entry's kernel to the image."""
    for e in range(len(values)):
        _put(image, kernels[which[e]], row[e], column[e], values[e])


@njit(cache=True, nogil=True, fastmath=FAST)
def _correlate(residual, sums, which, row, column, values):  # type: ignore[no-untyped-def]
    height, width = residual.shape
    _, down, across = sums.shape
    for e in range(len(values)):
        y = row[e]
        x = column[e]
        total = sums[which[e]]
        for i in range(down):
            for j in range(across):
                total[i, j] += values[e] * residual[(y + i) % height, (x + j) % width]


def correlate(
    residual: Array,
    shape: tuple[int, int, int],
    which: Int32,
    row: Int32,
    column: Int32,
    values: Array,
) -> Float64:
    """Sum value times patch over the entries of each kernel."""
    sums = np.zeros(shape)
    _correlate(residual, sums, which, row, column, values)
    return sums
