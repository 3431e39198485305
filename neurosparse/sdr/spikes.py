"""An SDR is one volley of spikes: conversions to and from (step, index) arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.sdr._check import as_shape
from neurosparse.sdr.value import SDR

Spikes = tuple[NDArray[np.int64], NDArray[np.int32]]


def to_spikes(sdrs: Sequence[SDR], first_step: int = 0) -> Spikes:
    """Write SDRs as volleys, one per step: (step int64 [n_spikes], index int32 [n_spikes]).

    >>> steps, index = to_spikes([SDR([1, 2], 4), SDR([], 4), SDR([0], 4)], first_step=10)
    >>> steps.tolist(), index.tolist()
    ([10, 10, 12], [1, 2, 0])
    """
    counts = [len(s) for s in sdrs]
    steps = np.repeat(np.arange(first_step, first_step + len(sdrs), dtype=np.int64), counts)
    index = np.concatenate([np.empty(0, np.int32), *(s.indices for s in sdrs)])
    return steps, index.astype(np.int32)


def from_spikes(
    steps: Any, index: Any, shape: int | Sequence[int], *, window: tuple[int, int]
) -> list[SDR]:
    """Read one SDR per step of `window` (first, one past the last) from spikes in any order.

    Several spikes of one cell in one step count once; spikes outside the window are left out.
    Raises ValueError when the arrays differ in length or an index is outside the shape.

    >>> from_spikes([3, 3, 4], [7, 2, 7], 8, window=(3, 6))
    [SDR([2, 7], shape=(8,)), SDR([7], shape=(8,)), SDR([], shape=(8,))]
    """
    dims = as_shape(shape)
    (first, end) = window
    when = np.asarray(steps, np.int64)
    cell = np.asarray(index, np.int64)
    if when.shape != cell.shape or when.ndim != 1:
        raise ValueError(
            f"steps, index: have shapes {when.shape} and {cell.shape}, want one equal length"
        )
    if cell.size and (cell.min() < 0 or cell.max() >= prod(dims)):
        raise ValueError(
            f"index: runs from {cell.min()} to {cell.max()}, want 0 <= index < {prod(dims)}"
        )
    if end < first:
        raise ValueError(
            f"window: got {window}, want (first, one past the last) with first <= last"
        )
    inside = (when >= first) & (when < end)
    keys = np.unique((when[inside] - first) * prod(dims) + cell[inside])
    bounds = np.searchsorted(keys, np.arange(end - first + 1) * prod(dims))
    return [SDR(keys[a:b] % prod(dims), dims) for a, b in pairwise(bounds)]
