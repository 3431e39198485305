"""Pairs that are not connected: uniform draws, and the best by a score, without a dense copy."""

from collections.abc import Callable

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.graphs.absent_pairs import absent_pairs
from neurosparse.selection import lowest
from neurosparse.typing import Array, Int32, Int64

# scores `[last - first, n_post]` of the presynaptic rows first..last
Block = Callable[[int, int], Array]


def split_keys(keys: Int64, n_post: int) -> tuple[Int32, Int32]:
    """Turn keys pre * n_post + post into (pre, post).

    >>> split_keys(np.array([5]), 3)
    (array([1], dtype=int32), array([2], dtype=int32))
    """
    return (keys // n_post).astype(np.int32), (keys % n_post).astype(np.int32)


def uniform_absent(taken: Int64, places: int, k: int, rng: np.random.Generator) -> Int64:
    """Draw k keys below `places` that are not in the sorted `taken`, uniformly, each at most once.

    O(k log nnz): a rank among the free places is moved up by the taken ones before it.

    Raises:
        ValueError: fewer than k places are free.

    >>> uniform_absent(np.array([0, 2]), 5, 3, np.random.default_rng(0)).tolist()
    [1, 3, 4]
    """
    free = places - len(taken)
    if not 0 <= k <= free:
        expected = f"0..{free}, the pairs not connected yet"
        raise bad_argument("k", k, expected, "drop more or grow less")
    ranks = np.sort(rng.choice(free, k, replace=False)) if k else np.empty(0, np.int64)
    before = np.searchsorted(taken - np.arange(len(taken)), ranks, side="right")
    return np.asarray(ranks + before, np.int64)


def scores_of_pairs(block: Block, first: int, last: int, n_post: int) -> Array:
    """Ask for the scores `[last - first, n_post]` of presynaptic rows first..last, anybody's.

    Raises:
        TypeError: no numbers.
        ValueError: another shape, or NaN. An infinite score is one that is always or never chosen.

    >>> scores_of_pairs(lambda first, last: np.ones(3), 0, 2, 3)
    Traceback (most recent call last):
    ValueError: score: got an array of float64 [3], wants one number for each pair, [2, 3]
    """
    scores = np.asarray(block(first, last))
    expected = f"one number for each pair, [{last - first}, {n_post}]"
    if scores.dtype.kind not in "iufb":
        raise bad_type("score", scores, expected)
    if scores.shape != (last - first, n_post):
        received = scores if scores.ndim else Said("one number")
        raise bad_argument("score", received, expected)
    if np.isnan(scores.min(initial=0)):
        pre, post = np.argwhere(np.isnan(scores))[0]
        received = Said(f"NaN for the pair {first + pre} -> {post}")
        remedy = "where it comes of activity, look for the step at which training diverged"
        raise bad_argument("score", received, "numbers", remedy)
    return scores if scores.dtype in (np.float32, np.float64) else scores.astype(np.float64)


def best_absent(
    support: Connectivity, block: Block, k: int, factor: float, room: int | None = None
) -> Int64:
    """Find the k highest positive scores of unconnected pairs: their keys, ascending.

    They are fewer than k if fewer are positive. Ties go to the earlier pair.

    Args:
        support: which pairs are connected.
        block: `block(first, last)` gives scores `[last - first, n_post]` of presynaptic rows.
        k: how many.
        factor: at most `max(factor room, n_post)` scores exist at a time.
        room: nnz of the support unless it is given.

    Raises:
        TypeError: scores that are no numbers.
        ValueError: scores of another shape, or NaN.

    >>> support = Connectivity.from_dense([[1, 0], [0, 0]])
    >>> scores = np.array([[9.0, 1.0], [3.0, 2.0]])
    >>> best_absent(support, lambda first, last: scores[first:last], 2, 1.0).tolist()
    [2, 3]
    """
    n_pre, n_post = support.shape
    rows = max(1, int(factor * (support.nnz if room is None else room)) // max(n_post, 1))
    keys = np.empty(0, np.int64)
    scores = np.empty(0, np.float32)
    least = 0.0
    for first in range(0, n_pre if k else 0, rows):
        block_scores = scores_of_pairs(block, first, min(first + rows, n_pre), n_post)
        better, their_scores = absent_pairs(
            block_scores, support.indptr, support.indices, first, least
        )
        keys = np.concatenate([keys, better])
        scores = np.concatenate([scores, their_scores])
        if len(keys) > k:
            best = lowest(-scores, k)
            keys = keys[best]
            scores = scores[best]
            least = float(scores.min())
    return keys
