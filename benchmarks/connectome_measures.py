"""Controls and measures of connectomes: the larva's brain, and a graph as large as a fly's.

- nulls: `matched_null(strengths=True)` of the larva's brain, how far strengths received are off;
- rate: how many swaps our trades stand for, against networkx's directed_edge_swap. The fly's graph
  does not fit into networkx: its rate is that on 100,000 edges, where its tables are warm. Trades
  of one round that move m edges stand for m / 2 swaps;
- counts: triads of each neuron and directed simplices, against sets and loops in plain Python;
- effective: what five steps carry over the fly's graph, time and peak memory;
- order: feedback arcs and nulls that keep strengths, on a seventh of the fly's neurons.

Times are those of the processor, one thread, unless two are said.

    python benchmarks/connectome_measures.py [--quick] [--json OUT] [--case nulls,counts,...]
"""

import subprocess
import sys
import time
from itertools import combinations

import numpy as np
from engine_models.wiring import fly
from harness import Gate, Report, arguments, interleave, median, peak_rss_mib
from topology import graph_with_hubs

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from neurosparse.datasets import larva_brain

CASES = ("nulls", "rate", "counts", "effective", "order")
NEURONS = 138_639


def timed(call):
    """Processor seconds of one call: what else runs on the machine counts less."""
    start = time.process_time()
    call()
    return time.process_time() - start


def signed_larva():
    """The larva's brain; every third neuron inhibits, as the data do not say which do."""
    c = larva_brain().connectivity
    pre, _ = c.edges()
    sign = np.where(np.random.default_rng(1).random(c.n_pre) < 1 / 3, -1, 1)
    return c.with_weight(c.weights_array() * sign[pre].astype(np.float32))


def fly_graph(n=NEURONS):
    """The stand-in of the fly's brain, as the engine's benchmark draws it."""
    edges = fly(n, 1).projections["all"]
    return Connectivity(edges.indptr, edges.indices, n, edges.weight)


def received(c):
    """What each neuron receives of both signs `[2 n]`."""
    _, post = c.edges()
    weight = c.weights_array()
    return np.bincount(post + c.n_post * (weight < 0), np.abs(weight), 2 * c.n_post)


def kept_share(c, null):
    """Share of the edges that a null has too."""
    keys = [
        np.asarray(pre, np.int64) * c.n_post + post
        for pre, post in (c.edges(), null.edges())
    ]
    return float(np.isin(*keys).mean())


def nulls(report, quick, repeats):
    """A hundred controls of the larva's brain."""
    c = signed_larva()
    count = 10 if quick else 100
    null = analysis.matched_null(c, rng=0, strengths=True)
    off = np.abs(received(null) - received(c)).sum() / received(c).sum()
    free = analysis.matched_null(c, rng=0)
    gate = Gate()
    gate.true("degrees", bool((null.in_degree == c.in_degree).all()))
    gate.true(
        "forgets", kept_share(c, null) < 0.3, f"{kept_share(c, null):.3f} of the edges kept"
    )
    gate.true("strengths", off < 0.005, f"off by {off:.5f}")
    gate.demand()
    start = time.process_time()
    for seed in range(count):
        analysis.matched_null(c, rng=seed, strengths=True)
    took = time.process_time() - start
    name = f"larva, {count} nulls that keep strengths"
    report.add(name, "processor time", "s", took, goal=60.0 * count / 100)
    report.add("larva, strengths received", "off", "share", off)
    apart = np.abs(received(free) - received(c)).sum() / received(c).sum()
    report.add("larva, the same without `strengths`", "off", "share", apart)
    report.add("larva, edges in place", "kept", "share", kept_share(c, null))


def swap(joined, swaps, seed):
    """So many swaps by networkx, in place."""
    import networkx as nx

    nx.directed_edge_swap(joined, nswap=swaps, max_tries=swaps * 100, seed=seed)


def rate(report, quick, repeats):
    """Swaps a second."""
    import networkx as nx

    c = fly_graph(20_000 if quick else NEURONS)
    small = graph_with_hubs(10_000, 100_000)
    joined = nx.DiGraph(list(zip(*(part.tolist() for part in small.edges()), strict=True)))
    swaps = 5_000 if quick else 20_000
    theirs = []
    for seed in range(repeats):
        theirs.append(swaps / timed(lambda s=seed: swap(joined, swaps, s)))
    analysis.degree_preserving_null(small, rng=0, rounds=1)
    ours = []
    for seed in range(repeats):
        start = time.process_time()
        null = analysis.degree_preserving_null(c, rng=seed, rounds=1)
        took = time.process_time() - start
        ours.append((1 - kept_share(c, null)) * c.nnz / 2 / took)
    gate = Gate()
    gate.true("degrees", bool((null.in_degree == c.in_degree).all()))
    gate.demand()
    report.add(
        f"one round of trades, {c.nnz:,} edges", "swaps", "1/s", median(ours), median(theirs),
        peer_name="networkx, 100,000 edges", goal=100, higher=True,
    )  # fmt: skip
    took = timed(lambda: analysis.degree_preserving_null(c, rng=0))
    report.add(f"one null, {c.nnz:,} edges", "processor time", "s", took)


def python_triads(c):
    """Triads of each neuron by sets of neighbours: every pair of neighbours of every centre."""
    n = c.n_pre
    targets = [set() for _ in range(n)]
    around = [set() for _ in range(n)]
    for u, v in zip(*(part.tolist() for part in c.edges()), strict=True):
        if u != v:
            targets[u].add(v)
            around[u].add(v)
            around[v].add(u)
    names = {}
    counts = [{} for _ in range(n)]
    for centre in range(n):
        for a, b in combinations(sorted(around[centre]), 2):
            # a triangle is seen from each of its three corners: counted at the smallest
            if b in around[a] and centre > a:
                continue
            trio = (centre, a, b)
            code = tuple(y in targets[x] for x in trio for y in trio)
            if code not in names:
                names[code] = pattern(code)
            for x in trio:
                counts[x][names[code]] = counts[x].get(names[code], 0) + 1
    return counts


def pattern(code):
    """The name of a triad of three neurons, `code` its nine places row by row."""
    joined = np.array(code).reshape(3, 3)
    pre, post = np.nonzero(joined)
    census = analysis.triad_census(Connectivity.from_edges(pre, post, n_pre=3, n_post=3))
    return max(census, key=census.get)


def python_simplices(c, dimension):
    """Directed simplices by sets: what may follow all that stand already."""
    targets = [set() for _ in range(c.n_pre)]
    for u, v in zip(*(part.tolist() for part in c.edges()), strict=True):
        if u != v:
            targets[u].add(v)
    counts = [0] * (dimension + 1)

    def walk(k, after):
        counts[k] += 1
        if k < dimension:
            for v in after:
                walk(k + 1, after & targets[v])

    for u in range(c.n_pre):
        walk(0, targets[u])
    return counts


def looped_simplices(c, dimension):
    """The same by loops alone: each target of the last neuron, if all others project to it."""
    pre, post = c.edges()
    rows = [part.tolist() for part in np.split(post, c.indptr[1:-1])]
    edges = {
        pair for pair in zip(pre.tolist(), post.tolist(), strict=True) if pair[0] != pair[1]
    }
    counts = [0] * (dimension + 1)

    def walk(order):
        counts[len(order) - 1] += 1
        if len(order) <= dimension:
            for v in rows[order[-1]]:
                if all((u, v) in edges for u in order):
                    walk((*order, v))

    for u in range(c.n_pre):
        walk((u,))
    return counts


def clustered(edges):
    """Hubs, and neighbours that are joined: triangles and simplices of several dimensions."""
    c = graph_with_hubs(edges // 10, edges - edges // 3)
    rng = np.random.default_rng(2)
    groups = edges // 1000
    start = rng.integers(0, c.n_pre - 40, groups)
    pre = (start[:, None] + rng.integers(0, 40, (groups, 400))).ravel()
    post = (np.repeat(start, 400) + rng.integers(0, 40, groups * 400)).ravel()
    pre, post = (np.concatenate(pair) for pair in zip(c.edges(), (pre, post), strict=True))
    key = np.unique((pre.astype(np.int64) * c.n_pre + post)[pre != post])
    key = np.sort(rng.permutation(key)[:edges])
    return Connectivity.from_edges(
        key // c.n_pre, key % c.n_pre, n_pre=c.n_pre, n_post=c.n_pre
    )


def counts(report, quick, repeats):
    """Triads and simplices against plain Python."""
    c = clustered(20_000 if quick else 100_000)
    theirs = python_triads(c)
    ours = analysis.triad_participation(c)
    gate = Gate()
    table = [[one.get(name, 0) for name in analysis.MOTIFS] for one in theirs]
    gate.true("triads of each neuron", np.array_equal(ours, table))
    simplices = analysis.directed_simplices(c)
    gate.true("simplices", simplices.counts.tolist() == python_simplices(c, 7))
    gate.true("simplices by loops", simplices.counts.tolist() == looped_simplices(c, 7))
    gate.true("up to a high dimension", simplices.counts[4] > 0, str(simplices.counts))
    gate.demand()

    def walked():
        return analysis.directed_simplices(c)

    runs = {
        ("triads of each neuron", "plain Python"): (
            lambda: analysis.triad_participation(c),
            lambda: python_triads(c),
        ),
        ("simplices up to dimension 7", "Python loops"): (
            walked,
            lambda: looped_simplices(c, 7),
        ),
        ("simplices up to dimension 7", "Python sets"): (
            walked,
            lambda: python_simplices(c, 7),
        ),
    }
    for (name, law), (mine, peer) in runs.items():
        times = interleave(
            {"ours": lambda f=mine: timed(f), "peer": lambda f=peer: timed(f)}, repeats
        )
        mine, peer = median(times["ours"]), median(times["peer"])
        case = f"{name}, {c.nnz:,} edges"
        report.add(case, "processor time", "s", mine, peer, peer_name=law, goal=50)
    larva = larva_brain().connectivity
    took = timed(lambda: analysis.directed_simplices(larva, 4))
    report.add(
        f"simplices of the larva up to dimension 4, {larva.nnz:,} edges", "time", "s", took
    )


EFFECTIVE = "from connectome_measures import *; effective_of({n})"


def effective_of(n):
    """Carry five steps; print seconds, memory, edges kept."""
    c = fly_graph(n)
    analysis.effective_connectivity(fly_graph(500), threads=2)
    wall, cpu = time.perf_counter(), time.process_time()
    steps = analysis.effective_connectivity(c, 5, 1e-3, threads=2)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(wall, cpu, peak_rss_mib(), *(one.nnz for one in steps))


def effective(report, quick, _repeats):
    """Five steps, in a process of its own."""
    n = 20_000 if quick else NEURONS
    c = fly_graph(2_000)
    table = c.to_dense().astype(np.float64)
    share = table / np.maximum(np.abs(table).sum(axis=0), 1e-300)
    gate = Gate()
    for k, one in enumerate(analysis.effective_connectivity(c, 2, 0.0), 1):
        power = np.linalg.matrix_power(share, k)
        gate.true(f"step {k}", np.allclose(one.to_dense(), power, rtol=1e-3, atol=1e-7))
    gate.demand()
    out = subprocess.run(
        [sys.executable, "-c", EFFECTIVE.format(n=n)],
        cwd=__file__.rpartition("/")[0] or ".", capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    wall, cpu, peak, *kept = map(float, out.split())
    name = f"effective connectivity, {n:,} neurons, 5 steps, from 0.001"
    report.add(name, "time", "s", wall, goal=60, threads=2)
    report.add(name, "processor time / 2", "s", cpu / 2, goal=60, threads=2)
    report.add(name, "peak memory", "GiB", peak / 1024, goal=4, threads=2)
    for k, nnz in enumerate(kept, 1):
        report.add(name, f"kept after step {k}", "pairs", nnz, threads=2)


def order(report, quick, _repeats):
    """Larger graphs through the rest."""
    c = fly_graph(2_000 if quick else 20_000)
    analysis.feedback_arcs(graph_with_hubs(300, 2_000))
    start = time.process_time()
    arcs = analysis.feedback_arcs(c)
    took = time.process_time() - start
    name = f"feedback arcs, {c.nnz:,} edges"
    report.add(name, "processor time", "s", took)
    report.add(name, "backward", "share", arcs.share)
    start = time.process_time()
    null = analysis.matched_null(c, rng=0, strengths=True)
    took = time.process_time() - start
    report.add(f"null with strengths, {c.nnz:,} edges", "processor time", "s", took)
    off = np.abs(received(null) - received(c)).sum() / received(c).sum()
    report.add(f"null with strengths, {c.nnz:,} edges", "off", "share", off)
    gate = Gate()
    gate.true("degrees", bool((null.in_degree == c.in_degree).all()))
    gate.true("backward", 0 < arcs.share < 0.5, f"{arcs.share:.3f}")
    gate.demand()


def main():
    """Run the chosen cases and show one table."""
    args = arguments(__doc__, CASES)
    report = Report("numpy", "numba", "scipy", "networkx", repeats=args.repeats)
    parts = {
        "nulls": nulls,
        "rate": rate,
        "counts": counts,
        "effective": effective,
        "order": order,
    }
    for name in args.case:
        parts[name](report, args.quick, args.repeats)
        if args.json:
            report.write(args.json, merge=len(args.case) < len(CASES))
    report.finish(args.json, merge=len(args.case) < len(CASES))


if __name__ == "__main__":
    main()
