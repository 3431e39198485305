"""Hubs and layers of importance: rich club, cores, betweenness, participation."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.communities import labels_of
from neurosparse.analysis.topology.graph import Graph, graph, igraph_of
from neurosparse.analysis.topology.nulls import null_graphs
from neurosparse.checks import generator as generator_of
from neurosparse.checks import whole_number
from neurosparse.typing import Bool, Float64, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class RichClub(NamedTuple):
    """Density φ among neurons of total degree above k = 0 … `[kmax]`, and what chance gives.

    `phi`, `null_mean`, `null_sd` and `ratio` = φ / null mean; NaN where fewer than two neurons are
    left.
    """

    phi: Float64
    null_mean: Float64
    null_sd: Float64
    ratio: Float64


def rich_club(
    connectivity: "Connectivity",
    nulls: int = 20,
    rng: Seed = None,
    *,
    rounds: int | None = None,
) -> RichClub:
    """Rich-club curve over total degree (in + out) against degree-preserving nulls.

        φ(k) = E_k / (N_k (N_k - 1)),    E_k edges among the N_k neurons of total degree above k

    Self loops are left out.

    Args:
        connectivity: a graph on one set of neurons.
        nulls: random graphs to compare with.
        rng: of these.
        rounds: of trades by which each null forgets the graph; None takes enough, as in
            `degree_preserving_null`.

    Source: V. Colizza et al., Nat. Phys. 2 (2006), doi:10.1038/nphys209.

    >>> from neurosparse.connectivity import Connectivity
    >>> star = Connectivity.from_edges([0, 1, 0, 2], [1, 0, 2, 0], n_pre=3, n_post=3)
    >>> rich_club(star, nulls=2, rng=0).phi[:2].round(3).tolist()
    [0.667, 0.667]
    """
    whole_number("nulls", nulls)
    g = graph(connectivity)
    phi = rich_club_of(g)
    unknown = np.full(len(phi), np.nan)
    if nulls == 0:
        return RichClub(phi, unknown, unknown, unknown)
    curves = [rich_club_of(null) for null in null_graphs(g, nulls, rng, rounds)]
    null_phi = np.array(curves).reshape(nulls, len(phi))
    mean = null_phi.mean(axis=0)
    spread = null_phi.std(axis=0, ddof=1) if nulls > 1 else unknown
    ratio = np.divide(phi, mean, out=unknown.copy(), where=mean > 0)
    return RichClub(phi, mean, spread, ratio)


def rich_club_of(g: Graph) -> Float64:
    """φ(k) of a prepared graph for k = 0 … largest total degree - 1."""
    degree = g.out_degree + g.in_degree
    most = int(degree.max(initial=0))
    # above k are the neurons, and the edges whose smaller end is, beyond the running count
    neurons = g.n - np.cumsum(np.bincount(degree, minlength=most + 1))[:most]
    smaller = np.minimum(degree[g.pre], degree[g.indices])
    inside = g.edges - np.cumsum(np.bincount(smaller, minlength=most + 1))[:most]
    places = neurons * (neurons - 1.0)
    phi: Float64 = np.divide(inside, places, out=np.full(most, np.nan), where=places > 0)
    return phi


def rich_share_of(g: Graph, share: float = 0.1) -> float:
    """Density among the `share` of neurons with most synapses (ties included), as one number."""
    degree = g.out_degree + g.in_degree
    if g.n < 2:
        return float("nan")
    least = np.sort(degree)[-max(2, round(share * g.n))]
    inside = np.count_nonzero((degree[g.pre] >= least) & (degree[g.indices] >= least))
    rich = np.count_nonzero(degree >= least)
    return float(inside / (rich * (rich - 1.0)))


def core_numbers(connectivity: "Connectivity") -> Int64:
    """Core number `[n]`: the largest k whose k-core the neuron is in.

    All neurons of a k-core have k neighbours or more in it. Directions and repeated pairs do not
    matter; isolated neurons have 0.

    Source: S. B. Seidman, Soc. Netw. 5 (1983), doi:10.1016/0378-8733(83)90028-X.

    >>> from neurosparse.connectivity import Connectivity
    >>> kite = Connectivity.from_edges([0, 1, 2, 2], [1, 2, 0, 3], n_pre=4, n_post=4)
    >>> core_numbers(kite).tolist()
    [2, 2, 2, 1]
    """
    g = graph(connectivity)
    one, other, _ = g.pairs()
    return np.array(igraph_of(g.n, one, other, False).coreness(), np.int64)


class CorePeriphery(NamedTuple):
    """Whether each neuron is in the core `[n]`, the core's size, and the fit (1: an ideal core)."""

    core: Bool
    size: int
    fit: float


def core_periphery(connectivity: "Connectivity") -> CorePeriphery:
    """Split into a core, the neurons of high degree, and a periphery without edges inside.

    The fit is the correlation of the undirected graph with the pattern "joined if either is in the
    core", at the core size that maximises it; NaN (and no core) when no edge or every edge exists.

    Sources: S. P. Borgatti, M. G. Everett, Soc. Netw. 21 (2000), doi:10.1016/S0378-8733(99)00019-2;
    the search over degrees after S. Z. W. Lip (2011), arXiv:1102.5511.

    >>> from neurosparse.connectivity import Connectivity
    >>> core_periphery(Connectivity.from_edges([0, 0, 0], [1, 2, 3], n_pre=4, n_post=4))
    CorePeriphery(core=array([ True, False, False, False]), size=1, fit=1.0)
    """
    return core_periphery_of(graph(connectivity))


def core_periphery_of(g: Graph) -> CorePeriphery:
    """`core_periphery` of a prepared graph."""
    n = g.n
    m = len(g.bones.neighbours) // 2
    pairs = n * (n - 1) / 2
    if m == 0 or m == pairs:
        return CorePeriphery(np.zeros(n, bool), 0, float("nan"))
    rank = np.empty(n, np.int64)
    rank[np.argsort(-np.diff(g.bones.indptr), kind="stable")] = np.arange(n)
    one, other, _ = g.pairs()
    # a core of size k touches every edge whose better end has rank < k
    better = np.minimum(rank[one], rank[other])
    touched = np.cumsum(np.bincount(better, minlength=n))[: n - 2].astype(np.float64)
    k = np.arange(1, n - 1, dtype=np.float64)
    ideal = pairs - (n - k) * (n - k - 1) / 2
    fit = (touched * pairs - m * ideal) / np.sqrt(m * (pairs - m) * ideal * (pairs - ideal))
    size = int(np.argmax(fit)) + 1
    return CorePeriphery(rank < size, size, float(fit[size - 1]))


def betweenness(
    connectivity: "Connectivity", sources: int | None = None, rng: Seed = None
) -> Float64:
    """How many shortest directed paths pass each neuron `[n]`, ends not counted.

    With `sources` only paths from that many drawn neurons are followed and the sums scaled by
    n / sources, which is unbiased; without, the result is exact and costs O(n edges).

    Sources: U. Brandes, J. Math. Sociol. 25 (2001), doi:10.1080/0022250X.2001.9990249;
    U. Brandes, C. Pich, Int. J. Bifurc. Chaos 17 (2007), doi:10.1142/S0218127407018403.

    >>> from neurosparse.connectivity import Connectivity
    >>> betweenness(Connectivity.from_edges([0, 1], [1, 2], n_pre=3, n_post=3)).tolist()
    [0.0, 1.0, 0.0]
    """
    drawing = generator_of(rng)
    if sources is not None:
        whole_number("sources", sources, 1)
    g = graph(connectivity)
    joined = igraph_of(g.n, g.pre, g.indices, True)
    if sources is None or sources >= g.n:
        return np.array(joined.betweenness(), np.float64)
    chosen = drawing.choice(g.n, sources, replace=False).tolist()
    return np.array(joined.betweenness(sources=chosen), np.float64) * (g.n / sources)


class NodeRoles(NamedTuple):
    """Per neuron `[n]`: participation in foreign communities (0 … 1), degree z-score in its own."""

    participation: Float64
    within: Float64


def node_roles(connectivity: "Connectivity", labels: npt.ArrayLike) -> NodeRoles:
    """Participation and within-module degree of each neuron, for a division `labels` `[n]`.

        P_u = 1 - Σ_c (k_uc / k_u)²,    z_u = (k_uc - mean) / deviation over the own community c

    k counts undirected neighbours. Isolated neurons have P = 0; z is 0 where a community's degrees
    are all alike.

    Source: R. Guimerà, L. A. N. Amaral, Nature 433 (2005), doi:10.1038/nature03288.

    >>> from neurosparse.connectivity import Connectivity
    >>> c = Connectivity.from_edges([0, 0], [1, 2], n_pre=3, n_post=3)
    >>> node_roles(c, ["a", "a", "b"]).participation.tolist()
    [0.5, 0.0, 0.0]
    """
    g = graph(connectivity)
    member = labels_of(connectivity.n_pre, labels)
    row = np.repeat(np.arange(g.n), np.diff(g.bones.indptr))
    key, count = np.unique(row * (g.n + 1) + member[g.bones.neighbours], return_counts=True)
    degree = np.diff(g.bones.indptr).astype(np.float64)
    squares = np.bincount(key // (g.n + 1), count.astype(np.float64) ** 2, minlength=g.n)
    share = np.divide(squares, degree**2, out=np.ones(g.n), where=degree > 0)
    same = member[row] == member[g.bones.neighbours]
    inside = np.bincount(row[same], minlength=g.n).astype(np.float64)
    size = np.maximum(np.bincount(member), 1)
    mean = (np.bincount(member, inside) / size)[member]
    spread = np.sqrt(np.bincount(member, (inside - mean) ** 2) / size)[member]
    within = np.divide(inside - mean, spread, out=np.zeros(g.n), where=spread > 1e-12)
    return NodeRoles(1.0 - share, within)
