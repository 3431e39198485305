"""Trades between sets of neighbours: the law."""

import numpy as np

from neurosparse.typing import Int32, Int64


def shuffle_undirected(indptr: Int64, indices: Int32, rounds: int, seed: int) -> Int32:
    """Pool what one has and the other has not, shuffle, deal out, and tell the neighbours."""
    rng = np.random.default_rng(seed)
    n = len(indptr) - 1
    rows = [set(indices[indptr[u] : indptr[u + 1]].tolist()) for u in range(n)]
    for _ in range(rounds):
        order = rng.permutation(n)
        for a, b in zip(order[0::2].tolist(), order[1::2].tolist(), strict=False):
            only_a = rows[a] - rows[b] - {b}
            only_b = rows[b] - rows[a] - {a}
            pool = rng.permutation(sorted(only_a | only_b)).astype(int).tolist()
            to_a = set(pool[: len(only_a)])
            to_b = set(pool[len(only_a) :])
            for one, old, new in ((a, only_a, to_a), (b, only_b, to_b)):
                rows[one] = (rows[one] - old) | new
                for x in old - new:
                    rows[x].discard(one)
                for x in new - old:
                    rows[x].add(one)
    return np.array([v for row in rows for v in sorted(row)], np.int32)
