"""One call that measures a graph, against null models, and sets several graphs side by side."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from neurosparse.analysis.topology.bipartite import rows_between
from neurosparse.analysis.topology.centrality import centrality_of
from neurosparse.analysis.topology.clustering import (
    clustering,
    clustering_of,
    transitivity_of,
)
from neurosparse.analysis.topology.communities import quick_partition
from neurosparse.analysis.topology.components import components_of
from neurosparse.analysis.topology.degrees import assortativity_of, reciprocity_of
from neurosparse.analysis.topology.extremes import extremes
from neurosparse.analysis.topology.graph import Graph, as_connectivity, graph
from neurosparse.analysis.topology.hubs import core_periphery_of, rich_share_of
from neurosparse.analysis.topology.motifs import MOTIFS, census_of
from neurosparse.analysis.topology.nulls import null_of, null_seeds, rounds_for
from neurosparse.analysis.topology.paths import choose_sources, paths_of
from neurosparse.analysis.topology.smallworld import (
    ClusteringAndPath,
    lattice_ends,
    mean_ends,
    small_world_of,
)
from neurosparse.analysis.topology.spectrum import stable_rank
from neurosparse.analysis.topology.table import (
    GraphComparison,
    GraphMeasure,
    GraphTable,
    compared,
    power_law_measure,
)
from neurosparse.checks import generator as generator_of
from neurosparse.checks import text, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

Progress = Callable[[int, int], object]


def describe(
    connectivity: "Connectivity",
    *,
    nulls: int = 20,
    sources: int | None = None,
    rng: Seed = None,
    threads: int | None = None,
    name: str = "graph",
    progress: Progress | None = None,
    between: bool | None = None,
    rounds: int | None = None,
) -> GraphTable:
    """Measure a graph and compare it with `nulls` degree-preserving random graphs.

    Measured against nulls: reciprocity, directed clustering, transitivity, path length, efficiency,
    reachability, modularity (Louvain, the same search for all), four assortativities, density of
    the rich club (top 10 % of neurons), core-periphery fit, small-worldness σ, ω, φ, and all 13
    motifs. Measured alone: sizes, degrees and their power-law tests, components, weighted
    clustering, the most central neuron, spectral radius and abscissa, stable rank, signs of
    weights. What needs a package that is missing (powerlaw) is NaN, and its note says which.

    Self loops count for spectra only; isolated neurons have clustering 0 and no path. Nulls of a
    graph in which every edge has its way back are such graphs too.

    A graph between two populations has rows of its own: sizes and degrees of both sides, squares,
    square clustering and assortativity against nulls (see `bipartite`).

    Args:
        connectivity: a graph on one set of neurons, or between two; for a chain of layers see
            `layer_chain`.
        nulls: how many random graphs; 0 gives values alone.
        sources: neurons to measure paths from; None takes all of up to 1,024 and 128 of more.
        rng: fixes nulls, sources and the search for communities; the result does not depend on
            `threads`.
        threads: nulls measured at once; None takes as many as there are processors.
        name: stands at the head of the table.
        progress: called as `progress(done, nulls)` after each null.
        between: whether the graph joins two populations; None takes it that it does where their
            sizes differ. A layer from 100 neurons to 100 others needs True: else neuron 3 on both
            sides is one neuron.
        rounds: of trades by which each null forgets the graph; None takes enough, as in
            `degree_preserving_null`.

    >>> from neurosparse.connectivity import Connectivity
    >>> near = np.arange(60)[:, None] + [1, 2, 3, -1]
    >>> pre = np.repeat(np.arange(60), 4)
    >>> ring = Connectivity.from_edges(pre, near.ravel() % 60, n_pre=60, n_post=60)
    >>> table = describe(ring, nulls=5, rng=0)
    >>> clustered = table["clustering"]
    >>> table["edges"].value, clustered.z > 3, clustered.high < clustered.value
    (240.0, True, True)
    """
    text("name", name, "the name of the graph")
    whole_number("nulls", nulls)
    if threads is not None:
        whole_number("threads", threads, 1)
    generator = generator_of(rng)
    if joins_two(connectivity, between):
        trades = rounds_for(connectivity.n_pre, rounds)
        rows = rows_between(connectivity, null_seeds(nulls, generator), progress, trades)
        return GraphTable(name, nulls, tuple(rows))
    g = graph(connectivity)
    chosen = choose_sources(g.n, sources, generator)
    seeds = null_seeds(nulls, generator)
    values = measure(g, chosen, 0)
    trades = rounds_for(g.n, rounds)
    null_values = _measure_nulls(g, chosen, seeds, trades, threads, progress)
    rows = [
        *_not_compared(connectivity, g),
        *_compared(values, null_values, g, chosen),
        *_central(g),
        *_spectra(connectivity),
    ]
    return GraphTable(name, nulls, tuple(rows))


def measure(g: Graph, sources: Int64, seed: int) -> dict[str, float]:
    """All measures of a prepared graph that are compared with nulls, by name."""
    paths = paths_of(g, sources)
    assortativity = assortativity_of(g)._asdict()
    census = census_of(g)
    return {
        "reciprocity": reciprocity_of(g),
        "clustering": float(clustering_of(g).mean()) if g.n else float("nan"),
        "transitivity": transitivity_of(g),
        "path length": paths.mean,
        "efficiency": paths.efficiency,
        "reachable": paths.reachable,
        "modularity": quick_partition(g, seed).modularity,
        **{f"assortativity {key.replace('_', '-')}": r for key, r in assortativity.items()},
        "rich club 10 %": rich_share_of(g),
        "core-periphery": core_periphery_of(g).fit,
        **{f"motif {name}": float(census[name]) for name in MOTIFS},
    }


def _measure_nulls(
    g: Graph,
    sources: Int64,
    seeds: Sequence[int],
    rounds: int,
    threads: int | None,
    progress: Progress | None,
) -> list[dict[str, float]]:
    def one(seed: int) -> dict[str, float]:
        return measure(null_of(g, seed, rounds), sources, seed % 2**32)

    values = []
    # compiled kernels hold no lock, so threads are enough
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        for measures in pool.map(one, seeds):
            values.append(measures)
            if progress:
                progress(len(values), len(seeds))
    return values


def _compared(
    values: dict[str, float], nulls: list[dict[str, float]], g: Graph, sources: Int64
) -> list[GraphMeasure]:
    extent = "exact" if len(sources) == g.n else f"from {len(sources)} of {g.n} neurons"
    notes = dict.fromkeys(("path length", "efficiency", "reachable"), extent)
    rows = [
        compared(name, value, [null[name] for null in nulls], notes.get(name, ""))
        for name, value in values.items()
    ]
    return [*rows, *_small_world(values, nulls, g, sources)] if nulls else rows


def _small_world(
    values: dict[str, float], nulls: list[dict[str, float]], g: Graph, sources: Int64
) -> list[GraphMeasure]:
    ends = [
        ClusteringAndPath(one["clustering"], one["path length"]) for one in (values, *nulls)
    ]
    random = mean_ends(ends[1:])
    lattice = lattice_ends(g, sources)
    measured = small_world_of(ends[0], random, lattice)
    others = [small_world_of(one, random, lattice) for one in ends[1:]]
    return [
        compared(
            f"small world {key}", getattr(measured, key), [getattr(o, key) for o in others]
        )
        for key in ("sigma", "omega", "propensity")
    ]


def _not_compared(connectivity: "Connectivity", g: Graph) -> list[GraphMeasure]:
    degree = g.out_degree + g.in_degree
    isolated = float(np.count_nonzero(degree == 0))
    strong = np.bincount(components_of(g, strong=True), minlength=1)
    weak = np.bincount(components_of(g, strong=False))
    rows = [
        GraphMeasure("neurons", float(g.n)),
        GraphMeasure("edges", float(g.edges), note="pairs joined, without self loops"),
        GraphMeasure("synapses", float(connectivity.nnz), note="as stored"),
        GraphMeasure("density", g.edges / max(g.n * (g.n - 1), 1)),
        GraphMeasure("isolated neurons", isolated),
        GraphMeasure(
            "largest strong component",
            float(strong[0] / max(g.n, 1)),
            note="share of neurons",
        ),
        GraphMeasure("weak components", float(len(weak))),
        GraphMeasure("mean degree", g.edges / max(g.n, 1)),
    ]
    for side, values in (("out", g.out_degree), ("in", g.in_degree)):
        rows += [
            GraphMeasure(f"largest {side}-degree", float(values.max(initial=0))),
            power_law_measure(f"power law {side}", values),
        ]
    if g.weight is not None and g.edges:
        clustered = float(clustering(connectivity, weighted=True).mean())
        negative = float(np.mean(g.weight < 0))
        rows += [
            GraphMeasure("weighted clustering", clustered),
            GraphMeasure("mean weight", float(g.weight.mean(dtype=np.float64))),
            GraphMeasure("negative weights", negative, note="share of edges"),
        ]
    return rows


def _central(g: Graph) -> list[GraphMeasure]:
    rows = []
    for kind in ("pagerank", "eigenvector"):
        x = centrality_of(g, kind)
        total = float(x.sum())
        if np.isfinite(total) and total > 0:
            value = float(x.max()) / total
            note = f"share of neuron {int(x.argmax())}"
        else:
            value = float("nan")
            note = "not known: no cycles, parts that tie, or no convergence"
        rows.append(GraphMeasure(f"largest {kind}", value, note=note))
    return rows


def _spectra(connectivity: "Connectivity") -> list[GraphMeasure]:
    ends = extremes(connectivity)
    rank = stable_rank(connectivity)
    unknown = "not known: the iteration did not converge"
    rows = [
        ("spectral radius", ends.radius, "largest |λ| of the weights"),
        ("spectral abscissa", ends.abscissa, "largest real part"),
    ]
    return [
        *(
            GraphMeasure(name, end.value, note="; ".join(filter(None, (meaning, end.note))))
            for name, end, meaning in rows
        ),
        GraphMeasure("stable rank", rank, note="" if np.isfinite(rank) else unknown),
    ]


def compare_graphs(
    *connectivities: "Connectivity",
    names: Sequence[str] | None = None,
    nulls: int = 20,
    rng: Seed = None,
    between: bool | None = None,
) -> GraphComparison:
    """Describe several graphs and set them side by side, each against its own nulls.

    Args:
        connectivities: the graphs.
        names: of them, all different; "graph 1" and so on unless said.
        nulls: random graphs for each, as in `describe`.
        rng: of all that is drawn.
        between: whether each joins two populations, as in `describe`.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3)
    >>> both = compare_graphs(ring, ring.transpose(), names=["ring", "turned"], nulls=2, rng=0)
    >>> both.value("edges", "turned").value
    3.0
    """
    whole_number("nulls", nulls)
    if not connectivities:
        raise bad_argument("connectivities", Said("none"), "at least one graph")
    numbered = [f"graph {k + 1}" for k in range(len(connectivities))]
    labels = numbered if names is None else list(names)
    if len(labels) != len(connectivities) or len(set(labels)) != len(labels):
        raise bad_argument(
            "names", names, f"{len(connectivities)} different names, one per graph"
        )
    seeds = generator_of(rng).integers(2**63 - 1, size=len(labels))
    tables = (
        describe(one, nulls=nulls, rng=int(seed), name=label, between=between)
        for one, label, seed in zip(connectivities, labels, seeds, strict=True)
    )
    return GraphComparison(tuple(tables))


def joins_two(connectivity: "Connectivity", between: bool | None) -> bool:
    """Whether a graph is one between two populations: as said, or as its sizes say."""
    as_connectivity(connectivity)
    return connectivity.n_pre != connectivity.n_post if between is None else between
