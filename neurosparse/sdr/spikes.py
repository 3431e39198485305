"""An SDR is one volley of spikes: conversions to and from (step, index) arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from neurosparse import checks
from neurosparse.available import refuse_beyond_memory
from neurosparse.errors import Said, bad_argument
from neurosparse.sdr._check import as_shape, as_whole
from neurosparse.sdr.batch import one_sdr
from neurosparse.sdr.value import SDR
from neurosparse.typing import Int32, Int64

Spikes = tuple[Int64, Int32]


def to_spikes(sdrs: Sequence[SDR], first_step: int = 0) -> Spikes:
    """Write SDRs as volleys, one a step: (step int64 `[n_spikes]`, index int32 `[n_spikes]`).

    >>> steps, index = to_spikes([SDR([1, 2], 4), SDR([], 4), SDR([0], 4)], first_step=10)
    >>> steps.tolist(), index.tolist()
    ([10, 10, 12], [1, 2, 0])
    """
    first_step = checks.whole_number("first_step", first_step, -(2**62), 2**62)
    counts = [len(one_sdr(f"sdrs[{i}]", s)) for i, s in enumerate(sdrs)]
    steps = np.repeat(np.arange(first_step, first_step + len(sdrs), dtype=np.int64), counts)
    index = np.concatenate([np.empty(0, np.int32), *(s.indices for s in sdrs)])
    return steps, index.astype(np.int32)


def from_spikes(
    steps: Any, index: Any, shape: int | Sequence[int], *, window: tuple[int, int]
) -> list[SDR]:
    """Read one SDR a step of `window` from spikes in any order.

    Several spikes of one cell in one step count once; spikes outside the window are left out.

    Args:
        steps: of the spikes, `[n_spikes]`.
        index: cells that spike, `[n_spikes]`.
        shape: of the population.
        window: the first step, and one past the last.

    Raises:
        ValueError: arrays that differ in length, or an index outside the shape.

    >>> from_spikes([3, 3, 4], [7, 2, 7], 8, window=(3, 6))
    [SDR([2, 7], shape=(8,)), SDR([7], shape=(8,)), SDR([], shape=(8,))]
    """
    dims = as_shape(shape)
    size = prod(dims)
    (first, end) = window
    checks.whole_number("window", first, -(2**62), 2**62)
    checks.whole_number("window", end, -(2**62), 2**62)
    step: Int64 = as_whole("steps", steps).astype(np.int64)
    cell: Int64 = as_whole("index", index).astype(np.int64)
    if step.shape != cell.shape or step.ndim != 1:
        received = Said(f"shapes {step.shape} and {cell.shape}")
        raise bad_argument("steps, index", received, "two vectors of one length")
    if cell.size and (cell.min() < 0 or cell.max() >= size):
        ends = Said(f"numbers from {cell.min()} to {cell.max()}")
        raise bad_argument("index", ends, f"0 <= index < {size}")
    if end < first:
        raise bad_argument(
            "window", window, "(first, one past the last) with first <= last"
        )
    # an SDR of each step, and where its spikes begin
    refuse_beyond_memory("window", 300.0 * (end - first), f"{end - first:,} steps")
    inside = (step >= first) & (step < end)
    # one number a (step, cell), so that sorting once brings both in order and drops repeats
    keys = np.unique((step[inside] - first) * size + cell[inside])
    bounds = np.searchsorted(keys, np.arange(end - first + 1) * size)
    return [SDR(keys[a:b] % size, dims) for a, b in pairwise(bounds)]
