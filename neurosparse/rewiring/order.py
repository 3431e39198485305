"""Choosing from many numbers without sorting them all, ties always to the earlier one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]


def lowest(scores: NDArray[Any], k: int) -> Int64:
    """Positions, ascending, of the k lowest scores.

    >>> lowest(np.array([2.0, 1.0, 2.0, 3.0]), 2).tolist()
    [0, 1]
    """
    if k <= 0 or k >= len(scores):
        return np.arange(len(scores) if k > 0 else 0)
    edge = np.partition(scores, k - 1)[k - 1]
    below = scores < edge
    below[np.flatnonzero(scores == edge)[: k - int(below.sum())]] = True
    return np.flatnonzero(below)


def merged(a: Int64, b: Int64) -> Int64:
    """Merge two ascending arrays that share nothing.

    >>> merged(np.array([1, 4]), np.array([2])).tolist()
    [1, 2, 4]
    """
    # the stable sort of NumPy merges runs that are in order already
    return np.sort(np.concatenate([a, b]), kind="stable")


def member(found: Any, among: Any) -> NDArray[np.bool_]:
    """Say which of `found` occur in the ascending `among`.

    >>> member(np.array([3, 1]), np.array([1, 2])).tolist()
    [False, True]
    """
    if len(among) == 0:
        return np.zeros(len(found), np.bool_)
    place = np.minimum(np.searchsorted(among, found), len(among) - 1)
    return np.asarray(among[place] == found)
