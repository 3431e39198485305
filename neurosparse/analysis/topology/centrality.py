"""How central neurons are: PageRank, eigenvector, Katz, closeness, hubs and authorities."""

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from neurosparse.analysis.topology.extremes import LARGEST, SPARSE
from neurosparse.analysis.topology.graph import Graph, graph, igraph_of
from neurosparse.analysis.topology.principal import principal_vector
from neurosparse.analysis.topology.spectrum import spectral_radius
from neurosparse.checks import share, truth
from neurosparse.errors import unknown_name
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

Centrality = Literal["pagerank", "eigenvector", "katz", "closeness", "hub", "authority"]

_STEPS = 1000
# of the largest value: how far both sides of the equation may be apart
_CLOSE = 1e-9


def centrality(
    connectivity: "Connectivity",
    kind: Centrality,
    *,
    weighted: bool = False,
    damping: float = 0.85,
) -> Float64:
    """Measure how central each neuron is `[n]`; edges run from pre to post, W[u, v] from u to v.

    - pagerank: where a walk is found that follows an edge with probability `damping`, and else
      begins anew anywhere, as where no edge leads on; adds up to 1.
    - eigenvector: x = Wᵀ x / λ of the largest λ: reached by many that are reached by many; NaN
      without cycles, and where several strong parts tie for λ.
    - katz: x = α Wᵀ x + 1, α = `damping` / λ, or `damping` without cycles: the walks that end here.
    - closeness: (r / (n - 1)) r / Σ d over the r neurons from which paths of length d lead here.
    - hub, authority: x = W y, y = Wᵀ x but for their scale: hubs send to authorities; NaN where
      several x do, as on a ring.

    The largest of eigenvector, katz, hub and authority is 1. What does not converge is NaN.

    Args:
        connectivity: a graph on one set of neurons; self loops are left out.
        kind: one of these.
        weighted: W holds |w|, and a path is as long as its sum of 1 / |w|; else all edges are 1.
        damping: of pagerank and katz, in (0, 1).

    Raises:
        ImportError: igraph is missing, for closeness.

    Sources: S. Brin, L. Page, Comput. Netw. 30 (1998), doi:10.1016/S0169-7552(98)00110-X;
    P. Bonacich, J. Math. Sociol. 2 (1972), doi:10.1080/0022250X.1972.9989806;
    L. Katz, Psychometrika 18 (1953), doi:10.1007/BF02289026; S. Wasserman, K. Faust, Social Network
    Analysis (1994); J. Kleinberg, J. ACM 46 (1999), doi:10.1145/324133.324140.

    >>> from neurosparse.connectivity import Connectivity
    >>> c = Connectivity.from_edges([0, 1, 2, 3], [2, 2, 3, 2], n_pre=4, n_post=4)
    >>> centrality(c, "pagerank").round(4).tolist(), centrality(c, "authority").tolist()
    ([0.0375, 0.0375, 0.4797, 0.4453], [0.0, 0.0, 1.0, 0.0])
    """
    truth("weighted", weighted)
    if kind not in get_args(Centrality):
        raise unknown_name("kind", kind, get_args(Centrality))
    share("damping", damping)
    return centrality_of(graph(connectivity), kind, weighted, damping)


def centrality_of(
    g: Graph, kind: Centrality, weighted: bool = False, damping: float = 0.85
) -> Float64:
    """`centrality` of a prepared graph."""
    if not g.n:
        return np.empty(0)
    weight = _weights(g, weighted)
    kept = weight > 0
    pre = g.pre[kept]
    post = g.indices[kept]
    weight = weight[kept]
    if kind == "closeness":
        return _closeness(igraph_of(g.n, pre, post, True), (1 / weight).tolist())
    matrix = _matrix(g.n, pre, post, weight)
    if kind == "pagerank":
        return _pagerank(matrix, damping)
    if kind == "katz":
        return _katz(matrix, damping)
    if kind == "eigenvector":
        return principal_vector(matrix.T.tocsr())
    hubs, authorities = _hubs(matrix)
    return hubs if kind == "hub" else authorities


def _weights(g: Graph, weighted: bool) -> Float64:
    if weighted and g.weight is not None:
        return np.abs(g.weight.astype(np.float64))
    return np.ones(g.edges)


def _matrix(n: int, pre: Any, post: Any, weight: Float64) -> Any:
    from scipy.sparse import csr_array

    return csr_array((weight, (pre, post)), (n, n))


def _pagerank(matrix: Any, damping: float) -> Float64:
    from scipy.sparse import diags_array

    sent = matrix.sum(axis=1)
    share = np.divide(damping, sent, out=np.zeros(len(sent)), where=sent > 0)
    # walks that end begin anew like all others, which changes nothing but the scale
    x = _summed_walks((diags_array(share) @ matrix).T.tocsr())
    scaled: Float64 = x / x.sum()
    return scaled


def _hubs(matrix: Any) -> tuple[Float64, Float64]:
    from scipy.sparse import block_array

    # both sides of all edges are one graph, which each edge crosses both ways
    both = principal_vector(block_array([[None, matrix], [matrix.T, None]]).tocsr())
    hubs, authorities = np.split(both, 2)
    return hubs / hubs.max(), authorities / authorities.max()


def _closeness(joined: Any, length: list[float]) -> Float64:
    near = np.array(joined.closeness(mode="in", weights=length, normalized=True))
    reaching = np.array(joined.neighborhood_size(order=joined.vcount(), mode="in")) - 1.0
    near[reaching == 0] = 0.0
    closeness: Float64 = near * reaching / max(joined.vcount() - 1, 1)
    return closeness


def _katz(matrix: Any, damping: float) -> Float64:
    from neurosparse.connectivity import Connectivity

    radius = spectral_radius(Connectivity.from_scipy(matrix))
    alpha = damping / radius if radius > 0 else damping
    if not np.isfinite(radius):
        return np.full(matrix.shape[0], np.nan)
    x = _summed_walks(alpha * matrix.T.tocsr())
    scaled: Float64 = x / x.max()
    return scaled


def _summed_walks(back: Any) -> Float64:
    """x = B x + 1, step by step, or at once where steps are slow; NaN where neither ends."""
    n = back.shape[0]
    x: Float64 = np.ones(n)
    for _ in range(_STEPS):
        following = back @ x + 1
        change = np.abs(following - x).max()
        x = following
        if change <= 1e-14 * x.max():
            return x
    if n > LARGEST and back.nnz > SPARSE * n:
        return np.full(n, np.nan)
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    x = np.asarray(splu((eye_array(n) - back).tocsc()).solve(np.ones(n)), np.float64)
    off = np.abs(back @ x + 1 - x).max()
    if not off <= _CLOSE * np.abs(x).max():
        return np.full(n, np.nan)
    return x
