"""How central neurons are: PageRank, eigenvector, Katz, closeness, hubs and authorities."""

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from neurosparse.analysis.topology.graph import Graph, graph, igraph_of
from neurosparse.analysis.topology.spectrum import spectral_radius
from neurosparse.checks import share
from neurosparse.errors import unknown_name
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

Centrality = Literal["pagerank", "eigenvector", "katz", "closeness", "hub", "authority"]

# of the largest value: how far what iteration found may be from what it stands for
_CLOSE = 1e-6
_STEPS = 10_000


def centrality(
    connectivity: "Connectivity",
    kind: Centrality,
    *,
    weighted: bool = False,
    damping: float = 0.85,
) -> Float64:
    """Measure how central each neuron is `[n]`; edges run from pre to post, W[u, v] from u to v.

    - pagerank: where a walk is found that follows an edge with probability `damping`, and else
      begins anew anywhere; adds up to 1.
    - eigenvector: x = Wᵀ x / λ of the largest λ: reached by many that are reached by many; NaN
      without cycles.
    - katz: x = α Wᵀ x + 1, α = `damping` / λ, or `damping` without cycles: the walks that end here.
    - closeness: (r / (n - 1)) r / Σ d over the r neurons from which paths of length d lead here.
    - hub, authority: x = W y, y = Wᵀ x but for their scale: hubs send to authorities.

    The largest of eigenvector, katz, hub and authority is 1. What does not converge is NaN.

    Args:
        connectivity: a graph on one set of neurons; self loops are left out.
        kind: one of these.
        weighted: W holds |w|, and a path is as long as its sum of 1 / |w|; else all edges are 1.
        damping: of pagerank and katz, in (0, 1).

    Raises:
        ImportError: igraph is missing.

    Sources: S. Brin, L. Page, Comput. Netw. 30 (1998), doi:10.1016/S0169-7552(98)00110-X;
    P. Bonacich, J. Math. Sociol. 2 (1972), doi:10.1080/0022250X.1972.9989806;
    L. Katz, Psychometrika 18 (1953), doi:10.1007/BF02289026; S. Wasserman, K. Faust, Social Network
    Analysis (1994); J. Kleinberg, J. ACM 46 (1999), doi:10.1145/324133.324140.

    >>> from neurosparse.connectivity import Connectivity
    >>> c = Connectivity.from_edges([0, 1, 2, 3], [2, 2, 3, 2], n_pre=4, n_post=4)
    >>> centrality(c, "pagerank").round(3).tolist(), centrality(c, "authority").round(3).tolist()
    ([0.037, 0.037, 0.479, 0.446], [0.0, 0.0, 1.0, 0.0])
    """
    if kind not in get_args(Centrality):
        raise unknown_name("kind", kind, get_args(Centrality))
    share("damping", damping)
    g = graph(connectivity)
    if not g.n:
        return np.empty(0)
    weight = _weights(g, weighted)
    kept = weight > 0
    pre = g.pre[kept]
    post = g.indices[kept]
    weight = weight[kept]
    if kind == "katz":
        return _katz(g.n, pre, post, weight, damping)
    joined = igraph_of(g.n, pre, post, True)
    strength = weight.tolist()
    if kind == "pagerank":
        return np.array(joined.pagerank(damping=damping, weights=strength))
    if kind == "closeness":
        return _closeness(joined, (1 / weight).tolist())
    matrix = _matrix(g.n, pre, post, weight)
    if kind == "eigenvector":
        return _eigenvector(joined, strength, matrix)
    if kind == "hub":
        hubs = np.array(joined.hub_score(weights=strength))
        return _converged(hubs, matrix @ (matrix.T @ hubs))
    authorities = np.array(joined.authority_score(weights=strength))
    return _converged(authorities, matrix.T @ (matrix @ authorities))


def _weights(g: Graph, weighted: bool) -> Float64:
    if weighted and g.weight is not None:
        return np.abs(g.weight.astype(np.float64))
    return np.ones(g.edges)


def _matrix(n: int, pre: Any, post: Any, weight: Float64) -> Any:
    from scipy.sparse import csr_array

    return csr_array((weight, (pre, post)), (n, n))


def _converged(x: Float64, applied: Float64) -> Float64:
    """`x` with a largest value of 1, if the matrix but stretches it, else NaN."""
    largest = x.max()
    stretch = applied.max() / largest if largest > 0 else 0.0
    if not (
        stretch > 0 and np.abs(applied - stretch * x).max() <= _CLOSE * stretch * largest
    ):
        return np.full(len(x), np.nan)
    scaled: Float64 = x / largest
    return scaled


def _eigenvector(joined: Any, strength: list[float], matrix: Any) -> Float64:
    # igraph warns of it, and gives something
    if joined.is_dag():
        return np.full(joined.vcount(), np.nan)
    x = np.array(joined.eigenvector_centrality(directed=True, weights=strength))
    return _converged(x, matrix.T @ x)


def _closeness(joined: Any, length: list[float]) -> Float64:
    near = np.array(joined.closeness(mode="in", weights=length, normalized=True))
    reaching = np.array(joined.neighborhood_size(order=-1, mode="in")) - 1.0
    near[reaching == 0] = 0.0
    closeness: Float64 = near * reaching / max(joined.vcount() - 1, 1)
    return closeness


def _katz(n: int, pre: Any, post: Any, weight: Float64, damping: float) -> Float64:
    from neurosparse.connectivity import Connectivity

    wires = Connectivity.from_edges(pre, post, n_pre=n, n_post=n, weight=weight)
    radius = spectral_radius(wires)
    alpha = damping / radius if radius > 0 else damping
    back = alpha * _matrix(n, pre, post, weight).T
    x = np.ones(n)
    for _ in range(_STEPS):
        following = back @ x + 1
        # NaN of a radius that is not known ends it too
        if not np.abs(following - x).max() > 1e-14 * following.max():
            break
        x = following
    return x / x.max() if np.isfinite(x).all() else np.full(n, np.nan)
