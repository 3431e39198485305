"""What the rules for layers share: draws without repetition, and keys pre * n_post + post."""

from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.typing import Int64


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


def from_keys(keys: Any, n_pre: int, n_post: int) -> Connectivity:
    """Make a connectivity of weight 1 from keys pre * n_post + post, distinct, in any order.

    >>> from_keys(np.array([5, 0]), 2, 3).edges()
    (array([0, 1], dtype=int32), array([0, 2], dtype=int32))
    """
    keys = np.sort(np.asarray(keys, np.int64))
    indptr = np.searchsorted(keys, np.arange(n_pre + 1) * n_post).astype(np.int64)
    indices = (keys % max(n_post, 1)).astype(np.int32)
    return Connectivity(indptr, indices, n_post)
