"""Codes of images as sparse maps, one a kernel, and how well they describe the images."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.coding.convolutional_descent import Entries, add
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.typing import Array, Float64


def as_images(images: Any) -> Float64:
    """Return one image, or a stack, as `[batch, height, width]`; NaN is refused.

    >>> as_images([[1, 2, 3]]).shape
    (1, 1, 3)
    """
    stack = np.asarray(images, np.float64)
    if stack.ndim == 2:
        stack = stack[None]
    if stack.ndim != 3 or 0 in stack.shape[1:]:
        remedy = "a signal is an image of height 1: write signal[None]"
        expected = "[height, width] or [batch, height, width]"
        raise bad_argument("images", stack, expected, remedy)
    if not np.isfinite(stack).all():
        raise bad_argument("images", Said("NaN or infinity"), "finite numbers")
    return np.ascontiguousarray(stack)


def as_kernels(kernels: Any, image: tuple[int, ...] | None = None) -> Float64:
    """Return kernels as `[m, k_h, k_w]` that have a length and lie inside an image."""
    stack = np.asarray(kernels, np.float64)
    if stack.ndim != 3 or 0 in stack.shape:
        raise bad_argument("kernels", stack, "[m, height, width], each length 1 or more")
    if not np.isfinite(stack).all():
        raise bad_argument("kernels", Said("NaN or infinity"), "finite numbers")
    length = np.linalg.norm(stack.reshape(len(stack), -1), axis=1)
    if (length == 0).any():
        fault = Said(f"kernel {int(np.argmin(length))}, of zeros alone")
        raise bad_argument("kernels", fault, "kernels of a length above 0", "drop it")
    if image is not None and (stack.shape[1] > image[0] or stack.shape[2] > image[1]):
        remedy = "pad the images, or take smaller kernels"
        raise bad_argument("kernels", stack, f"kernels inside images {list(image)}", remedy)
    return np.ascontiguousarray(stack)


@dataclass(frozen=True)
class ConvolutionalCodes:
    """Where kernels lie in images and how strongly: x̂ = Σ_m d_m ∗ a_m, on the torus.

    Attributes:
        codes: `[batch, m · height · width]`, a map a kernel, one after the other.
        shape: (m, height, width) of the maps.

    >>> from neurosparse.sparse_coding import ConvolutionalDescent
    >>> kernels = np.array([[[1, 0.5]], [[1, -1]]])
    >>> maps = ConvolutionalDescent(0.1).encode([[0, 2, 1, 0, -1, 1]], kernels)
    >>> maps.dense()[0, :, 0].round(2).tolist()
    [[0.0, 1.92, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, -0.95, 0.0]]
    """

    codes: SparseCodes
    shape: tuple[int, int, int]

    def entries(self, sample: int) -> tuple[Entries, Float64]:
        """Return kernels, rows and columns of the coefficients of one image, and values."""
        first, last = self.codes.indptr[sample : sample + 2]
        places = self.codes.indices[first:last]
        which, row, column = np.unravel_index(places, self.shape)
        parts = (np.ascontiguousarray(part, np.int32) for part in (which, row, column))
        return Entries(*parts), np.asarray(self.codes.values[first:last], np.float64)

    def dense(self) -> Array:
        """Return the maps with their zeros, `[batch, m, height, width]`."""
        whole: Array = self.codes.to_dense().reshape(-1, *self.shape)
        return whole

    def reconstruct(self, kernels: Any) -> Float64:
        """Return the images `[batch, height, width]` that the codes describe."""
        checked = as_kernels(kernels, self.shape[1:])
        if len(checked) != self.shape[0]:
            raise bad_argument("kernels", checked, f"the {self.shape[0]} of the codes")
        images = np.zeros((len(self.codes), *self.shape[1:]))
        for sample, image in enumerate(images):
            entries, values = self.entries(sample)
            add(image, checked, entries, values)
        return images

    def cost(self, images: Any, kernels: Any, lam: float) -> Float64:
        """Return ½‖x - x̂‖² + λ Σ|a| of every image, `[batch]`."""
        rest = as_images(images) - self.reconstruct(kernels)
        sizes = np.abs(self.codes.values.astype(np.float64))
        sums = np.bincount(self.codes.rows, sizes, minlength=len(self.codes))
        return np.asarray(0.5 * (rest**2).sum((1, 2)) + not_negative("lam", lam) * sums)

    def sparseness(self) -> Float64:
        """Return the share of zeros in the maps of every image, `[batch]`."""
        return np.asarray(1 - self.codes.counts / self.codes.n)

    def psnr(self, images: Any, kernels: Any) -> Float64:
        """Return 10 log10(peak²/mean square error) of every image, dB; peak: max - min of it."""
        stack = as_images(images)
        error = ((stack - self.reconstruct(kernels)) ** 2).mean((1, 2))
        peak = np.ptp(stack, axis=(1, 2))
        with np.errstate(divide="ignore"):
            return np.asarray(10 * np.log10(peak**2 / error))

    def cut(self, least: float) -> "ConvolutionalCodes":
        """Return the codes without the coefficients below `least` in size."""
        keep = np.abs(self.codes.values) >= not_negative("least", least)
        samples = np.bincount(self.codes.rows[keep], minlength=len(self.codes))
        indptr = np.cumsum([0, *samples])
        parts = (self.codes.indices[keep], self.codes.values[keep])
        return ConvolutionalCodes(SparseCodes(indptr, *parts, self.codes.n), self.shape)


def codes_of(
    parts: "list[tuple[Entries, Float64]]", shape: tuple[int, int, int]
) -> ConvolutionalCodes:
    """Codes of one list of entries an image; zeros are left out."""
    indptr = np.zeros(len(parts) + 1, np.int64)
    places = [np.zeros(0, np.int64)]
    amounts = [np.zeros(0)]
    for sample, (entries, values) in enumerate(parts):
        flat = np.ravel_multi_index(entries, shape)[values != 0]
        order = np.argsort(flat)
        places.append(flat[order])
        amounts.append(values[values != 0][order])
        indptr[sample + 1] = indptr[sample] + len(flat)
    indices = np.concatenate(places).astype(np.int32)
    n = int(np.prod(shape))
    return ConvolutionalCodes(
        SparseCodes(indptr, indices, np.concatenate(amounts), n), shape
    )
