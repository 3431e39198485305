"""Directed cliques (simplices): ordered neurons of which each projects to all that follow.

A k-simplex is (v_0, …, v_k) with an edge v_i → v_j for all i < j. Neurons joined both ways can
stand in several orders, and each order counts.

Source: M. W. Reimann et al., Front. Comput. Neurosci. 11 (2017), doi:10.3389/fncom.2017.00048.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Int32, Int64


def directed_cliques(
    indptr: Int64,
    indices: Int32,
    dimension: int,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Int64:
    """Count the k-simplices that each neuron is one of, k = 0 … dimension `[n, dimension + 1]`.

    Rows ascend and hold neither a target twice nor the neuron itself. A column adds up to (k + 1)
    times the simplices there are.

    >>> import numpy as np
    >>> indptr, indices = np.array([0, 2, 3, 3]), np.array([1, 2, 2], np.int32)
    >>> directed_cliques(indptr, indices, 2, backend="naive").tolist()
    [[1, 2, 1], [1, 2, 1], [1, 2, 1]]
    """
    run = implementation(__name__, backend).directed_cliques
    return cast(Int64, run(indptr, indices, dimension))
