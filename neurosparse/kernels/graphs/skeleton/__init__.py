"""The undirected skeleton of a directed graph: who is joined to whom, and which way.

Self loops are left out and repeated edges are one. For each neuron its neighbours ascend, each with
a code:

    1: only neuron → neighbour,    2: only neighbour → neuron,    3: both ways
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.skeleton.values import BOTH as BOTH
from neurosparse.kernels.graphs.skeleton.values import IN as IN
from neurosparse.kernels.graphs.skeleton.values import OUT as OUT
from neurosparse.kernels.graphs.skeleton.values import Skeleton as Skeleton
from neurosparse.typing import Float32, Int32, Int64


def skeleton(
    indptr: Int64, indices: Int32, backend: Literal["naive", "cpu"] = "cpu"
) -> Skeleton:
    """Join the out- and in-neighbours of a square CSR graph `[n + 1]`, `[nnz]` with ascending rows.

    >>> import numpy as np
    >>> graph = np.array([0, 1, 2, 2]), np.array([1, 0], np.int32)
    >>> skeleton(*graph, backend="naive").code.tolist()
    [3, 3]
    """
    run = implementation(__name__, backend).skeleton
    return cast(Skeleton, run(indptr, indices))


def both_ways(
    graph: Skeleton,
    indptr: Int64,
    indices: Int32,
    value: Float32,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Float32:
    """Sum x_uv + x_vu of edge values `[nnz]` for each entry of the skeleton, `[2 m]`.

    Doubled edges add.

    >>> import numpy as np
    >>> indptr, indices = np.array([0, 1, 2]), np.array([1, 0], np.int32)
    >>> bones = skeleton(indptr, indices, backend="naive")
    >>> both_ways(bones, indptr, indices, np.array([1, 2], np.float32), backend="naive").tolist()
    [3.0, 3.0]
    """
    run = implementation(__name__, backend).both_ways
    return cast(Float32, run(graph, indptr, indices, value))


def mutual(indptr: Int64, indices: Int32, backend: Literal["naive", "cpu"] = "cpu") -> int:
    """Count the edges that have an edge back.

    The square CSR graph has ascending rows, no loops and no doubled edges.

    >>> import numpy as np
    >>> mutual(np.array([0, 2, 3, 3]), np.array([1, 2, 0], np.int32), backend="naive")
    2
    """
    run = implementation(__name__, backend).mutual
    return cast(int, run(indptr, indices))
