"""One pass over the scores: few lie above the bar, and only those look for their synapse."""

import numpy as np
from numba import njit

from neurosparse.typing import Array


@njit(cache=True, nogil=True)
def _count(row: Array, least: float) -> int:
    """How many of a row lie above the bar, connected or not; this loop vectorises."""
    count = 0
    for j in range(row.size):
        count += row[j] > least
    return count


@njit(cache=True, nogil=True)
def _collect(
    scores: Array,
    indptr: Array,
    indices: Array,
    first: int,
    least: float,
    keys: Array,
    above: Array,
) -> int:
    """Write keys and scores; returns how many there are."""
    n_post = scores.shape[1]
    k = 0
    for row in range(scores.shape[0]):
        line = scores[row]
        e = indptr[first + row]
        end = indptr[first + row + 1]
        if _count(line, least) == 0:
            continue
        for post in range(n_post):
            if line[post] > least:
                while e < end and indices[e] < post:
                    e += 1
                if e == end or indices[e] != post:
                    keys[k] = (first + row) * n_post + post
                    above[k] = line[post]
                    k += 1
    return k


def absent_pairs(
    scores: Array, indptr: Array, indices: Array, first: int, least: float
) -> tuple[Array, Array]:
    """Collect keys and scores above `least` of the pairs that are not connected."""
    least = scores.dtype.type(least)
    most = _count(scores.ravel(), least)
    keys = np.empty(most, np.int64)
    above = np.empty(most, scores.dtype)
    k = _collect(scores, indptr, indices, first, least, keys, above)
    return keys[:k], above[:k]
