"""The k best rows of each sample by all scores, the law."""

import numpy as np

from neurosparse.kernels.layers.k_winners.naive import k_winners
from neurosparse.typing import Array, Int32


def encode(
    x: Array, rows: Array, bias: Array, k: int, magnitude: bool, threads: int
) -> tuple[Int32, Array]:
    """Score every row, `h = x rowsᵀ + bias`, and take the k largest h, or |h|."""
    scores = x @ rows.T + bias
    best = k_winners(np.abs(scores) if magnitude else scores, k)
    return best, np.take_along_axis(scores, best, 1)
