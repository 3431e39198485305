"""What the measures read: a square simple graph, prepared once and shared."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.errors import bad_argument, bad_type, missing_extra
from neurosparse.kernels.graphs.skeleton import BOTH, IN, OUT, Skeleton, both_ways, skeleton
from neurosparse.kernels.graphs.triangles import Triangles, triangles
from neurosparse.typing import Bool, Float32, Int32, Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class Graph:
    """A simple directed graph and what is derived from it, each part built when first asked for.

    Self loops are gone and several synapses of a pair are one edge with their summed weight.

    Args:
        indptr: where each neuron's targets begin `[n + 1]`.
        indices: targets `[edges]`.
        weight: of each edge `[edges]`; None where all weights are equal.
    """

    def __init__(
        self, indptr: Int64, indices: Int32, weight: Float32 | None = None
    ) -> None:
        self.indptr = indptr
        self.indices = indices
        self.weight = weight
        self.n = len(indptr) - 1
        self.edges = len(indices)

    @cached_property
    def pre(self) -> Int32:
        """Presynaptic neuron of each edge `[edges]`."""
        return np.repeat(np.arange(self.n, dtype=np.int32), np.diff(self.indptr))

    @cached_property
    def out_degree(self) -> Int64:
        """Targets of each neuron `[n]`."""
        return np.diff(self.indptr)

    @cached_property
    def in_degree(self) -> Int64:
        """Sources of each neuron `[n]`."""
        return np.bincount(self.indices, minlength=self.n).astype(np.int64)

    @cached_property
    def bones(self) -> Skeleton:
        """The undirected skeleton."""
        return skeleton(self.indptr, self.indices)

    @cached_property
    def codes(self) -> Int64:
        """Neighbours of each neuron by kind `[3, n]`: only out, only in, both ways."""
        row = np.repeat(np.arange(self.n), np.diff(self.bones.indptr))
        kinds = [
            np.bincount(row[self.bones.code == code], minlength=self.n)
            for code in (OUT, IN, BOTH)
        ]
        return np.array(kinds, np.int64).reshape(3, self.n)

    @cached_property
    def symmetric(self) -> bool:
        """Whether every edge has its way back, which makes the graph an undirected one.

        A graph without edges is not symmetric.
        """
        return self.edges > 0 and bool((self.bones.code == BOTH).all())

    @cached_property
    def corners(self) -> Triangles:
        """Triangles with the number of directions (1 or 2) as value of a joined pair."""
        ways = np.where(self.bones.code == BOTH, 2, 1).astype(np.float32)
        return triangles(self.bones, ways)

    def values(self, value: Float32) -> Float32:
        """Edge values `[edges]` added over both directions for each entry of the skeleton."""
        return both_ways(self.bones, self.indptr, self.indices, value)

    def pairs(self) -> tuple[Int64, Int64, Bool]:
        """Both neurons of each joined pair `[m]`, each pair once, and its entry of the skeleton."""
        row = np.repeat(np.arange(self.n), np.diff(self.bones.indptr))
        once = row < self.bones.neighbours
        return row[once], self.bones.neighbours[once].astype(np.int64), once

    def rewired(self, indices: Int32) -> "Graph":
        """The same rows with other targets; weights stay with the presynaptic neuron."""
        return Graph(self.indptr, indices, self.weight)


def graph(connectivity: "Connectivity") -> Graph:
    """Prepare a square connectivity: self loops out, several synapses of a pair added.

    >>> from neurosparse.connectivity import Connectivity
    >>> pairs = Connectivity.from_edges([0, 0, 1], [0, 1, 0], n_pre=2, n_post=2)
    >>> graph(pairs).edges
    2
    """
    check_square(connectivity)
    indptr = connectivity.indptr
    indices = connectivity.indices
    weight = None if np.ndim(connectivity.weight) == 0 else connectivity.weights_array()
    pre, post = connectivity.edges()
    first = first_of_pair(pre, post)
    edge = first & (pre != post)
    if edge.all():
        return Graph(indptr, indices, weight)
    if not first.all():
        # what several synapses add up to is no longer the same for every pair
        pair = np.cumsum(first) - 1
        sums = np.bincount(pair, connectivity.weights_array(), minlength=int(first.sum()))
        weight = sums.astype(np.float32)[pair]
    size = np.bincount(pre[edge], minlength=connectivity.n_pre)
    pointers = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    return Graph(pointers, indices[edge], None if weight is None else weight[edge])


def first_of_pair(pre: Int32, post: Int32) -> Bool:
    """Mark the first of the synapses of each pair `[nnz]`, for synapses in row order.

    >>> first_of_pair(np.array([0, 0, 1]), np.array([2, 2, 2])).tolist()
    [True, False, True]
    """
    first = np.ones(len(post), bool)
    first[1:] = (pre[1:] != pre[:-1]) | (post[1:] != post[:-1])
    return first


def as_connectivity(connectivity: "Connectivity") -> "Connectivity":
    """Return a connectivity; graphs and matrices of others are one call away from one.

    Raises:
        TypeError: anything else.
    """
    if not hasattr(connectivity, "n_post"):
        makers = (
            "Connectivity.from_networkx, from_igraph, from_scipy, from_dense or from_edges"
        )
        raise bad_type(
            "connectivity", connectivity, "a Connectivity", f"make one with {makers}"
        )
    return connectivity


def check_square(connectivity: "Connectivity") -> None:
    """Refuse a graph between two populations, where neurons are not both sources and targets."""
    as_connectivity(connectivity)
    if connectivity.n_pre != connectivity.n_post:
        expected = "as many presynaptic as postsynaptic neurons"
        remedy = "for one population write n_pre=n_post=N; "
        remedy += "measure layers with describe or layer_chain"
        raise bad_argument("connectivity", connectivity.shape, expected, remedy)


def igraph_of(n: int, pre: Any, post: Any, directed: bool) -> Any:
    """A graph of igraph with these edges, or an error that names the extra that brings it."""
    try:
        import igraph
    except ImportError:
        raise missing_extra("igraph", "graph") from None
    # a zip of lists is read four times faster than an array
    return igraph.Graph(
        n=n, edges=zip(pre.tolist(), post.tolist(), strict=True), directed=directed
    )
