"""Kernels learned from images: those that made the images, those that nothing uses, refusals."""

import numpy as np
import pytest

from neurosparse.kernels.coding.convolutional_descent import Entries, add
from neurosparse.sparse_coding import ConvolutionalDescent, learn_kernels

CODER = ConvolutionalDescent(0.05, tol=0.05, passes=5)


def test_kernels_that_made_the_images_are_found() -> None:
    rng = np.random.default_rng(0)
    true = rng.standard_normal((2, 3, 3))
    true /= np.linalg.norm(true, axis=(1, 2), keepdims=True)
    images = np.zeros((6, 16, 16))
    for image in images:
        places = Entries(*(rng.integers(n, size=8).astype(np.int32) for n in (2, 16, 16)))
        add(image, true, places, rng.uniform(1, 2, 8))
    start = true + 0.25 * rng.standard_normal(true.shape)
    learned = learn_kernels(images, start, coder=CODER, epochs=6)
    first = np.abs((start * true).sum((1, 2))) / np.linalg.norm(start, axis=(1, 2))
    last = np.abs((learned.kernels * true).sum((1, 2)))
    assert first.min() < 0.9 < 0.98 < last.min()
    assert learned.history[-1] < 0.8 * learned.history[0]
    np.testing.assert_allclose(np.linalg.norm(learned.kernels, axis=(1, 2)), 1)


def test_kernels_that_nothing_uses_stay() -> None:
    start = np.ones((2, 2, 2)) / 2
    coder = ConvolutionalDescent(0.1)
    learned = learn_kernels(np.zeros((1, 4, 4)), start, coder=coder, epochs=2)
    assert np.array_equal(learned.kernels, start)
    assert learned.history == (0.0, 0.0)


def test_bad_arguments_are_refused() -> None:
    coder = ConvolutionalDescent(0.1)
    with pytest.raises(ValueError, match="rate"):
        learn_kernels(np.ones((3, 3)), np.ones((1, 2, 2)), coder=coder, rate=0.0)
    with pytest.raises(ValueError, match="kernels inside images"):
        learn_kernels(np.ones((3, 3)), np.ones((1, 4, 4)), coder=coder)
