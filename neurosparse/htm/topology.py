"""Where columns lie over their inputs, and who is whose neighbour."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, prod

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.typing import Int32, Int64

Shape = tuple[int, ...]


def centres(input_shape: Sequence[int], column_shape: Sequence[int]) -> Int64:
    """Flat input cell below each column, floor((c + ½)·inputs/columns) an axis, `[n_columns]`.

    Raises:
        ValueError: shapes with different numbers of axes.

    >>> centres((12,), (4,)).tolist()
    [1, 4, 7, 10]
    """
    if len(input_shape) != len(column_shape):
        expected = f"as many axes as input_shape {input_shape}"
        raise bad_argument("column_shape", column_shape, expected)
    axes = [
        np.array([floor((c + 0.5) * n_in / n_col) for c in range(n_col)])
        for n_in, n_col in zip(input_shape, column_shape, strict=True)
    ]
    return np.ravel_multi_index(
        np.meshgrid(*axes, indexing="ij"), tuple(input_shape)
    ).ravel()


def neighbourhood(centre: int, radius: int, shape: Shape, wrap: bool) -> Int64:
    """Ascending cells of the hypercube of `radius` around a cell, itself included, each once.

    >>> neighbourhood(1, 2, (12,), wrap=True).tolist()
    [0, 1, 2, 3, 11]
    """
    axes = []
    for place, n in zip(np.unravel_index(centre, shape), shape, strict=True):
        reach = min(radius, n)  # farther there is nothing new
        span = np.arange(place - reach, place + reach + 1)
        axes.append(np.unique(span % n) if wrap else span[(span >= 0) & (span < n)])
    return np.sort(np.ravel_multi_index(np.meshgrid(*axes, indexing="ij"), shape).ravel())


def neighbourhoods(shape: Shape, radius: int, wrap: bool) -> tuple[Int64, Int32]:
    """All neighbourhoods as rows of a sparse matrix, (indptr `[n+1]`, indices).

    >>> indptr, indices = neighbourhoods((4,), 1, wrap=False)
    >>> indptr.tolist(), indices.tolist()
    ([0, 2, 5, 8, 10], [0, 1, 0, 1, 2, 1, 2, 3, 2, 3])
    """
    rows = [neighbourhood(c, radius, shape, wrap) for c in range(prod(shape))]
    indptr = np.concatenate([[0], np.cumsum([r.size for r in rows])]).astype(np.int64)
    return indptr, np.concatenate(rows).astype(np.int32)


def columns_per_input(input_shape: Shape, column_shape: Shape) -> float:
    """Columns per input cell along an axis, averaged over the axes.

    >>> round(columns_per_input((7, 5, 1, 3), (2, 2, 2, 2)), 6)
    0.838095
    """
    return float(np.mean([c / i for i, c in zip(input_shape, column_shape, strict=True)]))


def connected_span(cells: Int32, shape: Shape) -> float:
    """Extent of a set of cells, last − first + 1, averaged over the axes (0 for none).

    >>> connected_span(np.array([1, 3, 7], np.int32), (8,))
    7.0
    """
    if not cells.size:
        return 0.0
    return float(np.mean([np.ptp(axis) + 1 for axis in np.unravel_index(cells, shape)]))
