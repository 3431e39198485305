"""Degrees, strengths, reciprocity and the correlations of degrees along edges."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.graph import Graph, as_connectivity, graph
from neurosparse.kernels.graphs.skeleton import mutual
from neurosparse.typing import Float64, Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class Degrees(NamedTuple):
    """Synapses and summed weights per neuron: outgoing `[n_pre]`, incoming `[n_post]`."""

    outgoing: Int64
    incoming: Int64
    out_strength: Float64
    in_strength: Float64


def degrees(connectivity: "Connectivity") -> Degrees:
    """Count synapses and add weights on both sides; also for graphs between two populations.

    Self loops and repeated pairs count as they are stored, negative weights with their sign.

    >>> from neurosparse.connectivity import Connectivity
    >>> fan = Connectivity.from_edges([0, 0], [0, 1], n_pre=1, n_post=2, weight=[2, -1])
    >>> degrees(fan).outgoing.tolist(), degrees(fan).in_strength.tolist()
    ([2], [2.0, -1.0])
    """
    pre, post = as_connectivity(connectivity).edges()
    weight = connectivity.weights_array().astype(np.float64)
    return Degrees(
        np.asarray(connectivity.out_degree),
        np.asarray(connectivity.in_degree),
        np.asarray(np.bincount(pre, weight, minlength=connectivity.n_pre), np.float64),
        np.asarray(np.bincount(post, weight, minlength=connectivity.n_post), np.float64),
    )


def reciprocity(connectivity: "Connectivity") -> float:
    """Share of edges that have an edge back; self loops are left out, NaN without edges.

    >>> from neurosparse.connectivity import Connectivity
    >>> round(reciprocity(Connectivity.from_edges([0, 1, 0], [1, 0, 2], n_pre=3, n_post=3)), 3)
    0.667
    """
    g = graph(connectivity)
    return mutual(g.indptr, g.indices) / g.edges if g.edges else float("nan")


def reciprocity_of(g: Graph) -> float:
    """`reciprocity` of a prepared graph whose skeleton is needed anyway."""
    return float(g.codes[2].sum() / g.edges) if g.edges else float("nan")


class Assortativity(NamedTuple):
    """Correlation along edges of the source's degree (first word) with the target's (second)."""

    out_in: float
    in_out: float
    out_out: float
    in_in: float


def assortativity(connectivity: "Connectivity") -> Assortativity:
    """Pearson correlation of degrees over the edges; NaN where one side does not vary.

    Isolated neurons have no edge and do not count; self loops are left out.

    Source: J. G. Foster et al., PNAS 107 (2010), doi:10.1073/pnas.0912671107.

    >>> from neurosparse.connectivity import Connectivity
    >>> star = Connectivity.from_edges([0, 0, 1], [1, 2, 2], n_pre=3, n_post=3)
    >>> round(assortativity(star).out_in, 3)
    -0.5
    """
    return assortativity_of(graph(connectivity))


def assortativity_of(g: Graph) -> Assortativity:
    """`assortativity` of a prepared graph."""
    outgoing = g.out_degree
    incoming = g.in_degree
    return Assortativity(
        out_in=pearson(outgoing[g.pre], incoming[g.indices]),
        in_out=pearson(incoming[g.pre], outgoing[g.indices]),
        out_out=pearson(outgoing[g.pre], outgoing[g.indices]),
        in_in=pearson(incoming[g.pre], incoming[g.indices]),
    )


def pearson(x: Int64, y: Int64) -> float:
    """Correlation of two lists `[k]`; NaN where one does not vary.

    >>> pearson(np.array([1, 2, 3]), np.array([2, 4, 6]))
    1.0
    """
    if len(x) == 0 or x.min() == x.max() or y.min() == y.max():
        return float("nan")
    left = x - x.mean()
    right = y - y.mean()
    return float(left @ right / np.sqrt((left @ left) * (right @ right)))
