"""Choosing from many numbers without sorting them all, ties always to the earlier one."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Array, Bool, Int64


def lowest(scores: Array, k: int) -> Int64:
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


def highest(scores: Array, k: int) -> Int64:
    """Positions, ascending, of the k highest scores.

    Raises:
        ValueError: more than there are, or scores that are not numbers.

    >>> highest(np.array([3.0, 1.0, 3.0, 3.0]), 2).tolist()
    [0, 2]
    """
    if np.isnan(scores).any():
        remedy = "look for the step at which training diverged"
        raise bad_argument("scores", Said("NaN"), "numbers", remedy)
    if not 0 <= k <= scores.size:
        raise bad_argument("keep", k, f"0..{scores.size}, the number of weights")
    if k in (0, scores.size):
        return np.arange(k)
    edge = np.partition(scores, scores.size - k)[scores.size - k]
    above = np.flatnonzero(scores > edge)
    ties = np.flatnonzero(scores == edge)
    return np.sort(np.concatenate([above, ties[: k - len(above)]]))


def highest_of_all(scores: Sequence[Array], k: int) -> list[Bool]:
    """Mark the k highest scores of all arrays together.

    >>> parts = highest_of_all([np.array([3.0, 1.0]), np.array([2.0, 2.0])], 2)
    >>> [mask.tolist() for mask in parts]
    [[True, False], [True, False]]
    """
    if not scores:
        return []
    flat = np.concatenate([np.ravel(part) for part in scores])
    chosen = np.zeros(flat.size, np.bool_)
    chosen[highest(flat, k)] = True
    parts = np.split(chosen, np.cumsum([part.size for part in scores])[:-1])
    return [part.reshape(array.shape) for part, array in zip(parts, scores, strict=True)]


def kth_highest(scores: Array, k: int) -> Array:
    """The k-th highest score of each row `[..., 1]`; the lowest one where a row is shorter.

    >>> kth_highest(np.array([[3, 1, 2], [5, 5, 0]]), 2).tolist()
    [[2], [5]]
    """
    place = scores.shape[-1] - min(k, scores.shape[-1])
    return np.partition(scores, place, axis=-1)[..., [place]]


def highest_of_rows(scores: Array, k: int) -> Bool:
    """Mark the k highest scores of each row.

    >>> highest_of_rows(np.array([[3, 1, 3], [2, 2, 2]]), 1).tolist()
    [[True, False, False], [True, False, False]]
    """
    # a stable sort keeps ties in their order
    best = np.argsort(-scores, axis=-1, kind="stable")[..., :k]
    chosen = np.zeros(scores.shape, np.bool_)
    np.put_along_axis(chosen, best, True, axis=-1)
    return chosen


def largest_remainder(weights: Any, total: int) -> list[int]:
    """Split `total` in proportion to the weights into whole numbers that add up to it.

    >>> largest_remainder([1, 1, 1], 4)
    [2, 1, 1]
    """
    weights = np.asarray(weights, np.float64)
    if weights.sum() > 0:
        exact = weights / weights.sum() * total
    else:
        exact = np.full(len(weights), total / len(weights))
    whole = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]] += 1
    return [int(n) for n in whole]


def merged(a: Int64, b: Int64) -> Int64:
    """Merge two ascending arrays that share nothing.

    >>> merged(np.array([1, 4]), np.array([2])).tolist()
    [1, 2, 4]
    """
    # the stable sort of NumPy merges runs that are in order already
    return np.sort(np.concatenate([a, b]), kind="stable")


def member(values: Any, among: Any) -> Bool:
    """Say which of `values` occur in the ascending `among`.

    >>> member(np.array([3, 1]), np.array([1, 2])).tolist()
    [False, True]
    """
    if len(among) == 0:
        return np.zeros(len(values), np.bool_)
    place = np.minimum(np.searchsorted(among, values), len(among) - 1)
    return np.asarray(among[place] == values)


def pair_keys(pre: Any, post: Any, n_post: int) -> Int64:
    """Position of each pair in the dense matrix, pre * n_post + post, ascending for CSR order.

    >>> pair_keys([0, 1], [1, 0], 2).tolist()
    [1, 2]
    """
    return np.asarray(np.asarray(pre, np.int64) * n_post + np.asarray(post), np.int64)
