"""Trades between sets: the law."""

import numpy as np

from neurosparse.typing import Int32, Int64


def shuffle_directed(
    indptr: Int64, indices: Int32, rounds: int, seed: int, loops: bool
) -> Int32:
    """Pool what one row has and the other has not, shuffle, deal out."""
    rng = np.random.default_rng(seed)
    n = len(indptr) - 1
    rows = [set(indices[indptr[u] : indptr[u + 1]].tolist()) for u in range(n)]
    for _ in range(rounds):
        order = rng.permutation(n)
        for a, b in zip(order[0::2].tolist(), order[1::2].tolist(), strict=False):
            fixed = set() if loops else {a, b}
            only_a = rows[a] - rows[b] - fixed
            only_b = rows[b] - rows[a] - fixed
            pool = rng.permutation(sorted(only_a | only_b)).astype(int).tolist()
            rows[a] = (rows[a] - only_a) | set(pool[: len(only_a)])
            rows[b] = (rows[b] - only_b) | set(pool[len(only_a) :])
    return np.array([v for row in rows for v in sorted(row)], np.int32)
