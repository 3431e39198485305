"""Convolutional sparse codes by ADMM: every frequency solved at once, all maps held."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import finite, not_negative, positive, truth, whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.coding.convolutional_descent import Entries
from neurosparse.sparse_coding.convolutional_codes import (
    ConvolutionalCodes,
    as_images,
    as_kernels,
    codes_of,
)
from neurosparse.typing import Array, Float64

# the penalty of the split changes by at most this factor a step, and only when the two
# residuals differ by more than RATIO
MOST = 100.0
RATIO = 1.2
# in each of the first steps, then where the number of steps has doubled: a penalty that never
# comes to rest may keep the rest from it
EARLY = 50


@dataclass(frozen=True)
class ConvolutionalAdmm:
    """Sparse maps of an image over shifted kernels, by splitting the cost in two.

        E(a) = ½‖Σ_m d_m ∗ a_m - x‖² + λ Σ|a_m|,   on the torus

    X solves the square part frequency by frequency (one rank-one system each), Y is the soft
    threshold of X + U, U adds up what they differ by. The code is Y: X has no zeros. Every step
    transforms all m maps, however sparse; `ConvolutionalDescent` does not.

    Args:
        lam: λ, 0 or more.
        tol: ends when both relative residuals are below it.
        steps: most steps.
        relaxation: from 1 (none) to below 2.
        rho: of the split, to begin with; None for 50 λ + 1. It adapts to the residuals.
        nonnegative: whether coefficients stay at 0 or above.

    Raises:
        ValueError: NaN, λ < 0, kernels of length 0 or larger than the image.

    Source: Wohlberg 2014, doi:10.1109/ICASSP.2014.6854992; Boyd et al. 2011,
    doi:10.1561/2200000016.

    >>> kernels = np.array([[[1, 0.5]], [[1, -1]]]) / np.sqrt([[[1.25]], [[2]]])
    >>> maps = ConvolutionalAdmm(0.1, tol=1e-6).encode([[0, 2, 1, 0, -1, 1]], kernels)
    >>> maps.codes.values.round(4).tolist()
    [2.1361, -1.3142]
    """

    lam: float
    tol: float = 1e-3
    steps: int = 500
    relaxation: float = 1.8
    rho: float | None = None
    nonnegative: bool = False

    def __post_init__(self) -> None:
        not_negative("lam", self.lam)
        positive("tol", self.tol)
        whole_number("steps", self.steps, 1)
        truth("nonnegative", self.nonnegative)
        if not 1 <= finite("relaxation", self.relaxation) < 2:
            raise bad_argument("relaxation", self.relaxation, "a number from 1 to below 2")
        if self.rho is not None:
            positive("rho", self.rho)

    def encode(self, images: Any, kernels: Any, *, threads: int = 1) -> ConvolutionalCodes:
        """Return the maps of `images [batch, height, width]` over `kernels [m, k_h, k_w]`.

        Threads share the transforms of an image.
        """
        stack = as_images(images)
        bank = as_kernels(kernels, stack.shape[1:])
        workers = whole_number("threads", threads, 1)
        maps = [self._one(image, bank, workers) for image in stack]
        return codes_of([_entries(y) for y in maps], (len(bank), *stack.shape[1:]))

    def _one(self, image: Float64, kernels: Float64, workers: int) -> Float64:
        from scipy.fft import irfft2, rfft2

        padded = np.zeros((len(kernels), *image.shape))
        padded[:, : kernels.shape[1], : kernels.shape[2]] = kernels
        spectra = rfft2(padded, workers=workers)
        drive = spectra.conj() * rfft2(image, workers=workers)
        y = np.zeros(padded.shape)
        u = np.zeros(padded.shape)
        rho = 50 * self.lam + 1 if self.rho is None else self.rho
        balance = 1 + 18.3 ** (np.log10(self.lam) + 1) if self.lam else 1.0
        turning = EARLY
        for turn in range(self.steps):
            right = drive + rho * rfft2(y - u, workers=workers)
            x = irfft2(rank_one_solve(spectra, right, rho), image.shape, workers=workers)
            relaxed = self.relaxation * x + (1 - self.relaxation) * y
            before = y
            y = self._shrink(relaxed + u, self.lam / rho)
            u += relaxed - y
            primal = _relative(x - y, x, y)
            dual = _relative(y - before, u)
            if max(primal, dual) < self.tol:
                break
            if turn >= EARLY and turn < turning:
                continue
            turning = 2 * max(turn, EARLY)
            factor = _factor(primal, dual * balance)
            rho *= factor
            u /= factor
        return y

    def _shrink(self, maps: Float64, by: float) -> Float64:
        if self.nonnegative:
            return np.asarray(np.maximum(maps - by, 0.0))
        return np.asarray(np.sign(maps) * np.maximum(np.abs(maps) - by, 0.0))


def rank_one_solve(spectra: Array, right: Array, rho: float) -> Array:
    """Solve (conj(D) Dᵀ + ρ I) X = B at every frequency, D and B `[m, ...]` (Sherman-Morrison).

    >>> spectra, right = np.array([1 + 1j, 2]), np.array([1, 1j])
    >>> rank_one_solve(spectra, right, 0.5).round(4).tolist()
    [(0.7692-0.6154j), (-0.6154+0.1538j)]
    """
    power = (spectra.real**2 + spectra.imag**2).sum(0) + rho
    along = (spectra * right).sum(0) / power
    solved: Array = (right - spectra.conj() * along) / rho
    return solved


def _relative(difference: Float64, *parts: Float64) -> float:
    scale = max(float(np.linalg.norm(part)) for part in parts)
    return float(np.linalg.norm(difference)) / scale if scale else 0.0


def _factor(primal: float, dual: float) -> float:
    """By which the penalty of the split changes, so that the residuals keep pace."""
    if primal <= RATIO * dual and dual <= RATIO * primal:
        return 1.0
    if not primal or not dual:
        return 1.0
    return float(np.clip(np.sqrt(primal / dual), 1 / MOST, MOST))


def _entries(maps: Float64) -> tuple[Entries, Float64]:
    parts = np.nonzero(maps)
    return Entries(*(part.astype(np.int32) for part in parts)), maps[parts]
