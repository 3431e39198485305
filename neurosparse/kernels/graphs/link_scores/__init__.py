"""Cannistraci-Hebb scores of unconnected pairs of a bipartite graph, from paths of length three.

Shapes: support CSR by presynaptic neuron, `indptr` int64 `[n_pre + 1]`, `indices` int32 `[nnz]`,
and its transpose `columns` int64 `[n_post + 1]`, `pre` int32 `[nnz]`; scores float64
`[last - first, n_post]`.
"""

from typing import Literal, cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array


def ch3_l3p(
    indptr: Array,
    indices: Array,
    columns: Array,
    pre: Array,
    first: int,
    last: int,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Array:
    """Score rows first..last: `S[u, v] = Σ over paths u-z1-z2-v of 1/√((1 + e(z1))(1 + e(z2)))`.

    e(z) is the number of z's links that lead away from the path's local community: its degree
    without the link to the seed and without links to nodes on other such paths of (u, v). Connected
    pairs score 0.

    Source: Zhang et al. 2025, arXiv 2501.19107 (CH3-L3p).

    >>> from neurosparse.connectivity import Connectivity
    >>> c = Connectivity.from_dense([[1, 1], [1, 0]])
    >>> view = c.by_post()
    >>> ch3_l3p(c.indptr, c.indices, view.indptr, view.pre_indices, 0, 2).tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    starts = np.ascontiguousarray(indptr)
    indices = np.ascontiguousarray(indices)
    columns = np.ascontiguousarray(columns)
    pre = np.ascontiguousarray(pre)
    run = implementation(__name__, backend).ch3_l3p
    return cast(Array, run(starts, indices, columns, pre, first, last))
