"""Patches of any images, and what is done to images before their patches are learned."""

from typing import Any

import numpy as np

from neurosparse.checks import generator, positive, truth, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Float64, Seed


def grey_images(images: Any) -> list[Float64]:
    """Return images as float64 `[height, width]`; colours are averaged.

    Args:
        images: one image or a list of them, each `[height, width]` or `[height, width, 3]`, or an
            array `[n, height, width]` or `[n, height, width, 3]`.

    >>> import numpy as np
    >>> [image.shape for image in grey_images([np.ones((4, 6, 3)), np.ones((5, 5))])]
    [(4, 6), (5, 5)]
    """
    single = isinstance(images, np.ndarray) and _is_image(images)
    stack = [images] if single else list(images)
    grey = []
    for position, image in enumerate(stack):
        values = np.asarray(image, np.float64)
        if not _is_image(values) or 0 in values.shape:
            fault = Said(f"image {position} of shape {list(values.shape)}")
            raise bad_argument("images", fault, "[height, width] or [height, width, 3]")
        if not np.isfinite(values).all():
            raise bad_argument("images", Said(f"NaN in image {position}"), "finite numbers")
        grey.append(values.mean(2) if values.ndim == 3 else values)
    if not grey:
        raise bad_argument("images", Said("no image"), "one or more")
    return grey


def _is_image(values: Any) -> bool:
    return values.ndim == 2 or (values.ndim == 3 and values.shape[2] in (3, 4))


def image_patches(
    images: Any, n: int, size: int = 8, *, centred: bool = True, rng: Seed = None
) -> Float64:
    """Cut n square patches at random places of images, one a row: `[n, size · size]`.

    Every place of every image is as likely.

    Args:
        images: as `grey_images` takes them.
        n: patches.
        size: side of a patch, pixels.
        centred: whether each patch is without its mean.
        rng: seed or Generator.

    Raises:
        ValueError: no image as large as a patch.

    >>> image_patches(np.arange(30.0).reshape(5, 6), 3, 2, rng=0).shape
    (3, 4)
    """
    n = whole_number("n", n)
    size = whole_number("size", size, 1)
    random = generator(rng)
    stack = [image for image in grey_images(images) if min(image.shape) >= size]
    if not stack:
        raise bad_argument("size", size, "a patch inside one image at least")
    places = [np.prod(np.array(image.shape) - size + 1) for image in stack]
    which = random.integers(sum(places), size=n)
    starts = np.concatenate([[0], np.cumsum(places)])
    patches = np.empty((n, size * size))
    chosen = np.searchsorted(starts, which, side="right") - 1
    for index, image in enumerate(stack):
        mine = np.flatnonzero(chosen == index)
        windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))
        row, column = np.divmod(which[mine] - starts[index], windows.shape[1])
        patches[mine] = windows[row, column].reshape(len(mine), size * size)
    return (
        patches - patches.mean(1, keepdims=True) if truth("centred", centred) else patches
    )


def whiten_images(images: Any, cutoff: float = 0.4) -> list[Float64]:
    """Flatten the spectrum of images up to a frequency: F(f) = f exp(-(f/cutoff)⁴).

    Each comes back with mean 0 and variance 1. The image is taken to repeat at its edges.

    Args:
        images: as `grey_images` takes them.
        cutoff: cycles a pixel; .5 is the highest there is.

    Raises:
        ValueError: an image of one grey.

    Source: Olshausen & Field 1997, doi:10.1016/S0042-6989(97)00169-7.

    >>> image = np.random.default_rng(0).random((16, 16)).cumsum(1)
    >>> white = whiten_images(image)[0]
    >>> abs(round(float(white.mean()), 6)), round(float(white.std()), 6)
    (0.0, 1.0)
    """
    positive("cutoff", cutoff, "cycles a pixel")
    white = []
    for position, image in enumerate(grey_images(images)):
        across = np.fft.rfftfreq(image.shape[1])
        radius = np.hypot(np.fft.fftfreq(len(image))[:, None], across)
        gain = radius * np.exp(-((radius / cutoff) ** 4))
        flat = np.fft.irfft2(gain * np.fft.rfft2(image), image.shape)
        spread = flat.std()
        if spread <= 1e-12 * np.abs(image).max():
            fault = Said(f"image {position}, of one grey")
            raise bad_argument("images", fault, "images with some contrast")
        white.append(flat / spread)
    return white


def normalise_contrast(
    images: Any, width: float = 8.0, floor: float = 0.1
) -> list[Float64]:
    """Take from each pixel the mean around it, and divide by the spread around it.

        y = (x - m)/(s + floor · S),  m and s weighed by a Gaussian, S the spread of all

    Args:
        images: as `grey_images` takes them.
        width: of the Gaussian, pixels.
        floor: keeps flat places flat, in spreads of the whole image.

    >>> image = np.random.default_rng(0).random((32, 32)) * np.linspace(1, 9, 32)
    >>> even = normalise_contrast(image)[0]
    >>> bool(even[:, :8].std() > even[:, -8:].std() / 3)
    True
    """
    from scipy.ndimage import gaussian_filter

    positive("width", width, "pixels")
    positive("floor", floor)
    even = []
    for image in grey_images(images):
        rest = image - gaussian_filter(image, width)
        spread = np.sqrt(gaussian_filter(rest**2, width))
        # a flat image stays flat, whatever rounding leaves of it
        least = floor * image.std() + 1e-12 * np.abs(image).max()
        even.append(rest / np.maximum(spread + least, np.finfo(float).tiny))
    return even
