"""Small-worldness: clustered like a lattice and short like a random graph, measured against both.

With clustering C and mean path length L, of the graph, of degree-preserving nulls (r) and of a ring
lattice with the same out-degrees (l):

    σ = (C / C_r) / (L / L_r)
    ω = L_r / L - C / C_l
    φ = 1 - sqrt((Δ_C² + Δ_L²) / 2)
    Δ_C = (C_l - C) / (C_l - C_r),   Δ_L = (L - L_r) / (L_l - L_r)

with both Δ held within [0, 1].

Sources: M. D. Humphries, K. Gurney, PLoS ONE 3 (2008), doi:10.1371/journal.pone.0002051 (σ);
Q. K. Telesford et al., Brain Connect. 1 (2011), doi:10.1089/brain.2011.0038 (ω);
S. F. Muldoon, E. W. Bridgeford, D. S. Bassett, Sci. Rep. 6 (2016), doi:10.1038/srep22057 (φ).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.clustering import clustering_of
from neurosparse.analysis.topology.graph import Graph, graph
from neurosparse.analysis.topology.nulls import null_graphs, ring_targets
from neurosparse.analysis.topology.paths import choose_sources, paths_of
from neurosparse.checks import generator as generator_of
from neurosparse.checks import whole_number
from neurosparse.typing import Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class ClusteringAndPath(NamedTuple):
    """Clustering and mean path length of one graph."""

    clustering: float
    path: float


class SmallWorld(NamedTuple):
    """Small-worldness σ, ω and propensity φ, with the three graphs that they compare.

    A small world has σ above 1 and ω near 0; ω is above 0 near a random graph and below 0 near a
    lattice.
    """

    sigma: float
    omega: float
    propensity: float
    graph: ClusteringAndPath
    random: ClusteringAndPath
    lattice: ClusteringAndPath


def small_world(
    connectivity: "Connectivity",
    *,
    nulls: int = 10,
    sources: int | None = None,
    rng: Seed = None,
    rounds: int | None = None,
) -> SmallWorld:
    """Measure σ, ω and φ with directed clustering and directed paths over the pairs that have one.

    `sources` is passed to `path_lengths`: graphs above 1,024 neurons are sampled, from the same
    neurons in the graph, its nulls and its lattice. NaN where a clustering or a path length is
    missing or 0. `rounds` of trades make each null, as in `degree_preserving_null`.

    >>> from neurosparse.connectivity import Connectivity
    >>> near = np.arange(60)[:, None] + [1, 2, 3, -1, -2, -3]
    >>> pre = np.repeat(np.arange(60), 6)
    >>> ring = Connectivity.from_edges(pre, near.ravel() % 60, n_pre=60, n_post=60)
    >>> world = small_world(ring, rng=0)
    >>> world.sigma > 1, round(world.lattice.clustering - world.graph.clustering, 6)
    (True, 0.0)
    """
    whole_number("nulls", nulls, 1)
    g = graph(connectivity)
    generator = generator_of(rng)
    chosen = choose_sources(g.n, sources, generator)
    others = null_graphs(g, nulls, generator, rounds)
    random = [measure_ends(null, chosen) for null in others]
    return small_world_of(
        measure_ends(g, chosen), mean_ends(random), lattice_ends(g, chosen)
    )


def measure_ends(g: Graph, sources: Int64) -> ClusteringAndPath:
    """Mean clustering and mean path length of a prepared graph."""
    clustering = float(clustering_of(g).mean()) if g.n else float("nan")
    return ClusteringAndPath(clustering, paths_of(g, sources).mean)


def mean_ends(ends: Sequence[ClusteringAndPath]) -> ClusteringAndPath:
    """Mean of several graphs."""
    return ClusteringAndPath(
        float(np.mean([one.clustering for one in ends])),
        float(np.mean([one.path for one in ends])),
    )


def lattice_ends(g: Graph, sources: Int64) -> ClusteringAndPath:
    """The same for the ring lattice of a prepared graph."""
    return measure_ends(Graph(g.indptr, ring_targets(g.indptr)), sources)


def small_world_of(
    graph: ClusteringAndPath, random: ClusteringAndPath, lattice: ClusteringAndPath
) -> SmallWorld:
    """Put the three pairs together."""
    clustering = np.float64(graph.clustering)
    path = np.float64(graph.path)
    with np.errstate(all="ignore"):
        sigma = clustering / random.clustering / (path / random.path)
        omega = random.path / path - clustering / lattice.clustering
        off_clustering = (lattice.clustering - clustering) / (
            lattice.clustering - random.clustering
        )
        off_path = (path - random.path) / np.float64(lattice.path - random.path)
        off = np.clip([off_clustering, off_path], 0.0, 1.0)
        propensity = 1.0 - np.sqrt((off**2).mean())
    return SmallWorld(
        sigma=_finite(sigma),
        omega=_finite(omega),
        propensity=_finite(propensity),
        graph=graph,
        random=random,
        lattice=lattice,
    )


def _finite(value: np.float64) -> float:
    return float(value) if np.isfinite(value) else float("nan")
