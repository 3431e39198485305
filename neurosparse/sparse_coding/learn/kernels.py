"""Kernels learned from images, given the places where a coder puts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from neurosparse.checks import positive, whole_number
from neurosparse.kernels.coding.convolutional_descent import Entries, add, correlate
from neurosparse.sparse_coding.convolutional_codes import (
    ConvolutionalCodes,
    as_images,
    as_kernels,
)
from neurosparse.typing import Float64


class ConvolutionalCoder(Protocol):
    """What learning of kernels asks of a coder."""

    lam: float

    def encode(self, images: Any, kernels: Any) -> ConvolutionalCodes:
        """Find the maps of images `[batch, height, width]`."""
        ...


@dataclass(frozen=True)
class LearnedKernels:
    """Kernels `[m, k_h, k_w]`, and the mean cost of an image in each epoch before its change."""

    kernels: Float64
    history: tuple[float, ...]


def learn_kernels(
    images: Any,
    kernels: Any,
    *,
    coder: ConvolutionalCoder,
    epochs: int = 5,
    steps: int = 3,
    rate: float = 0.5,
) -> LearnedKernels:
    """Change kernels, image by image, so that they describe images better with their codes.

    With the maps a of an image, some steps d_m += η g_m, g_m[q] = Σ_p a_m[p] r[p + q] where r is
    what is left, η = `rate` times the step that is best along g; then kernels of length 1. A kernel
    that no image uses stays.

    Args:
        images: `[batch, height, width]`.
        kernels: to begin with, made to be of length 1.
        coder: such as `ConvolutionalDescent(0.1)`.
        epochs: times that each image is learned from.
        steps: after each image.
        rate: above 0; 1 is the best step for one image alone.

    Raises:
        ValueError: NaN, kernels of length 0 or larger than the image.

    Source: Olshausen & Field 1996, doi:10.1038/381607a0, with kernels in every place.

    >>> from neurosparse.sparse_coding import ConvolutionalDescent
    >>> rng = np.random.default_rng(0)
    >>> images = np.zeros((4, 12, 12))
    >>> for image in images:
    ...     row, column = rng.integers(10, size=(2, 3))
    ...     image[row, column] += 1
    ...     image[row + 1, column] += 1
    >>> start = rng.standard_normal((1, 2, 2))
    >>> learned = learn_kernels(images, start, coder=ConvolutionalDescent(0.1), epochs=20)
    >>> float(learned.kernels[0, :, 0] @ [1, 1]) ** 2 > 1.9  # a bar, upright
    True
    """
    stack = as_images(images)
    bank = _unit(as_kernels(kernels, stack.shape[1:]))
    whole_number("epochs", epochs, 1)
    whole_number("steps", steps, 1)
    positive("rate", rate)
    history = []
    for _ in range(epochs):
        costs = []
        for image in stack:
            codes = coder.encode(image, bank)
            costs.append(float(codes.cost(image, bank, coder.lam)[0]))
            entries, values = codes.entries(0)
            for _ in range(steps):
                bank = _step(image, bank, entries, values, rate)
        history.append(float(np.mean(costs)))
    return LearnedKernels(bank, tuple(history))


def _step(
    image: Float64, kernels: Float64, entries: Entries, values: Float64, rate: float
) -> Float64:
    left = image.copy()
    add(left, kernels, entries, -values)
    m, down, across = kernels.shape
    slopes = correlate(left, (m, down, across), entries, values)
    along = np.zeros_like(image)
    add(along, slopes, entries, values)
    curve = float((along**2).sum())
    if curve == 0:
        return kernels
    best = float((slopes**2).sum()) / curve
    return _unit(kernels + rate * best * slopes)


def _unit(kernels: Float64) -> Float64:
    lengths = np.linalg.norm(kernels, axis=(1, 2), keepdims=True)
    return np.asarray(kernels / np.where(lengths > 0, lengths, 1.0))
