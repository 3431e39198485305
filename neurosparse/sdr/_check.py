"""Checks of arguments that every face of an SDR shares."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray


def as_shape(shape: int | Sequence[int]) -> tuple[int, ...]:
    """Return `shape` as a tuple of positive ints, or raise ValueError."""
    dims = tuple(shape) if hasattr(shape, "__iter__") else (shape,)
    if any(not isinstance(d, (int, float, np.number)) for d in dims):
        raise ValueError(f"shape: got {shape!r}, want one or more positive whole numbers")
    if not dims or any(int(d) != d or d < 1 for d in dims):
        raise ValueError(f"shape: got {shape!r}, want one or more positive whole numbers")
    if prod(int(d) for d in dims) > np.iinfo(np.int32).max:
        raise ValueError(
            f"shape: {shape!r} has more cells than an int32 index can name; use a smaller shape"
        )
    return tuple(int(d) for d in dims)


def as_indices(indices: Any, size: int) -> NDArray[np.int32]:
    """Return strictly ascending int32 indices below `size`, or raise ValueError saying which is
    wrong.
    """
    raw = np.asarray(indices)
    if raw.ndim != 1:
        raise ValueError(f"indices: got an array of shape {raw.shape}, want one dimension")
    if raw.size == 0:
        return np.empty(0, np.int32)
    if raw.dtype.kind not in "iu":
        raise ValueError(
            f"indices: got dtype {raw.dtype}, want whole numbers (dense arrays: SDR.from_dense)"
        )
    if raw.min() < 0 or raw.max() >= size:
        raise ValueError(f"indices: run from {raw.min()} to {raw.max()}, want 0 <= index < {size}")
    if raw.size > 1 and not (raw[1:] > raw[:-1]).all():
        raise ValueError("indices: must be ascending without duplicates; pass np.unique(indices)")
    return raw.astype(np.int32)


def as_fraction(name: str, value: float) -> float:
    """Return `value` when it lies in [0, 1], or raise ValueError naming the argument."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name}: got {value!r}, want a number from 0 to 1")
    return float(value)


def round_half_up(x: float) -> int:
    """Round half away from zero for x >= 0, as C `round` does (Python's `round` goes to even)."""
    return floor(x + 0.5)
