"""What the rules for layers share: draws without repetition, and keys pre * n_post + post."""

from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.typing import Bool, Int64


def distinct(n: int, k: int, rng: np.random.Generator) -> Int64:
    """Draw k of 0..n-1, each at most once, ascending.

    >>> distinct(3, 3, np.random.default_rng(0)).tolist()
    [0, 1, 2]
    """
    if not k:
        return np.empty(0, np.int64)
    return np.sort(rng.choice(n, k, replace=False).astype(np.int64))


def bytes_to_draw(n: int, k: float) -> float:
    """Memory that `distinct` takes: of all n where k are many, else of the drawn.

    >>> bytes_to_draw(10**6, 10**5), bytes_to_draw(10**6, 10)
    (8000000.0, 240.0)
    """
    return 8.0 * n if k > n / 50 else 24.0 * k


def merged(keys: Int64, others: Int64) -> Int64:
    """Join two ascending lists of keys to one, in the time that it takes to read them.

    >>> merged(np.array([1, 4]), np.array([0, 2])).tolist()
    [0, 1, 2, 4]
    """
    # a stable sort looks for runs first, and these are two
    return np.sort(np.concatenate([keys, others]), kind="stable")


def contained(keys: Int64, others: Int64) -> Bool:
    """Which of these keys are among `others`, which ascend.

    >>> contained(np.array([3, 5]), np.array([1, 3, 4])).tolist()
    [True, False]
    """
    if not len(others):
        return np.zeros(len(keys), np.bool_)
    place = np.minimum(np.searchsorted(others, keys), len(others) - 1)
    return np.asarray(others[place] == keys)


def absent(keys: Int64, n: int, k: int, rng: np.random.Generator) -> Int64:
    """Draw k of 0..n-1 that are not among `keys`, which ascend; each at most once, ascending.

    >>> absent(np.array([0, 2]), 4, 2, np.random.default_rng(0)).tolist()
    [1, 3]
    """
    ranks = distinct(n - len(keys), k, rng)
    # before the r-th number that is free lie as many keys as searchsorted counts
    before = np.searchsorted(keys - np.arange(len(keys)), ranks, side="right")
    return np.asarray(ranks + before)


def from_keys(keys: Any, n_pre: int, n_post: int) -> Connectivity:
    """Make a connectivity of weight 1 from keys pre * n_post + post, distinct and ascending.

    >>> from_keys(np.array([0, 5]), 2, 3).edges()
    (array([0, 1], dtype=int32), array([0, 2], dtype=int32))
    """
    keys = np.asarray(keys, np.int64)
    indptr = np.searchsorted(keys, np.arange(n_pre + 1) * n_post).astype(np.int64)
    indices = (keys % max(n_post, 1)).astype(np.int32)
    return Connectivity(indptr, indices, n_post)
