"""Which way a graph runs: trophic levels, and the edges that run backward."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.graph import Graph, graph
from neurosparse.kernels.graphs.feedback_order import feedback_order
from neurosparse.typing import Bool, Float64, Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class TrophicLevels(NamedTuple):
    """Level of each neuron `[n]`, 0 the lowest of its component; how incoherent the graph is.

    `incoherence` is 0 where every edge rises by one level, 1 where none rises in the mean.
    """

    levels: Float64
    incoherence: float


class FeedbackArcs(NamedTuple):
    """An order of the neurons `[n]`, and the edges that run backward in it.

    `backward` `[nnz]` marks synapses; without them the graph has no cycle but self loops, which are
    not marked. `share` is theirs of all |w| (self loops aside): an upper bound of what the best
    order has.
    """

    order: Int64
    backward: Bool
    share: float


def trophic_levels(connectivity: "Connectivity") -> TrophicLevels:
    """Give every neuron a level so that edges rise by one as nearly as they can.

        minimise Σ |w_uv| (h_v - h_u - 1)²,    incoherence = that minimum / Σ |w_uv|

    Args:
        connectivity: a graph on one set of neurons; self loops are left out.

    Source: R. S. MacKay, S. Johnson, B. Sansom, R. Soc. Open Sci. 7 (2020),
    doi:10.1098/rsos.201138.

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = Connectivity.from_edges([0, 1], [1, 2], n_pre=3, n_post=3)
    >>> levels = trophic_levels(chain)
    >>> levels.levels.round(9).tolist(), round(levels.incoherence, 9)
    ([0.0, 1.0, 2.0], 0.0)
    """
    g = graph(connectivity)
    weight = _sizes(g, connectivity)
    levels = _solved(g, weight)
    step = levels[g.indices] - levels[g.pre] - 1.0
    total = weight.sum()
    incoherence = float((weight * step**2).sum() / total) if total else float("nan")
    return TrophicLevels(levels, incoherence)


def _solved(g: Graph, weight: Float64) -> Float64:
    """Solve (diag(in + out) - W - Wᵀ) h = in - out, each component from 0."""
    from scipy.sparse import csr_array, diags_array
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import cg

    if g.n == 0:
        return np.zeros(0)
    used = weight > 0
    table = csr_array((weight[used], (g.pre[used], g.indices[used])), shape=(g.n, g.n))
    both = table + table.T
    sent = np.asarray(table.sum(axis=1))
    received = np.asarray(table.sum(axis=0))
    degree = sent + received
    # scaled, so that strong and weak neurons are solved alike
    scale = 1.0 / np.sqrt(np.where(degree > 0, degree, 1.0))
    laplacian = diags_array(scale) @ (diags_array(degree) - both) @ diags_array(scale)
    solution, _ = cg(
        laplacian, scale * (received - sent), rtol=1e-11, maxiter=20 * g.n + 100
    )
    levels = scale * solution
    count, member = connected_components(both, directed=False)
    lowest = np.full(count, np.inf)
    np.minimum.at(lowest, member, levels)
    return np.asarray(levels - lowest[member])


def feedback_arcs(connectivity: "Connectivity") -> FeedbackArcs:
    """Order the neurons so that little weight runs backward, by the heuristic of Eades, Lin, Smyth.

    The least such set is NP-hard to find; this one takes O(nnz log nnz).

    Args:
        connectivity: a graph on one set of neurons; |w| is what an edge weighs.

    Source: P. Eades, X. Lin, W. F. Smyth, Inf. Process. Lett. 47 (1993),
    doi:10.1016/0020-0190(93)90079-O; with weights in place of degrees.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3, weight=[1.0, 3, 2])
    >>> arcs = feedback_arcs(ring)
    >>> arcs.order.tolist(), arcs.backward.tolist(), round(arcs.share, 3)
    ([1, 2, 0], [True, False, False], 0.167)
    """
    g = graph(connectivity)
    weight = _sizes(g, connectivity)
    order = feedback_order(g.indptr, g.indices, weight)
    rank = np.empty(g.n, np.int64)
    rank[order] = np.arange(g.n)
    total = weight.sum()
    back = weight[rank[g.pre] > rank[g.indices]].sum()
    pre, post = connectivity.edges()
    share = float(back / total) if total else float("nan")
    return FeedbackArcs(order, rank[pre] > rank[post], share)


def _sizes(g: Graph, connectivity: "Connectivity") -> Float64:
    """|w| of each edge `[edges]`."""
    if g.weight is None:
        return np.full(g.edges, abs(float(connectivity.weight)))
    return np.abs(g.weight).astype(np.float64)
