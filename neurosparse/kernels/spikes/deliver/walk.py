"""Numba: adding rows to targets while those to come are fetched."""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.base.machine.intrinsics import prefetch

AHEAD = 6
ROWS_AHEAD = 4  # of the row that is fetched whole
PARTS_AHEAD = 12
BLOCK = 32  # synapses between two fetches
LINE = 16  # weights in a cache line


@njit(cache=True, nogil=True, boundscheck=False)
def fetch_ahead(
    spikes: Any, k: Any, starts: Any, stride: Any, indices: Any, weight: Any
) -> None:
    """Prefetch the row pointers of a later spike and the synapses of one sooner."""
    if k + 2 * AHEAD < spikes.size:
        prefetch(starts, np.int64(spikes[k + 2 * AHEAD]) * stride)
    if k + AHEAD < spikes.size:
        first = np.int64(starts[np.int64(spikes[k + AHEAD]) * stride])
        prefetch(indices, first)
        if weight.size > 1:
            prefetch(weight, first)


@njit(cache=True, nogil=True)
def _add_alike(row: Any, w: Any, target: Any) -> None:
    """Add one weight to all targets of a row."""
    for j in range(row.size):
        target[row[j]] += w


@njit(cache=True, nogil=True)
def _add_own(row: Any, own: Any, target: Any) -> None:
    """Add a weight of its own to each target of a row."""
    for j in range(row.size):
        target[row[j]] += own[j]


@njit(cache=True, nogil=True)
def blocks_of(lo: Any, hi: Any, coming: Any, end: Any) -> Any:
    """How many blocks can be added while as many of the coming row are fetched."""
    return max(min(hi - lo, end - coming), 0) // BLOCK


# a loop each for one weight and for many: a choice within the block took twice as long
@njit(cache=True, nogil=True)
def add_row_alike(
    lo: Any, hi: Any, indices: Any, w: Any, target: Any, coming: Any, end: Any
) -> None:
    """Add a row lo..hi of one weight while the row coming..end is fetched: prefetchers are too late
    for short rows.
    """
    blocks = blocks_of(lo, hi, coming, end)
    for b in range(blocks):
        row = indices[lo + b * BLOCK : lo + b * BLOCK + BLOCK]
        for line in range(0, BLOCK, LINE):
            prefetch(indices, coming + b * BLOCK + line)
        for j in range(BLOCK):
            target[row[j]] += w
    _add_alike(indices[lo + blocks * BLOCK : hi], w, target)


@njit(cache=True, nogil=True)
def _add_row_own(
    lo: Any, hi: Any, indices: Any, weight: Any, target: Any, coming: Any, end: Any
) -> None:
    """Add a row lo..hi with weights of its own, likewise."""
    blocks = blocks_of(lo, hi, coming, end)
    for b in range(blocks):
        row = indices[lo + b * BLOCK : lo + b * BLOCK + BLOCK]
        own = weight[lo + b * BLOCK : lo + b * BLOCK + BLOCK]
        for line in range(0, BLOCK, LINE):
            prefetch(indices, coming + b * BLOCK + line)
            prefetch(weight, coming + b * BLOCK + line)
        for j in range(BLOCK):
            target[row[j]] += own[j]
    _add_own(indices[lo + blocks * BLOCK : hi], weight[lo + blocks * BLOCK : hi], target)


@njit(cache=True, nogil=True)
def deliver_rows(
    spikes: Any,
    n: Any,
    starts: Any,
    ends: Any,
    stride: Any,
    indices: Any,
    weight: Any,
    target: Any,
) -> None:
    """Add the rows starts[i * stride]..ends[i * stride] of the first n spikes to target; the others
    come next.
    """
    for k in range(n):
        fetch_ahead(spikes, k, starts, stride, indices, weight)
        later = np.int64(spikes[min(k + ROWS_AHEAD, spikes.size - 1)]) * stride
        i = np.int64(spikes[k]) * stride
        # in signed numbers, whatever the table holds
        lo = np.int64(starts[i])
        hi = np.int64(ends[i])
        coming = np.int64(starts[later])
        end = np.int64(ends[later])
        if weight.size == 1:
            w = target.dtype.type(weight[0])
            add_row_alike(lo, hi, indices, w, target, coming, end)
        else:
            _add_row_own(lo, hi, indices, weight, target, coming, end)


@njit(cache=True, nogil=True)
def deliver_parts(
    los: Any, his: Any, n: Any, indices: Any, weight: Any, target: Any
) -> None:
    """Add the first n parts los[k]..his[k] of rows to target; those to come are known, so they are
    fetched however short they are.
    """
    for k in range(n):
        later = min(k + PARTS_AHEAD, n - 1)
        prefetch(indices, los[later])
        if weight.size > 1:
            prefetch(weight, los[later])
        soon = min(k + ROWS_AHEAD, n - 1)
        if weight.size == 1:
            w = target.dtype.type(weight[0])
            add_row_alike(los[k], his[k], indices, w, target, los[soon], his[soon])
        else:
            _add_row_own(los[k], his[k], indices, weight, target, los[soon], his[soon])


@njit(cache=True, nogil=True)
def list_parts(
    spikes: Any, first: Any, starts: Any, ends: Any, stride: Any, los: Any, his: Any
) -> None:
    """Write where the parts of some spikes begin and end to los and his, from `first` on."""
    for k in range(spikes.size):
        if k + PARTS_AHEAD < spikes.size:
            prefetch(starts, np.int64(spikes[k + PARTS_AHEAD]) * stride)
        i = np.int64(spikes[k]) * stride
        # in signed numbers, whatever the table holds
        los[first + k] = np.int64(starts[i])
        his[first + k] = np.int64(ends[i])
