"""Checks of arguments that every face of an SDR shares."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, prod
from typing import Any

import numpy as np

from neurosparse import grid
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Int32

LARGEST = int(np.iinfo(np.int32).max)


def as_shape(shape: int | Sequence[int]) -> tuple[int, ...]:
    """Return `shape` as a tuple of positive ints.

    Raises:
        ValueError: what is no shape, or more cells than an int32 index can name.

    >>> as_shape(3), as_shape([2, 3])
    ((3,), (2, 3))
    """
    dims = tuple(shape) if hasattr(shape, "__iter__") else (shape,)
    numbers = all(isinstance(d, (int, float, np.number)) for d in dims)
    # in this order: an infinite d has no int, and a NaN is at least nothing
    if not (dims and numbers and all(1 <= d < inf and int(d) == d for d in dims)):
        raise bad_argument("shape", shape, "one or more positive whole numbers")
    if prod(int(d) for d in dims) > LARGEST:
        raise bad_argument(
            "shape", shape, f"at most {LARGEST} cells", "use a smaller shape"
        )
    return tuple(int(d) for d in dims)


def as_indices(indices: Any, size: int) -> Int32:
    """Return strictly ascending int32 indices below `size`.

    Raises:
        ValueError: what is not flat, not whole, not ascending or outside.

    >>> as_indices([0, 4], 5)
    array([0, 4], dtype=int32)
    """
    raw = np.asarray(indices)
    if raw.ndim != 1:
        raise bad_argument("indices", indices, "an array of one dimension")
    if raw.size == 0:
        return np.empty(0, np.int32)
    if raw.dtype.kind not in "iu":
        remedy = "for a dense array write SDR.from_dense"
        raise bad_argument("indices", indices, "whole numbers", remedy)
    if raw.min() < 0 or raw.max() >= size:
        ends = Said(f"numbers from {raw.min()} to {raw.max()}")
        raise bad_argument("indices", ends, f"0 <= index < {size}")
    if raw.size > 1 and not (raw[1:] > raw[:-1]).all():
        expected = "ascending numbers without duplicates"
        raise bad_argument("indices", indices, expected, "pass np.unique(indices)")
    return raw.astype(np.int32)


def as_whole(name: str, numbers: Any) -> Any:
    """Return an array of whole numbers; fractions would be cut off in silence.

    >>> as_whole("steps", [3, 4])
    array([3, 4])
    """
    array = np.asarray(numbers)
    if array.size and array.dtype.kind not in "iu":
        raise bad_type(name, array, "whole numbers")
    return array if array.size else array.astype(np.int64)


def check_bits(name: str, cells: Any) -> None:
    """Refuse numbers other than 0 and 1: taken as "active", -1 and noise would be all ones.

    >>> check_bits("sdrs", np.array([0.0, 0.3]))
    Traceback (most recent call last):
    ValueError: sdrs: got the value 0.3, wants 0 and 1, or booleans; write x > threshold first
    """
    numbers = np.asarray(cells)
    if numbers.dtype.kind == "b":
        return
    expected = "0 and 1, or booleans"
    if numbers.dtype.kind not in "iufO":
        raise bad_argument(name, numbers, expected)
    wrong = (numbers != 0) & (numbers != 1)
    if wrong.any():
        value = numbers[wrong].ravel()[0]
        if value != value:
            raise bad_argument(name, Said("NaN"), expected, "fill it in first")
        raise bad_argument(
            name, Said(f"the value {value}"), expected, "write x > threshold first"
        )


def round_half_up(x: float) -> int:
    """Round half away from zero for x >= 0, as C `round` does (Python's `round` goes to even).

    What falls short of a half by its rounding is that half: 0.0255 of 1000 cells are 26.

    >>> round_half_up(0.0255 * 1000), round_half_up(2.5)
    (26, 3)
    """
    return int(grid.round_steps(x, 1.0))
