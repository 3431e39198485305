"""Convolutional sparse codes by coordinate descent: only what is not 0 is visited."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, positive, truth, whole_number
from neurosparse.kernels.base.vector.threads import even, run_shares
from neurosparse.kernels.coding.convolutional_descent import Entries, sweep
from neurosparse.sparse_coding.convolutional_codes import (
    ConvolutionalCodes,
    as_images,
    as_kernels,
    codes_of,
)
from neurosparse.typing import Float64, Int64

# pixels whose windows are laid out at a time
STRIP = 8192
# visits of the entries between two looks at all places, while lam falls and afterwards
FALLING = 2
STANDING = 15


@dataclass(frozen=True)
class ConvolutionalDescent:
    """Sparse maps of an image over shifted kernels, greedily by levels, then to the optimum.

        E(a) = ½‖Σ_m d_m ∗ a_m - x‖² + λ Σ|a_m|,   on the torus

    The penalty falls from the strongest drive to λ in `levels` steps. At each, places whose drive
    exceeds it join the entries, and entries are visited in turn, each on the k_h·k_w pixels below
    its kernel. Between visits one product gives the drives of all places; they are looked at in
    strips and never stored. Images that should not wrap are padded by the caller.

    Args:
        lam: λ, 0 or more.
        tol: ends when no slope is off by more than `tol · λ`.
        passes: most looks at all places at the last level.
        levels: steps of the penalty, 1 or more.
        nonnegative: whether coefficients stay at 0 or above.

    Raises:
        ValueError: NaN, λ < 0, kernels of length 0 or larger than the image.

    Source: Moreau, Oudre & Vayatis 2018, arXiv:1705.10087 (descent that stays local); Friedman et
    al. 2010, doi:10.18637/jss.v033.i01 (falling penalties, active sets).

    >>> kernels = np.array([[[1, 0.5]], [[1, -1]]]) / np.sqrt([[[1.25]], [[2]]])
    >>> image = [[0, 2, 1, 0, -1, 1]]
    >>> maps = ConvolutionalDescent(0.1).encode(image, kernels)
    >>> maps.codes.values.round(6).tolist()  # √5 - .1 and -(√2 - .1)
    [2.136068, -1.314214]
    """

    lam: float
    tol: float = 1e-3
    passes: int = 100
    levels: int = 8
    nonnegative: bool = False

    def __post_init__(self) -> None:
        not_negative("lam", self.lam)
        positive("tol", self.tol)
        whole_number("passes", self.passes, 1)
        whole_number("levels", self.levels, 1)
        truth("nonnegative", self.nonnegative)

    def encode(self, images: Any, kernels: Any, *, threads: int = 1) -> ConvolutionalCodes:
        """Return the maps of `images [batch, height, width]` over `kernels [m, k_h, k_w]`.

        Threads take images of their own and change no bit.
        """
        stack = as_images(images)
        bank = as_kernels(kernels, stack.shape[1:])
        parts: list[Any] = [None] * len(stack)

        def share(first: int, last: int) -> None:
            for sample in range(first, last):
                parts[sample] = self._one(stack[sample], bank)

        run_shares(share, even(len(stack), whole_number("threads", threads, 1)))
        return codes_of(parts, (len(bank), *stack.shape[1:]))

    def _one(self, image: Float64, kernels: Float64) -> tuple[Entries, Float64]:
        residual = image.copy()
        active = _Active(kernels, image.shape, self.nonnegative)
        strongest = active.join(residual, np.inf) if self.lam else 0.0
        steps = np.arange(self.levels - 1, 0, -1) / self.levels
        if strongest > self.lam:
            for level in self.lam * (strongest / self.lam) ** steps:
                active.join(residual, level)
                active.visit(residual, level, FALLING, 0.0)
        allowed = self.tol * (self.lam or float(np.abs(image).max()))
        for _ in range(self.passes):
            if active.join(residual, self.lam) <= allowed:
                break
            active.visit(residual, self.lam, STANDING, allowed / 3)
        return active.entries(), active.values


class _Active:
    """Entries that may be other than 0, in the order of the pixels."""

    def __init__(self, kernels: Float64, shape: tuple[int, ...], nonnegative: bool) -> None:
        self.kernels = kernels
        self.shape = (*shape, len(kernels))
        self.nonnegative = nonnegative
        self.places: Int64 = np.zeros(0, np.int64)
        self.values = np.zeros(0)
        # by column of a window, one row a pixel of the kernel
        self.flat = np.ascontiguousarray(kernels.reshape(len(kernels), -1).T)

    def entries(self) -> Entries:
        """Kernels, rows and columns of the entries."""
        row, column, which = np.unravel_index(self.places, self.shape)
        parts = (np.ascontiguousarray(part, np.int32) for part in (which, row, column))
        return Entries(*parts)

    def drives(self, residual: Float64) -> Any:
        """Yield (first place, drives) strip by strip: `[pixels, m]` with no entry's own share."""
        height, width, _ = self.shape
        down, across = self.kernels.shape[1:]
        wrapped = np.pad(residual, ((0, down - 1), (0, across - 1)), mode="wrap")
        rows = max(1, STRIP // width)
        for top in range(0, height, rows):
            strip = wrapped[top : top + rows + down - 1]
            windows = np.lib.stride_tricks.sliding_window_view(strip, (down, across))
            pixels = windows.reshape(-1, down * across)
            yield top * width * self.shape[2], pixels @ self.flat

    def join(self, residual: Float64, level: float) -> float:
        """Drop entries that are 0, take in places whose drive exceeds the level.

        Returns the largest distance of a slope from where the optimum at this level has it; for an
        infinite level the strongest drive.
        """
        on = self.values != 0
        old = self.places[on]
        values = self.values[on]
        pull = level * np.sign(values)
        worst = 0.0
        new = []
        for first, drives in self.drives(residual):
            flat = drives.ravel()
            own = slice(*np.searchsorted(old, (first, first + flat.size)))
            off = np.abs(flat[old[own] - first] - pull[own])
            sizes = flat if self.nonnegative else np.abs(flat)
            above = float(sizes.max()) - (level if np.isfinite(level) else 0.0)
            worst = max(worst, above, float(off.max(initial=0.0)))
            new.append(np.flatnonzero(sizes > level) + first)
        self.places = np.union1d(old, np.concatenate(new))
        self.values = np.zeros(len(self.places))
        self.values[np.searchsorted(self.places, old)] = values
        return worst

    def visit(self, residual: Float64, level: float, times: int, allowed: float) -> None:
        """Visit all entries some times, or until none moves the slope by more than allowed."""
        entries = self.entries()
        for _ in range(times):
            largest, _ = sweep(
                residual,
                self.kernels,
                entries,
                self.values,
                level,
                nonnegative=self.nonnegative,
            )
            if largest <= allowed:
                break
