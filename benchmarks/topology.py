"""Graph measures against networkx and igraph, and one whole description of a large graph.

networkx runs on a graph of 100,000 edges (30,000 with --quick), where it ends in reasonable time,
igraph on one of 1,000,000 (100,000). A null is ten rounds of our trades, checked to leave few edges
in place, against
the usual ten swaps per edge: all of them by igraph's rewire, a quarter of a swap per edge (one with
--quick) by networkx's directed_edge_swap, scaled up. Graphs have hubs (log-normal degrees), so that
they are no easier than real ones.

    python benchmarks/topology.py [--quick] [--json OUT] [--case small,large,describe,memory]

The JSON file is written after every case; with `--case` its rows of other cases stay.
"""

import subprocess
import sys
import time

import numpy as np
from harness import Gate, Report, arguments, interleave, median, peak_rss_mib, timed

from neurosparse import analysis
from neurosparse.connectivity import Connectivity

CASES = ("small", "large", "describe", "memory")


def graph_with_hubs(n, edges, seed=0):
    """Directed graph with about log-normal in- and out-degrees and no self loops."""
    rng = np.random.default_rng(seed)
    key = np.empty(0, np.int64)
    weights = [np.cumsum(rng.lognormal(0, 0.8, n)) for _ in range(2)]
    while len(key) < edges:
        pre, post = (np.searchsorted(w, rng.random(edges) * w[-1]) for w in weights)
        key = np.union1d(key, (pre * n + post)[pre != post])
    key = np.sort(rng.permutation(key)[:edges])
    weight = rng.lognormal(0, 1, edges).astype(np.float32)
    return Connectivity.from_edges(key // n, key % n, n_pre=n, n_post=n, weight=weight)


def peers(c):
    """The same graph for networkx and igraph, without attributes."""
    import igraph
    import networkx as nx

    pre, post = c.edges()
    joined = nx.DiGraph()
    joined.add_nodes_from(range(c.n_pre))
    joined.add_edges_from(zip(pre.tolist(), post.tolist(), strict=True))
    return joined, igraph.Graph(
        n=c.n_pre, edges=zip(pre.tolist(), post.tolist(), strict=True), directed=True
    )


def small(report, quick, repeats):
    """Clustering, triads and nulls against networkx."""
    import networkx as nx

    c = graph_with_hubs(3_000, 30_000) if quick else graph_with_hubs(10_000, 100_000)
    g, _ = peers(c)
    swaps = c.nnz if quick else c.nnz // 4
    gate = Gate()
    ours, theirs = analysis.clustering(c), nx.clustering(g)
    gate.true("directed clustering", np.allclose(ours, [theirs[u] for u in range(c.n_pre)]))
    gate.true("triad census", analysis.triad_census(c) == nx.triadic_census(g))
    null = analysis.degree_preserving_null(c, rng=0)
    gate.true(
        "degrees of nulls",
        (null.in_degree == c.in_degree).all() and (null.out_degree == c.out_degree).all(),
    )
    kept = np.isin(edge_keys(null), edge_keys(c)).mean()
    gate.true("nulls forget", kept < 0.1, f"{kept:.3f} of the edges kept")
    gate.demand()
    # swapped in place, again and again: a copy would count forty times
    swapped = g.copy()
    runs = {
        "clustering": (lambda: analysis.clustering(c), lambda: nx.clustering(g), 1.0),
        "triad census": (
            lambda: analysis.triad_census(c),
            lambda: nx.triadic_census(g),
            1.0,
        ),
        "one null": (
            lambda: analysis.degree_preserving_null(c, rng=1),
            lambda: nx.directed_edge_swap(
                swapped, nswap=swaps, max_tries=swaps * 100, seed=1
            ),
            10.0 * c.nnz / swaps,
        ),
    }
    for name, (mine, peer, scale) in runs.items():
        times = interleave(
            {"ours": lambda f=mine: timed(f), "peer": lambda f=peer: timed(f)}, repeats
        )
        report.add(
            f"{name}, {c.nnz:,} edges",
            "time",
            "s",
            median(times["ours"]),
            scale * median(times["peer"]),
            peer_name="networkx"
            if scale == 1
            else f"networkx, {swaps:,} swaps x {scale:g}",
            goal=20,
        )


def edge_keys(c):
    """One number per edge."""
    pre, post = c.edges()
    return pre.astype(np.int64) * c.n_post + post


def large(report, quick, repeats):
    """The same and more against igraph."""
    c = graph_with_hubs(10_000, 100_000) if quick else graph_with_hubs(50_000, 1_000_000)
    _, g = peers(c)
    once = g.as_undirected(mode="collapse")
    gate = Gate()
    census = g.triad_census()
    ours = analysis.triad_census(c)
    gate.true("triad census", all(ours[name] == census[name] for name in analysis.MOTIFS))
    theirs = np.array(once.transitivity_local_undirected(mode="zero"))
    gate.true("clustering", np.allclose(analysis.clustering(c, directed=False), theirs))
    gate.near(
        "transitivity", analysis.transitivity(c), once.transitivity_undirected(), rel=1e-9
    )
    gate.near("reciprocity", analysis.reciprocity(c), g.reciprocity(), rel=1e-9)
    gate.near(
        "assortativity",
        analysis.assortativity(c).out_in,
        g.assortativity(*degree_pair(g)),
        rel=1e-6,
    )
    gate.demand()
    runs = {
        "clustering": (
            lambda: analysis.clustering(c, directed=False),
            lambda: once.transitivity_local_undirected(mode="zero"),
        ),
        "triad census": (lambda: analysis.triad_census(c), lambda: g.triad_census()),
        "one null": (
            lambda: analysis.degree_preserving_null(c, rng=1),
            lambda: g.copy().rewire(n=10 * c.nnz),
        ),
        "reciprocity": (lambda: analysis.reciprocity(c), lambda: g.reciprocity()),
        "paths, 128 sources": (
            lambda: analysis.path_lengths(c, 128, rng=0),
            lambda: g.distances(source=list(range(128)), mode="out"),
        ),
    }
    for name, (mine, peer) in runs.items():
        times = interleave(
            {"ours": lambda f=mine: timed(f), "peer": lambda f=peer: timed(f)}, repeats
        )
        report.add(
            f"{name}, {c.nnz:,} edges",
            "time",
            "s",
            median(times["ours"]),
            median(times["peer"]),
            peer_name="igraph",
        )


def degree_pair(g):
    """Out- and in-degrees for igraph's assortativity."""
    return g.degree(mode="out"), g.degree(mode="in")


def whole(report, quick, _repeats):
    """`describe` with 20 nulls: wall clock, and processor seconds of all threads."""
    c = graph_with_hubs(10_000, 100_000) if quick else graph_with_hubs(50_000, 1_000_000)
    analysis.describe(graph_with_hubs(300, 2_000), nulls=2, rng=0)
    wall, cpu = time.perf_counter(), time.process_time()
    table = analysis.describe(c, nulls=20, rng=0, threads=2)
    wall = time.perf_counter() - wall
    cpu = time.process_time() - cpu
    gate = Gate()
    gate.true("edges", table["edges"].value == c.nnz)
    gate.near(
        "nulls keep degrees: sigma of nulls",
        table["small world sigma"].null_mean,
        1.0,
        rel=0.01,
    )
    gate.demand()
    report.add(
        f"describe, {c.nnz:,} edges, 20 nulls", "time", "s", wall, goal=60, threads=2
    )
    report.add(
        f"describe, {c.nnz:,} edges, 20 nulls",
        "processor time / 2",
        "s",
        cpu / 2,
        threads=2,
    )


MEMORY = "from topology import *; describe_big({edges})"


def describe_big(edges):
    """Describe a big graph with two nulls and print the peak memory of this process."""
    c = graph_with_hubs(edges // 20, edges)
    base = peak_rss_mib()
    analysis.describe(c, nulls=2, rng=0, threads=2)
    print(base, peak_rss_mib())


def memory(report, quick, _repeats):
    """Peak memory of a description of 10,000,000 edges, in a process of its own."""
    edges = 1_000_000 if quick else 10_000_000
    out = subprocess.run(
        [sys.executable, "-c", MEMORY.format(edges=edges)],
        cwd=__file__.rpartition("/")[0] or ".", capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    base, peak = map(float, out.split())
    gate = Gate()
    gate.true("peak grows", peak >= base > 0, out)
    gate.demand()
    report.add(
        f"describe, {edges:,} edges, 2 nulls",
        "peak memory",
        "GiB",
        peak / 1024,
        goal=4,
        threads=2,
    )


def main():
    """Run the chosen cases and show one table."""
    args = arguments(__doc__, CASES)
    report = Report(
        "numpy", "numba", "scipy", "networkx", "igraph", "powerlaw", repeats=args.repeats
    )
    # compile before anything is timed
    analysis.describe(graph_with_hubs(300, 2_000), nulls=1, rng=0)
    parts = {"small": small, "large": large, "describe": whole, "memory": memory}
    for name in args.case:
        parts[name](report, args.quick, args.repeats)
        if args.json:  # what was measured stays, even if a later case is stopped
            report.write(args.json, merge=len(args.case) < len(CASES))
    report.finish(args.json, merge=len(args.case) < len(CASES))


if __name__ == "__main__":
    main()
