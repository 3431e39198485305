"""Reference: every pair in turn."""

import numpy as np

from neurosparse.typing import Array


def absent_pairs(
    scores: Array, indptr: Array, indices: Array, first: int, least: float
) -> tuple[Array, Array]:
    """Collect keys and scores above `least` of the pairs that are not connected."""
    rows, n_post = scores.shape
    keys = []
    above = []
    for row in range(rows):
        connected = set(indices[indptr[first + row] : indptr[first + row + 1]].tolist())
        for post in range(n_post):
            if scores[row, post] > least and post not in connected:
                keys.append((first + row) * n_post + post)
                above.append(scores[row, post])
    return np.array(keys, np.int64), np.array(above, scores.dtype)
