"""CH3-L3p with Numba: one walk over the paths of each row, O(number of paths), two rows of scratch.

For an unconnected pair (u, v) the nodes on paths next to z1 are exactly the common neighbours of z1
and v, so 1 + e(z1) = degree(z1) - common(z1, v), and likewise for z2 and u.
"""

import numpy as np
from numba import njit

from neurosparse.typing import Array


@njit(cache=True, nogil=True)
def ch3_l3p(
    indptr: Array, indices: Array, columns: Array, pre: Array, first: int, last: int
) -> Array:
    """Score rows first..last."""
    n_pre = len(indptr) - 1
    n_post = len(columns) - 1
    scores = np.zeros((last - first, n_post))
    common_pre = np.zeros(n_pre, np.int64)
    weight = np.zeros(n_post)
    common_post = np.zeros(n_post, np.int64)
    for u in range(first, last):
        common_pre[:] = 0
        for a in range(indptr[u], indptr[u + 1]):
            z1 = indices[a]
            for b in range(columns[z1], columns[z1 + 1]):
                common_pre[pre[b]] += 1
        for a in range(indptr[u], indptr[u + 1]):
            z1 = indices[a]
            weight[:] = 0
            common_post[:] = 0
            for b in range(columns[z1], columns[z1 + 1]):
                z2 = pre[b]
                # a node all of whose links are common with u leads to no unconnected v
                away = max(indptr[z2 + 1] - indptr[z2] - common_pre[z2], 1)
                part = 1 / np.sqrt(away)
                for c in range(indptr[z2], indptr[z2 + 1]):
                    weight[indices[c]] += part
                    common_post[indices[c]] += 1
            degree = columns[z1 + 1] - columns[z1]
            for v in range(n_post):
                if weight[v] > 0:
                    scores[u - first, v] += weight[v] / np.sqrt(
                        max(degree - common_post[v], 1)
                    )
        for a in range(indptr[u], indptr[u + 1]):
            scores[u - first, indices[a]] = 0
    return scores
