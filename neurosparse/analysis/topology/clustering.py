"""Clustering and transitivity, directed or not, weighted or not.

With d the neighbours over both directions, b those joined both ways, and S_u the sum over triangles
of products of the values x_uv + x_vu:

    directed:    C_u = S_u / (d (d - 1) - 2 b)          undirected:  C_u = 2 S_u / (k (k - 1))

where x is 1 for an edge, or (|w| / max |w|)^(1/3) when weighted.

Sources: G. Fagiolo, Phys. Rev. E 76 (2007), doi:10.1103/PhysRevE.76.026107;
J.-P. Onnela et al., Phys. Rev. E 71 (2005), doi:10.1103/PhysRevE.71.065103.
"""

from typing import TYPE_CHECKING

import numpy as np

from neurosparse.analysis.topology.graph import Graph, graph
from neurosparse.checks import truth
from neurosparse.kernels.graphs.skeleton import BOTH
from neurosparse.kernels.graphs.triangles import triangle_counts, triangles
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


def clustering(
    connectivity: "Connectivity", *, directed: bool = True, weighted: bool = False
) -> Float64:
    """Clustering coefficient of every neuron `[n]`; 0 with fewer than two neighbours.

    Self loops are left out. Weights enter by their size: the sign of an inhibitory synapse is
    ignored and a zero weight makes its triangles worth 0. Undirected means: joined either way; the
    weights of both ways are then averaged, so that a symmetric graph has the clustering of its
    undirected twin.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3)
    >>> clustering(ring).tolist(), clustering(ring, directed=False).tolist()
    ([0.5, 0.5, 0.5], [1.0, 1.0, 1.0])
    """
    truth("directed", directed)
    truth("weighted", weighted)
    g = graph(connectivity)
    if directed and not weighted:
        return clustering_of(g)
    sums = (
        _weighted(g, directed) if weighted else triangle_counts(g.bones).astype(np.float64)
    )
    return _over(sums, _directed_pairs(g) if directed else _pairs(g))


def clustering_of(g: Graph) -> Float64:
    """Directed unweighted clustering of a prepared graph."""
    return _over(g.corners.products, _directed_pairs(g))


def transitivity(connectivity: "Connectivity", *, directed: bool = False) -> float:
    """Share of connected triples that are closed, over the whole graph; 0 where there is no triple.

    >>> from neurosparse.connectivity import Connectivity
    >>> fan = Connectivity.from_edges([0, 1, 2, 0], [1, 2, 0, 3], n_pre=4, n_post=4)
    >>> transitivity(fan)
    0.6
    """
    truth("directed", directed)
    g = graph(connectivity)
    if directed:
        return transitivity_of(g, True)
    # counts alone are cheaper than the products of `corners`
    return _closed(g, triangle_counts(g.bones).astype(np.float64))


def transitivity_of(g: Graph, directed: bool = False) -> float:
    """`transitivity` of a prepared graph."""
    sums = g.corners.products if directed else g.corners.counts.astype(np.float64)
    return _closed(g, sums, directed)


def _closed(g: Graph, sums: Float64, directed: bool = False) -> float:
    pairs = _directed_pairs(g) if directed else _pairs(g)
    return float(sums.sum() / pairs.sum()) if pairs.any() else 0.0


def _weighted(g: Graph, directed: bool) -> Float64:
    """Sums over triangles of the products of values, per neuron."""
    size = np.ones(g.edges, np.float32) if g.weight is None else np.abs(g.weight)
    size = (size / (size.max(initial=0.0) or 1.0)).astype(np.float32)
    if directed:
        return triangles(g.bones, g.values(np.cbrt(size))).products
    ways = np.where(g.bones.code == BOTH, 2, 1)
    return triangles(g.bones, np.cbrt(g.values(size) / ways).astype(np.float32)).products


def _directed_pairs(g: Graph) -> Float64:
    both = g.codes[2]
    total = g.out_degree + g.in_degree
    return np.asarray(total * (total - 1) - 2 * both, np.float64)


def _pairs(g: Graph) -> Float64:
    k = np.diff(g.bones.indptr)
    return np.asarray(k * (k - 1) / 2.0, np.float64)


def _over(sums: Float64, pairs: Float64) -> Float64:
    return np.divide(sums, pairs, out=np.zeros_like(pairs), where=pairs > 0)
