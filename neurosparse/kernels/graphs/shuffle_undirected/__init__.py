"""Random undirected graphs with the same degrees: pairs of neurons trade neighbours.

As `shuffle_directed`, but a joined pair is one thing: when a gives its neighbour x to b, x's own
list changes from a to b. In one round every neuron trades once. Degrees never change; no edge is
doubled and none becomes a loop.

Source: C. J. Carstens, M. Hamann, U. Meyer, M. Penschuck, H. Tran, D. Wagner, ESA 2018,
arXiv:1804.08487.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Int32, Int64


def shuffle_undirected(
    indptr: Int64,
    indices: Int32,
    rounds: int,
    seed: int,
    *,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Int32:
    """Return new `indices` `[nnz]` of a symmetric CSR without loops, after so many rounds.

    Rows ascend.
    `seed` (below 2^63) fixes the outcome, which does not depend on threads. The two backends draw
    from the same distribution with different random numbers.

    >>> import numpy as np
    >>> square = np.array([0, 2, 4, 6, 8]), np.array([1, 3, 0, 2, 1, 3, 0, 2], np.int32)
    >>> np.bincount(shuffle_undirected(*square, 3, seed=1, backend="naive")).tolist()
    [2, 2, 2, 2]
    """
    run = implementation(__name__, backend).shuffle_undirected
    return cast(Int32, run(indptr, indices, rounds, seed))
