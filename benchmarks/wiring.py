"""Wiring, edits and conversions against scipy.sparse, networkx and NumPy: gate first, then
interleaved times.

Peers do what they can at the size given: networkx draws 200,000 edges, scipy.sparse 10 million. The
case of
100 million synapses has bounds instead of a peer (seconds, and peak memory over the bytes of the
result, measured in a process of its own). Both sides end with compressed rows; a build with a
common weight on our side, weights of one on theirs.
"""

import multiprocessing
import os
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import scipy.sparse as sp
from harness import Gate, Report, arguments, interleave, median, peak_rss_mib, timed

from neurosparse.connectivity import Connectivity
from neurosparse.wiring import Bernoulli, FixedInDegree, Wiring

CASES = ("small", "bernoulli", "in-degree", "convert", "edit", "hundred")
Call = Callable[[], Any]


def resident(field: str) -> float:
    """VmRSS (now) or VmHWM (peak since start) of this process in bytes; the peak alone outside
    Linux.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return peak_rss_mib() * 2**20
    match = re.search(rf"{field}:\s+(\d+) kB", status.read_text())
    assert match is not None
    return int(match[1]) * 1024.0


def footprint(rule: Wiring, n: int) -> tuple[float, float, float]:
    """(bytes of the result, peak bytes of the build above what was there before, peak of the
    process).
    """
    rule.build(100, 100, 1)  # compiled before the memory of the build is counted
    before = resident("VmRSS")
    connectivity = rule.build(n, n, 1)
    return float(connectivity.nbytes), resident("VmHWM") - before, resident("VmHWM")


def memory(report: Report, case: str, rule: Wiring, n: int) -> None:
    """Build in a fresh process and report its peak over the bytes of the result."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        final, peak, process = pool.apply(footprint, (rule, n))
    report.add(case, "peak / final bytes", "ratio", peak / final, goal=1.3)
    report.add(case, "process peak", "MiB", process / 2**20)


def right(gate: Gate, name: str, c: Connectivity, mean: float, sd: float) -> None:
    """Check rows, repeated pairs and the number of synapses within five standard deviations."""
    c.validate()
    repeated = sum(
        int(np.sum(np.diff(c.indices[a:b]) == 0)) for a, b in pairwise(c.indptr[:1001])
    )
    gate.true(f"{name}: no pair twice", repeated == 0, f"{repeated} repeated")
    gate.near(f"{name}: synapses", c.nnz, mean, atol=5 * sd + 1e-9)


def race(
    report: Report, case: str, metric: str, ours: Call, peer: Call, name: str, goal: float
) -> None:
    """Time both sides in turn and add a row."""
    ours()
    runs = interleave(
        {"ours": lambda: timed(ours), "peer": lambda: timed(peer)}, report.repeats
    )
    times = {side: median(seconds) for side, seconds in runs.items()}
    report.add(
        case,
        metric,
        "s",
        times["ours"],
        times["peer"],
        peer_name=name,
        goal=goal,
        threads=os.cpu_count() or 1,
    )


def small(report: Report, quick: bool) -> None:
    """2,000 neurons, p = 0.05, against networkx."""
    n = 2000
    p = 0.05
    gate = Gate()
    right(
        gate,
        "small",
        Bernoulli(p, allow_self=False).build(n, n, 1),
        n * (n - 1) * p,
        np.sqrt(n * n * p),
    )
    gate.demand()
    ours = lambda: Bernoulli(p, allow_self=False).build(n, n, 1)  # noqa: E731
    peer = lambda: nx.fast_gnp_random_graph(n, p, seed=1, directed=True)  # noqa: E731
    race(
        report, "bernoulli 200 k", "build", ours, peer, "networkx fast_gnp_random_graph", 20
    )


def bernoulli(report: Report, quick: bool) -> None:
    """100,000 neurons (quick: 30,000), p = 0.001, against scipy.sparse."""
    n = 30_000 if quick else 100_000
    p = 0.001
    gate = Gate()
    right(gate, "bernoulli", Bernoulli(p).build(n, n, 1), n * n * p, np.sqrt(n * n * p))
    gate.demand()
    ours = lambda: Bernoulli(p).build(n, n, 1)  # noqa: E731
    peer = lambda: sp.random(n, n, p, "csr", np.float32, rng=np.random.default_rng(1))  # noqa: E731
    race(
        report,
        f"bernoulli {n * n * p / 1e6:.2g} M",
        "build",
        ours,
        peer,
        "scipy.sparse.random",
        5,
    )


def in_degree(report: Report, quick: bool) -> None:
    """The Brunel network's 12,500 x 1,250 and 100,000 x 80, against a choice per neuron in
    NumPy.
    """
    for n, k in ((12_500, 1250), (100_000, 80)):
        n = n // 10 if quick else n
        k = min(k, n // 10)
        gate = Gate()
        connectivity = FixedInDegree(k).build(n, n, 1)
        right(gate, "in-degree", connectivity, n * k, 0)
        gate.true("in-degree: all alike", bool(np.all(connectivity.in_degree == k)))
        gate.demand()

        def peer(n: int = n, k: int = k) -> Any:
            rng = np.random.default_rng(1)
            pre = np.concatenate(
                [rng.choice(n, k, replace=False, shuffle=False) for _ in range(n)]
            )
            return sp.csc_array(
                (np.ones(n * k, np.float32), pre, np.arange(n + 1) * k), (n, n)
            ).tocsr()

        ours = lambda n=n, k=k: FixedInDegree(k).build(n, n, 1)  # noqa: E731
        race(
            report,
            f"in-degree {n:,} x {k:,}",
            "build",
            ours,
            peer,
            "numpy choice, scipy tocsr",
            5,
        )


def shuffled(n: int, m: int) -> tuple[Any, Any, Any]:
    """Edges of a Bernoulli wiring in random order."""
    c = Bernoulli(m / n**2).build(n, n, 1)
    order = np.random.default_rng(1).permutation(c.nnz)
    pre, post = c.edges()
    return pre[order], post[order], np.random.default_rng(2).random(c.nnz, np.float32)


def convert(report: Report, quick: bool) -> None:
    """An edge list to rows, and rows to columns, against scipy.sparse."""
    n = 50_000
    m = 1_000_000 if quick else 10_000_000
    gate = Gate()
    pre, post, weight = shuffled(n, m)

    def ours() -> Connectivity:
        return Connectivity.from_edges(pre, post, n_pre=n, n_post=n, weight=weight)

    def peer() -> Any:
        return sp.coo_array((weight, (pre, post)), (n, n)).tocsr()

    connectivity, matrix = ours(), peer()
    matrix.sort_indices()
    gate.true(
        "convert: same rows", bool(np.array_equal(connectivity.indices, matrix.indices))
    )
    gate.true(
        "convert: same weights", bool(np.array_equal(connectivity.weight, matrix.data))
    )
    turned, columns = connectivity.transpose(), matrix.tocsc()
    gate.true(
        "transpose: same columns", bool(np.array_equal(turned.indices, columns.indices))
    )
    gate.demand()
    case = f"convert {m / 1e6:.2g} M"
    race(
        report,
        case,
        "edges to rows",
        ours,
        lambda: peer().sort_indices(),
        "scipy coo tocsr, sort_indices",
        1,
    )
    race(report, case, "transpose", connectivity.transpose, matrix.tocsc, "scipy tocsc", 1)


def edit(report: Report, quick: bool) -> None:
    """One synapse in a hundred dropped and as many added, against a rebuild with scipy.sparse."""
    n = 50_000
    m = 1_000_000 if quick else 10_000_000
    gate = Gate()
    rng = np.random.default_rng(3)
    c = Connectivity.from_edges(*shuffled(n, m)[:2], n_pre=n, n_post=n, weight=1.5)
    c = c.with_weight(rng.random(c.nnz))
    drop = rng.choice(c.nnz, m // 100, replace=False)
    pre, post = (rng.integers(0, n, m // 100, dtype=np.int32) for _ in range(2))

    def peer() -> Any:
        kept = np.ones(c.nnz, bool)
        kept[drop] = False
        old_pre, old_post = c.edges()
        data = np.concatenate([c.weights_array()[kept], np.ones(len(pre), np.float32)])
        edges = np.concatenate([old_pre[kept], pre]), np.concatenate([old_post[kept], post])
        return sp.coo_array((data, edges), (n, n)).tocsr()

    ours = lambda: c.edit(drop, pre, post, weight=1.0)  # noqa: E731
    connectivity = ours().connectivity
    matrix = peer()
    apart = abs(connectivity.to_scipy() - matrix)
    gate.true("edit: same matrix", apart.nnz == 0 or float(apart.max()) < 1e-6)
    gate.demand()
    race(
        report,
        f"edit 1 % of {m / 1e6:.2g} M",
        "drop and add",
        ours,
        peer,
        "scipy rebuild",
        2,
    )


def hundred(report: Report, quick: bool) -> None:
    """100 million synapses (quick: 10 million): seconds, and peak memory over final bytes."""
    million = 10 if quick else 100
    for n, p in ((100_000, million / 1e4), (1_000_000, million / 1e6)):
        rule = Bernoulli(p)
        gate = Gate()
        case = f"bernoulli {million} M, {n:,} neurons"
        right(gate, case, rule.build(n, n, 1), n * n * p, np.sqrt(n * n * p))
        gate.demand()
        seconds = [
            timed(lambda rule=rule, n=n: rule.build(n, n, 1)) for _ in range(report.repeats)
        ]
        report.add(
            case, "build", "s", median(seconds), goal=15, threads=os.cpu_count() or 1
        )
        memory(report, case, rule, n)


def main() -> None:
    """Run the chosen cases and print one table."""
    args = arguments(__doc__, CASES)
    report = Report("numpy", "numba", "scipy", "networkx", repeats=args.repeats)
    runs = {
        "small": small,
        "bernoulli": bernoulli,
        "in-degree": in_degree,
        "convert": convert,
        "edit": edit,
        "hundred": hundred,
    }
    for name in args.case:
        runs[name](report, args.quick)
    report.finish(args.json)


if __name__ == "__main__":
    main()
