"""Patches and whitening: where patches come from, what whitening flattens, what is refused."""

import numpy as np
import pytest

from neurosparse.datasets import (
    grey_images,
    image_patches,
    normalise_contrast,
    whiten_images,
)


def test_every_patch_is_a_window_of_an_image() -> None:
    images = [np.arange(20.0).reshape(4, 5), 100 + np.arange(9.0).reshape(3, 3)]
    patches = image_patches(images, 400, 3, centred=False, rng=0)
    windows = {
        image[i : i + 3, j : j + 3].tobytes()
        for image in images
        for i in range(image.shape[0] - 2)
        for j in range(image.shape[1] - 2)
    }
    assert len(windows) == 7
    # every place of every image, and nothing else
    assert {patch.reshape(3, 3).tobytes() for patch in patches} == windows
    centred = image_patches(images, 400, 3, rng=0)
    np.testing.assert_allclose(centred.mean(1), 0, atol=1e-12)
    assert np.array_equal(centred + patches.mean(1, keepdims=True), patches)


def test_small_images_are_left_out_and_empty_requests_are_empty() -> None:
    images = [np.zeros((2, 9)), np.ones((3, 3))]
    assert image_patches(images, 5, 3, centred=False, rng=0).tolist() == [[1.0] * 9] * 5
    assert image_patches(images, 0, 3).shape == (0, 9)


def test_whitening_flattens_a_natural_spectrum() -> None:
    rng = np.random.default_rng(0)
    frequency = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.rfftfreq(64))
    frequency[0, 0] = 1
    image = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((64, 64))) / frequency)

    def slope(picture: np.ndarray) -> float:
        band = (frequency > 0.05) & (frequency < 0.25)
        power = np.abs(np.fft.rfft2(picture))[band]
        return float(np.polyfit(np.log(frequency[band]), np.log(power), 1)[0])

    assert slope(image) < -0.8
    assert abs(slope(whiten_images(image)[0])) < 0.25


def test_contrast_is_evened_and_flat_places_stay_flat() -> None:
    rng = np.random.default_rng(0)
    image = rng.standard_normal((48, 48)) * np.repeat([1.0, 20.0], 24)
    even = normalise_contrast(image, 4)[0]
    assert even[:, 30:].std() / even[:, :18].std() < 5
    assert np.abs(normalise_contrast(np.full((8, 8), 1 / 3))[0]).max() < 1e-3


def test_colours_are_averaged() -> None:
    stack = np.random.default_rng(0).random((2, 4, 5, 3))
    assert np.array_equal(grey_images(stack)[1], stack[1].mean(2))
    assert len(grey_images(np.ones((3, 4, 5)))) == 3


@pytest.mark.parametrize(
    ("images", "size", "words"),
    [
        (np.ones((4, 4)), 5, "size: got 5"),
        ([], 2, "no image"),
        ([np.ones(4)], 2, "image 0 of shape"),
        ([np.full((4, 4), np.nan)], 2, "NaN in image 0"),
    ],
)
def test_bad_images_are_refused(images: object, size: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        image_patches(images, 1, size)


def test_an_image_of_one_grey_cannot_be_whitened() -> None:
    with pytest.raises(ValueError, match="image 1, of one grey"):
        whiten_images([np.eye(4), np.ones((4, 4))])
