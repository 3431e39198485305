"""One entry after another, its patch of the torus by `np.roll`: the law."""

import numpy as np

from neurosparse.typing import Float64, Int32


def _patch(image: Float64, row: int, column: int, shape: tuple[int, ...]) -> Float64:
    """The pixels below a kernel whose corner is at (row, column)."""
    turned = np.roll(image, (-row, -column), (0, 1))
    down = np.arange(shape[0]) % image.shape[0]
    across = np.arange(shape[1]) % image.shape[1]
    return np.asarray(turned[np.ix_(down, across)])


def _put(image: Float64, row: int, column: int, patch: Float64) -> None:
    for (down, across), value in np.ndenumerate(patch):
        image[(row + down) % len(image), (column + across) % image.shape[1]] += value


def sweep(
    residual: Float64,
    kernels: Float64,
    which: Int32,
    row: Int32,
    column: Int32,
    values: Float64,
    lam: float,
    nonnegative: bool,
) -> tuple[float, int]:
    """Visit every entry once, in order."""
    largest = 0.0
    changes = 0
    for i, (m, y, x) in enumerate(zip(which, row, column, strict=True)):
        kernel = kernels[m]
        square = (kernel**2).sum()
        drive = values[i] * square + (_patch(residual, y, x, kernel.shape) * kernel).sum()
        size = (drive if nonnegative else abs(drive)) - lam
        new = np.copysign(max(size, 0.0), drive) / square
        step = new - values[i]
        if step != 0:
            _put(residual, y, x, -step * kernel)
            values[i] = new
            largest = max(largest, abs(step) * square)
            changes += 1
    return largest, changes


def add(
    image: Float64,
    kernels: Float64,
    which: Int32,
    row: Int32,
    column: Int32,
    values: Float64,
) -> None:
    """Add every entry's kernel to the image."""
    for m, y, x, value in zip(which, row, column, values, strict=True):
        _put(image, y, x, value * kernels[m])


def correlate(
    residual: Float64,
    shape: tuple[int, int, int],
    which: Int32,
    row: Int32,
    column: Int32,
    values: Float64,
) -> Float64:
    """Sum value times patch over the entries of each kernel."""
    sums = np.zeros(shape)
    for m, y, x, value in zip(which, row, column, values, strict=True):
        sums[m] += value * _patch(residual, y, x, shape[1:])
    return sums
