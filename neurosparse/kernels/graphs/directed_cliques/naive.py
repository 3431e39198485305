"""All ordered choices of neurons: the law."""

from itertools import combinations, permutations

import numpy as np

from neurosparse.typing import Int32, Int64


def directed_cliques(indptr: Int64, indices: Int32, dimension: int) -> Int64:
    """Try each order of each choice."""
    n = len(indptr) - 1
    joined = np.zeros((n, n), bool)
    joined[np.repeat(np.arange(n), np.diff(indptr)), indices] = True
    counts = np.zeros((n, dimension + 1), np.int64)
    for k in range(dimension + 1):
        for order in permutations(range(n), k + 1):
            if all(joined[pair] for pair in combinations(order, 2)):
                counts[list(order), k] += 1
    return counts
