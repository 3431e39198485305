"""CH3-L3p, the law: for each pair the sets of neighbours on paths, as the definition says."""

import numpy as np

from neurosparse.typing import Array


def ch3_l3p(
    indptr: Array, indices: Array, columns: Array, pre: Array, first: int, last: int
) -> Array:
    """Score rows first..last."""
    n_pre = len(indptr) - 1
    n_post = len(columns) - 1
    after = [set(indices[indptr[u] : indptr[u + 1]].tolist()) for u in range(n_pre)]
    before = [set(pre[columns[v] : columns[v + 1]].tolist()) for v in range(n_post)]
    scores = np.zeros((last - first, n_post))
    for u in range(first, last):
        for v in set(range(n_post)) - after[u]:
            paths = [(z1, z2) for z1 in after[u] for z2 in before[v] if z1 in after[z2]]
            left = {z1 for z1, _ in paths}
            right = {z2 for _, z2 in paths}
            for z1, z2 in paths:
                away1 = len(before[z1] - right - {u})
                away2 = len(after[z2] - left - {v})
                scores[u - first, v] += 1 / np.sqrt((1 + away1) * (1 + away2))
    return scores
