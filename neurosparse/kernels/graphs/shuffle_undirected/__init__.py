"""Random undirected graphs with the same degrees: pairs of neurons trade neighbours that only one
of them has.

As `kernels.edge_trade`, but a joined pair is one thing: when a gives its neighbour x to b, x's own
list changes from a to b. In one round every neuron trades once. Degrees never change; no edge is
doubled and none becomes a loop.

Source: C. J. Carstens, M. Hamann, U. Meyer, M. Penschuck, H. Tran, D. Wagner, ESA 2018,
arXiv:1804.08487.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Int32 = npt.NDArray[np.int32]


def pair_trade(
    indptr: Int64,
    indices: Int32,
    rounds: int,
    seed: int,
    *,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Int32:
    """Return new `indices` `[nnz]`, ascending per row, of a symmetric CSR without loops, after
    `rounds` rounds.

    `seed` (below 2^63) fixes the outcome, which does not depend on threads. The two backends draw
    from the same distribution with different random numbers.

    >>> import numpy as np
    >>> square = np.array([0, 2, 4, 6, 8]), np.array([1, 3, 0, 2, 1, 3, 0, 2], np.int32)
    >>> np.bincount(pair_trade(*square, 3, seed=1, backend="naive")).tolist()
    [2, 2, 2, 2]
    """
    match backend:
        case "naive":
            from neurosparse.kernels.graphs.shuffle_undirected.naive import pair_trade as run
        case "cpu":
            from neurosparse.kernels.graphs.shuffle_undirected.cpu import pair_trade as run
    return run(indptr, indices, rounds, seed)
