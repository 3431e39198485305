"""Sums over hop distances from chosen neurons, following the edges.

For a source s, over the neurons t ≠ s that it reaches in d(s, t) hops:

    reached = |t|,    total = Σ d,    inverse = Σ 1/d,    farthest = max d

Source of the bit-parallel search: M. Then et al., PVLDB 8 (2014), doi:10.14778/2735496.2735507.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.hop_sums.values import HopSums as HopSums
from neurosparse.typing import Int32, Int64


def hop_sums(
    indptr: Int64,
    indices: Int32,
    sources: Int64,
    backend: Literal["naive", "cpu"] = "cpu",
) -> HopSums:
    """Search a square CSR graph `[n + 1]`, `[nnz]` breadth first from each of `sources` `[k]`.

    >>> import numpy as np
    >>> chain = np.array([0, 1, 2, 2]), np.array([1, 2], np.int32)
    >>> hop_sums(*chain, np.array([0, 2]), backend="naive").total.tolist()
    [3, 0]
    """
    run = implementation(__name__, backend).hop_sums
    return cast(HopSums, run(indptr, indices, sources))
