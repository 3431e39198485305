"""Rows cut by delay: the synapses of a row that one delay shares lie side by side."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def sort_by_delay(cuts: Any, delay: Any, rank: Any, segments: Any, places: Any) -> None:
    """Order each list cuts[k]..cuts[k + 1] of synapses by the rank of their delays, keeping the
    order of equals.

    `rank` [longest + 1] is the place of a delay among the n_delays that occur. The part of rank q
    of list k begins at segments[k * n_delays + q]; places [nnz] tells where each synapse came from.
    """
    n_delays = rank.max() + 1
    cursor = np.zeros(n_delays, np.int64)
    for k in range(cuts.size - 1):
        cursor[:] = 0
        for j in range(cuts[k], cuts[k + 1]):
            cursor[rank[delay[j]]] += 1
        at = cuts[k]
        for q in range(n_delays):
            count = cursor[q]
            segments[k * n_delays + q] = at
            cursor[q] = at
            at += count
        for j in range(cuts[k], cuts[k + 1]):
            q = rank[delay[j]]
            places[cursor[q]] = j
            cursor[q] += 1
    segments[segments.size - 1] = cuts[-1]


def offsets(nnz: int) -> Any:
    """The type that counts to nnz in the fewest bytes.

    >>> offsets(7), offsets(2**33)
    (<class 'numpy.uint32'>, <class 'numpy.int64'>)
    """
    return np.uint32 if nnz < 2**32 else np.int64


def ranks(delays: NDArray[np.int64]) -> NDArray[np.int32]:
    """The place of each delay in `delays`, -1 for those that are not there.

    >>> ranks(np.array([3, 1])).tolist()
    [-1, 1, -1, 0]
    """
    rank = np.full(int(delays.max(initial=-1)) + 1, -1, dtype=np.int32)
    rank[delays] = np.arange(len(delays), dtype=np.int32)
    return rank


@njit(cache=True, nogil=True)
def mark_delays(delay: Any, seen: Any) -> None:
    """Set seen[d] for each delay d that occurs."""
    for k in range(delay.size):
        seen[delay[k]] = True


@njit(cache=True, nogil=True)
def count_parts(
    indptr: Any, indices: Any, delay: Any, rank: Any, owner: Any, counts: Any
) -> None:
    """Add to counts [n_pre * n_threads * n_delays] how many synapses of each row belong to each
    thread and delay; `owner` [n_alloc] is the thread of a target, `delay` [nnz] or [1].
    """
    n_delays = rank.max() + 1
    n_parts = counts.size // (indptr.size - 1)
    for i in range(indptr.size - 1):
        for j in range(indptr[i], indptr[i + 1]):
            d = delay[j] if delay.size > 1 else delay[0]
            counts[i * n_parts + owner[indices[j]] * n_delays + rank[d]] += 1


@njit(cache=True, nogil=True)
def place_parts(
    indptr: Any,
    indices: Any,
    delay: Any,
    rank: Any,
    owner: Any,
    weight: Any,
    start: Any,
    cursor: Any,
    into: Any,
    weights: Any,
) -> None:
    """Write the synapses of one projection where their parts stand, `cursor` tells where each part
    goes on; targets count from `start`.
    """
    n_delays = rank.max() + 1
    n_parts = cursor.size // (indptr.size - 1)
    each = weights.size > 1
    for i in range(indptr.size - 1):
        for j in range(indptr[i], indptr[i + 1]):
            d = delay[j] if delay.size > 1 else delay[0]
            part = i * n_parts + owner[indices[j]] * n_delays + rank[d]
            at = cursor[part]
            into[at] = start + indices[j]
            if each:
                weights[at] = weight[j] if weight.size > 1 else weight[0]
            cursor[part] = at + 1
