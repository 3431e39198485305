"""Convolutional codes by descent: a case by hand, the optimum's conditions, edges, refusals."""

from typing import Any

import numpy as np
import pytest

from neurosparse.sparse_coding import ConvolutionalAdmm, ConvolutionalDescent

# two filters on a ring of six, worked out by hand
FILTERS = np.array([[[1.0, 0.5]], [[1.0, -1.0]]]) / np.sqrt([[[1.25]], [[2.0]]])
SIGNAL = np.array([[0.0, 2, 1, 0, -1, 1]])
CODERS = {
    "descent": ConvolutionalDescent(0.1, tol=1e-8),
    "admm": ConvolutionalAdmm(0.1, tol=1e-8, steps=2000),
}


@pytest.fixture(scope="module")
def problem() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    kernels = rng.standard_normal((4, 3, 3))
    return rng.standard_normal((2, 9, 8)), kernels / np.linalg.norm(kernels, axis=(1, 2))[
        :, None, None
    ]


@pytest.mark.parametrize("name", CODERS)
def test_two_filters_on_a_ring(name: str) -> None:
    maps = CODERS[name].encode(SIGNAL, FILTERS)
    assert maps.codes.indices.tolist() == [1, 10]
    values = [5**0.5 - 0.1, -(2**0.5) + 0.1]
    np.testing.assert_allclose(maps.codes.values, values, atol=1e-6)
    assert maps.cost(SIGNAL, FILTERS, 0.1)[0] == pytest.approx(0.35502815, abs=1e-7)
    assert maps.psnr(SIGNAL, FILTERS)[0] == pytest.approx(34.313638, abs=1e-4)
    assert maps.sparseness().tolist() == [1 - 2 / 12]


@pytest.mark.parametrize("nonnegative", [False, True])
@pytest.mark.parametrize("lam", [0.3, 1.0])
def test_both_ways_reach_the_optimum(problem: Any, lam: float, nonnegative: bool) -> None:
    images, kernels = problem
    descent = ConvolutionalDescent(lam, tol=1e-6, passes=2000, nonnegative=nonnegative)
    admm = ConvolutionalAdmm(lam, tol=1e-7, steps=4000, nonnegative=nonnegative)
    one = descent.encode(images, kernels)
    other = admm.encode(images, kernels)
    assert 10 < one.codes.nnz < 0.6 * one.codes.n * 2
    assert not nonnegative or one.codes.values.min() > 0
    cost = one.cost(images, kernels, lam)
    np.testing.assert_allclose(cost, other.cost(images, kernels, lam), rtol=1e-6)
    # the slope is λ against every value, and no larger elsewhere
    left = images - one.reconstruct(kernels)
    for rest, maps in zip(left, one.dense(), strict=True):
        turned = np.stack(
            [np.roll(rest, (-i, -j), (0, 1)) for i in range(3) for j in range(3)]
        )
        slopes = np.tensordot(kernels.reshape(4, 9), turned, 1)
        np.testing.assert_allclose(
            slopes[maps != 0], lam * np.sign(maps[maps != 0]), atol=1e-5
        )
        assert (slopes if nonnegative else np.abs(slopes)).max() <= lam + 1e-5


def test_images_are_coded_alone_and_threads_change_no_bit(problem: Any) -> None:
    images, kernels = problem
    coder = ConvolutionalDescent(0.5, nonnegative=True)
    whole = coder.encode(images, kernels)
    shared = coder.encode(images, kernels, threads=2)
    assert np.array_equal(whole.codes.values, shared.codes.values)
    alone = coder.encode(images[1], kernels)
    assert np.array_equal(whole.dense()[1:], alone.dense())


def test_a_strong_penalty_and_a_dark_image_leave_nothing(problem: Any) -> None:
    images, kernels = problem
    for coder in (ConvolutionalDescent(1e3), ConvolutionalAdmm(1e3)):
        assert coder.encode(images, kernels).codes.nnz == 0
    assert ConvolutionalDescent(0.1).encode(np.zeros((3, 4)), kernels).codes.nnz == 0
    assert len(ConvolutionalDescent(0.1).encode(images[:0], kernels).codes) == 0


def test_without_a_penalty_a_basis_describes_the_image_exactly() -> None:
    image = np.random.default_rng(0).standard_normal((4, 5))
    maps = ConvolutionalDescent(0.0, tol=1e-9).encode(image, np.ones((1, 1, 1)))
    np.testing.assert_allclose(maps.reconstruct(np.ones((1, 1, 1)))[0], image, atol=1e-9)


@pytest.mark.parametrize(
    ("images", "kernels", "words"),
    [
        (np.ones(4), FILTERS, "write signal"),
        ([[np.nan, 1.0]], FILTERS, "NaN"),
        ([[1.0]], FILTERS, "kernels inside images"),
        (SIGNAL, np.zeros((1, 1, 2)), "kernel 0, of zeros alone"),
        (SIGNAL, np.ones((1, 2)), r"\[m, height, width\]"),
    ],
)
def test_bad_images_and_kernels_are_refused(images: Any, kernels: Any, words: str) -> None:
    for coder in CODERS.values():
        with pytest.raises(ValueError, match=words):
            coder.encode(images, kernels)


def test_bad_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="lam: got -1"):
        ConvolutionalDescent(-1.0)
    with pytest.raises(ValueError, match="tol"):
        ConvolutionalDescent(0.1, tol=0.0)
