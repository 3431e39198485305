"""Figures of sparse coding: atoms as a mosaic, codes, what they describe, how often used."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import (
    COLOURS,
    FONT_SIZE,
    INK,
    finish_axes,
    new_axes,
    whole_numbers,
)
from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Array, Float64

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.sparse_coding import Dictionary, SparseCodes

# of tiles of a mosaic, in pixels
GAP = 1
# more coefficients than this only add ink
DOTS = 100_000


def plot_atoms(
    atoms: "Dictionary | npt.ArrayLike",
    shape: tuple[int, int] | None = None,
    *,
    columns: int | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw atoms as a mosaic of images, each from black to white around grey as zero.

    Args:
        atoms: a dictionary or rows `[n, d]`; or kernels `[n, height, width]`.
        shape: (height, width) of an atom; a square one if None.
        columns: tiles in a row; as many as rows if None.
        ax: drawn on, or new axes.

    Raises:
        ValueError: atoms that do not have that shape.

    >>> plot_atoms(np.eye(4)).images[0].get_array().shape
    (5, 5)
    """
    tiles = _tiles(atoms, shape)
    across = math.ceil(math.sqrt(len(tiles))) if columns is None else columns
    whole_number("columns", across, 1)
    largest = np.abs(tiles).max(axis=(1, 2), keepdims=True)
    picture = _mosaic(tiles / np.where(largest > 0, largest, 1.0), across)
    return _image(ax, picture, f"{len(tiles)} atoms", 1.0)


def _tiles(atoms: Any, shape: tuple[int, int] | None) -> Float64:
    rows = np.asarray(getattr(atoms, "atoms", atoms), np.float64)
    if rows.ndim == 3 and shape is None:
        shape = (rows.shape[1], rows.shape[2])
    rows = rows.reshape(len(rows), -1) if rows.ndim == 3 else rows
    if rows.ndim != 2 or not rows.size or not np.isfinite(rows).all():
        raise bad_argument("atoms", rows, "finite numbers [n, d], one atom or more")
    if shape is None:
        side = math.isqrt(rows.shape[1])
        shape = (side, side)
    if math.prod(shape) != rows.shape[1]:
        remedy = "write shape=(height, width)"
        raise bad_argument("shape", shape, f"{rows.shape[1]} pixels", remedy)
    return rows.reshape(-1, *shape)


def _mosaic(tiles: Float64, columns: int) -> Float64:
    """One image of all tiles, NaN between them."""
    n, height, width = tiles.shape
    rows = -(-n // columns)
    picture = np.full((rows * (height + GAP) - GAP, columns * (width + GAP) - GAP), np.nan)
    for place, tile in enumerate(tiles):
        top = place // columns * (height + GAP)
        left = place % columns * (width + GAP)
        picture[top : top + height, left : left + width] = tile
    return picture


def _image(ax: "Axes | None", picture: Array, title: str, limit: float) -> "Axes":
    ax = new_axes(ax, height=3.5)
    ax.imshow(picture, cmap="gray", vmin=-limit, vmax=limit, interpolation="nearest")
    ax.set_axis_off()
    ax.set_title(title, fontsize=FONT_SIZE, loc="left")
    return ax


def plot_codes(codes: "SparseCodes", *, ax: "Axes | None" = None) -> "Axes":
    """Draw every coefficient as a dot: samples down, atoms across, blue above 0, red below.

    The larger a coefficient, the larger the dot. Above 100,000 coefficients every k-th sample is
    drawn, and the title says so.

    >>> from neurosparse.sparse_coding import SparseCodes
    >>> plot_codes(SparseCodes.from_dense([[0.0, 2.0], [-1.0, 0.0]])).get_ylabel()
    'sample'
    """
    ax = new_axes(ax)
    step = max(1, -(-codes.nnz // DOTS))
    shown = codes.rows % step == 0
    rows = codes.rows[shown]
    atoms = codes.indices[shown]
    values = codes.values[shown]
    size = np.abs(values) / max(float(np.abs(values).max(initial=0)), 1e-300)
    largest = float(np.clip(2e4 / max(len(values), 1), 1.0, 20.0))
    for colour, side in ((COLOURS[0], values > 0), (COLOURS[1], values < 0)):
        area = largest * size[side]
        ax.scatter(atoms[side], rows[side], s=area, c=colour, linewidths=0, rasterized=True)
    ax.set_xlim(-0.5, max(codes.n, 1) - 0.5)
    ax.set_ylim(max(len(codes), 1) - 0.5, -0.5)
    title = f"1 in {step} samples shown" if step > 1 else None
    return finish_axes(ax, "atom", "sample", title)


def plot_reconstruction(
    images: npt.ArrayLike, described: npt.ArrayLike, *, ax: "Axes | None" = None
) -> "Axes":
    """Draw images `[n, height, width]`, below them what codes describe, below that the rest.

    All three rows are on one scale of grey. The title is the share of the variance that is missed.

    >>> ax = plot_reconstruction(np.eye(4)[None], np.eye(4)[None] / 2)
    >>> ax.get_title(loc="left")
    'image, code, rest: 33.3 % missed'
    """
    stack = np.asarray(images, np.float64)
    other = np.asarray(described, np.float64)
    if stack.ndim != 3 or other.shape != stack.shape or not stack.size:
        raise bad_argument("described", other, f"images {list(stack.shape)}, [n, h, w]")
    middle = stack.mean()
    spread = ((stack - middle) ** 2).sum()
    missed = ((stack - other) ** 2).sum() / spread if spread else math.nan
    rows = np.concatenate([stack - middle, other - middle, stack - other])
    picture = _mosaic(rows, len(stack))
    title = f"image, code, rest: {100 * missed:.1f} % missed"
    limit = float(np.abs(stack - middle).max())
    return _image(ax, picture, title, limit if limit > 0 else 1.0)


def plot_usage(codes: "SparseCodes", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the share of samples that use each atom, the most used first, on a log scale.

    Atoms that nothing uses are off the scale; the title counts them.

    >>> from neurosparse.sparse_coding import SparseCodes
    >>> plot_usage(SparseCodes.from_dense([[0.0, 2.0], [0.0, 1.0]])).get_title(loc="left")
    '1 of 2 atoms unused'
    """
    if not len(codes):
        raise bad_argument("codes", Said("no sample"), "one or more")
    ax = new_axes(ax)
    shares = np.sort(np.bincount(codes.indices, minlength=codes.n))[::-1] / len(codes)
    used = shares[shares > 0]
    ax.plot(np.arange(1, len(used) + 1), used, color=INK, linewidth=0.9)
    ax.set_yscale("log")
    ax.tick_params(which="minor", labelsize=FONT_SIZE - 2)
    ax.set_xlim(0, max(codes.n, 1))
    whole_numbers(ax)
    title = f"{codes.n - len(used)} of {codes.n} atoms unused"
    return finish_axes(ax, "rank of the atom", "share of samples", title)
