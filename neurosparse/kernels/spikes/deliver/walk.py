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
def most_arriving(step: Any, origin: Any, delays: Any, ends: Any) -> Any:
    """How many parts may be listed at most: the spikes between the longest and the shortest
    delay.
    """
    here = step - origin
    many = 0
    if delays.size == 0:
        return many
    for other in range(ends.shape[0]):
        many += ends[other, here - delays[-1] + 1] - ends[other, here - delays[0]]
    return many


@njit(cache=True, nogil=True)
def list_parts(
    step: Any,
    origin: Any,
    epoch: Any,
    delays: Any,
    ends: Any,
    logs: Any,
    thread: Any,
    stride: Any,
    after: Any,
    parts: Any,
) -> Any:
    """Write to `parts` where in the table of segments those stand that arrive in a step, spikes
    under way for longest first, from the place `after` on; return that after the last, and how
    many fitted.
    """
    n = 0
    q, other, done = after
    column = thread * delays.size
    while q < delays.size:
        slot = step - delays[q] - origin
        while other < ends.shape[0]:
            first = ends[other, slot] + done
            last = ends[other, slot + 1]
            # spikes from before the epoch left through other synapses
            if first < last and step - delays[q] >= epoch:
                more = min(last - first, parts.size - n)
                for k in range(more):
                    parts[n + k] = np.int64(logs[other, first + k]) * stride + column + q
                n += more
                if first + more < last:
                    return (q, other, done + more), n
            done = 0
            other += 1
        other = 0
        q += 1
    return (q, other, done), n


@njit(cache=True, nogil=True)
def find_parts(parts: Any, n: Any, segments: Any, los: Any, his: Any) -> None:
    """Write to los and his where in the rows of synapses the first n parts begin and end."""
    for k in range(n):
        prefetch(segments, parts[min(k + PARTS_AHEAD, n - 1)])
        # in signed numbers, whatever the table holds
        los[k] = np.int64(segments[parts[k]])
        his[k] = np.int64(segments[parts[k] + 1])
