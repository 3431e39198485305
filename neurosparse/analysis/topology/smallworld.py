"""Small-worldness: clustered like a lattice and short like a random graph, measured against both.

With clustering C and mean path length L, of the graph, of degree-preserving nulls (r) and of a ring
lattice with the same out-degrees (l):

    σ = (C / C_r) / (L / L_r),    ω = L_r / L - C / C_l,
    φ = 1 - sqrt((Δ_C² + Δ_L²) / 2),   Δ_C = (C_l - C) / (C_l - C_r),   Δ_L = (L - L_r) / (L_l -
    L_r)

with both Δ held within [0, 1].

Sources: M. D. Humphries, K. Gurney, PLoS ONE 3 (2008), doi:10.1371/journal.pone.0002051 (σ);
Q. K. Telesford et al., Brain Connect. 1 (2011), doi:10.1089/brain.2011.0038 (ω);
S. F. Muldoon, E. W. Bridgeford, D. S. Bassett, Sci. Rep. 6 (2016), doi:10.1038/srep22057 (φ).
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.clustering import clustering_of
from neurosparse.analysis.topology.graph import Graph, Int64, graph, whole
from neurosparse.analysis.topology.nulls import null_graphs, ring_targets
from neurosparse.analysis.topology.paths import choose_sources, paths_of

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class ClusteringAndPath(NamedTuple):
    """Clustering and mean path length of one graph."""

    clustering: float
    path: float


class SmallWorld(NamedTuple):
    """σ (above 1: small world), ω (near 0: small world; above: random; below: lattice), propensity
    φ.
    """

    sigma: float
    omega: float
    propensity: float
    graph: ClusteringAndPath
    random: ClusteringAndPath
    lattice: ClusteringAndPath


def small_world(
    connectivity: "Connectivity", *, nulls: int = 10, sources: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> SmallWorld:  # fmt: skip
    """Measure σ, ω and φ with directed clustering and directed paths over the pairs that have one.

    `sources` is passed to `path_lengths`: graphs above 1,024 neurons are sampled, from the same
    neurons in the graph, its nulls and its lattice. NaN where a clustering or a path length is
    missing or 0.

    >>> from neurosparse.connectivity import Connectivity
    >>> near = np.arange(60)[:, None] + [1, 2, 3, -1, -2, -3]
    >>> ring = Connectivity.from_edges(np.repeat(np.arange(60), 6), near.ravel() % 60, n_pre=60, n_post=60)
    >>> found = small_world(ring, rng=0)
    >>> found.sigma > 1, round(found.lattice.clustering - found.graph.clustering, 6)
    (True, 0.0)
    """
    whole("nulls", nulls, 1)
    g = graph(connectivity)
    source = np.random.default_rng(rng)
    chosen = choose_sources(g.n, sources, source)
    drawn = [ends_of(null, chosen) for null in null_graphs(g, nulls, source)]
    mean = ClusteringAndPath(*(float(np.mean(values)) for values in zip(*drawn, strict=True)))
    return small_world_of(ends_of(g, chosen), mean, lattice_ends(g, chosen))


def ends_of(g: Graph, sources: Int64) -> ClusteringAndPath:
    """Mean clustering and mean path length of a prepared graph."""
    return ClusteringAndPath(
        float(clustering_of(g).mean()) if g.n else float("nan"), paths_of(g, sources).mean
    )


def lattice_ends(g: Graph, sources: Int64) -> ClusteringAndPath:
    """The same for the ring lattice of a prepared graph."""
    return ends_of(Graph(g.indptr, ring_targets(g.indptr)), sources)


def small_world_of(
    own: ClusteringAndPath, random: ClusteringAndPath, lattice: ClusteringAndPath
) -> SmallWorld:
    """Put the three pairs together."""
    with np.errstate(all="ignore"):
        sigma = (
            np.float64(own.clustering) / random.clustering / (np.float64(own.path) / random.path)
        )
        omega = np.float64(random.path) / own.path - np.float64(own.clustering) / lattice.clustering
        off_c = np.float64(lattice.clustering - own.clustering) / (
            lattice.clustering - random.clustering
        )
        off_l = np.float64(own.path - random.path) / (lattice.path - random.path)
        off = np.clip([off_c, off_l], 0.0, 1.0)
        propensity = 1.0 - np.sqrt((off**2).mean())
    one, two, three = (
        float(x) if np.isfinite(x) else float("nan") for x in (sigma, omega, propensity)
    )
    return SmallWorld(one, two, three, own, random, lattice)
