"""Sparse retrieval against PyTorch's attention and against sorting all scores: gate first, then
interleaved times.

Unit patterns in 128 dimensions, float32, beta 8; queries are noisy patterns, which end one-hot, or
random directions, under which many memories weigh. Peers: `scaled_dot_product_attention`, the
fastest dense way, and the full-sort sparsemax or 1.5-entmax with a dense second product, which is
what public sparse Hopfield code does.
`gradients` is a second table: forward and backward to queries and memories. `million` streams 10^6
memories, in a process of its own for its peak memory; `stream` reads 10^7 from a mapped file.
Run with OPENBLAS_NUM_THREADS=1: `threads` are then ours and PyTorch's.
"""

import multiprocessing
import os
import tempfile
import tracemalloc
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from harness import Gate, Report, arguments, interleave, median, timed
from memory_parts.ways import BETA, SEED, attention, both, full_sort, problem

from neurosparse.analysis import memory_baseline, peak_memory_above
from neurosparse.kernels.memory.retrieve import nearest, retrieve
from neurosparse.kernels.memory.retrieve.autograd import retrieve as differentiable
from neurosparse.kernels.memory.retrieve.plan import Plan

KINDS = ("noisy", "random")
CASES = ("forward", "gradients", "million", "stream")
RULES = {"sparsemax": 2.0, "1.5-entmax": 1.5}
Call = Callable[[], Any]


def right(gate: Gate, n_memories: int, n: int, kind: str) -> None:
    """Fast against law and against full sort, gradients against those of the full sort, on this
    very problem.
    """
    x, q = problem(n_memories, n, kind)
    tx, tq = torch.from_numpy(x), torch.from_numpy(q)
    for name, alpha in RULES.items():
        mine = retrieve(x, q, alpha, Plan(BETA, keep_support=True))
        few = retrieve(x, q[:4], alpha, Plan(BETA), backend="naive")
        gate.near(
            f"{name}: state and law", abs(mine.state[:4] - few.state).max(), 0.0, atol=1e-5
        )
        gate.true(
            f"{name}: support and law",
            np.array_equal(mine.size[:4], few.size[: len(mine.size)]),
        )
        gate.near(
            f"{name}: state and sort",
            abs(mine.state - full_sort(name, tq, tx).numpy()).max(),
            0.0,
            atol=1e-4,
        )
        ours = both(tq, tx, lambda a, b, alpha=alpha: differentiable(a, b, b, BETA, alpha))
        theirs = both(tq, tx, lambda a, b, name=name: full_sort(name, a, b))
        for what, a, b in zip(("queries", "memories"), ours, theirs, strict=True):
            gate.near(
                f"{name}: slopes to {what}", float((a - b).abs().max()), 0.0, atol=2e-3
            )


def forward(
    report: Report, n_memories: int, n: int, threads: int, kind: str = "noisy"
) -> None:
    """One update: ours, attention, full sort, and one-shot argmax, which retrieves as well."""
    x, q = problem(n_memories, n, kind)
    tx, tq = torch.from_numpy(x), torch.from_numpy(q)
    runs: dict[str, Call] = {
        "attention": lambda: attention(tq, tx),
        "argmax": lambda: x[np.argmax(q @ x.T, axis=1)],
    }
    runs["ours argmax"] = lambda: x[nearest(x, q, threads=threads)[0][:, 0]]
    for name, alpha in RULES.items():
        runs[name] = lambda alpha=alpha: retrieve(x, q, alpha, Plan(BETA, threads=threads))
        if n_memories * n <= 10**7:
            runs[f"sort {name}"] = lambda name=name: full_sort(name, tq, tx)
    times = race(runs, report.repeats)
    for name in RULES if n_memories * n > 10**7 else ():
        # once, and in four parts: all at a time would hold several gigabytes
        parts = [
            lambda part=part, name=name: full_sort(name, part, tx) for part in tq.chunk(4)
        ]
        times[f"sort {name}"] = 1e3 * sum(map(timed, parts))
    case = f"{n_memories:,} memories, {n} {kind} queries"
    for name, alpha in RULES.items():
        size = float(retrieve(x, q, alpha, Plan(BETA)).size.mean())
        goal = 1.0 if n == 100 else None
        add = report.add
        add(
            case,
            name,
            "ms",
            times[name],
            times["attention"],
            peer_name="torch sdpa",
            goal=goal,
            threads=threads,
        )
        add(
            case,
            name,
            "ms",
            times[name],
            times[f"sort {name}"],
            peer_name="full sort",
            goal=5,
            threads=threads,
        )
        add(case, f"{name}, mean support", "memories", size, threads=threads)
    add(
        case,
        "argmax, one shot",
        "ms",
        times["ours argmax"],
        times["argmax"],
        peer_name="numpy argmax",
        threads=threads,
    )
    best = min(times[name] for name in RULES)
    add(
        case,
        "fastest rule",
        "ms",
        best,
        times["argmax"],
        peer_name="numpy argmax",
        threads=threads,
    )


def gradients(report: Report, n_memories: int, n: int, threads: int, kind: str) -> None:
    """Forward and backward."""
    x, q = (torch.from_numpy(a) for a in problem(n_memories, n, kind))
    runs: dict[str, Call] = {"attention": lambda: both(q, x, attention)}
    for name, alpha in RULES.items():
        runs[name] = lambda alpha=alpha: both(
            q, x, lambda a, b: differentiable(a, b, b, BETA, alpha)
        )
    times = race(runs, report.repeats)
    for name in RULES:
        # once: it takes seconds
        times[f"sort {name}"] = 1e3 * timed(
            lambda name=name: both(q, x, lambda a, b: full_sort(name, a, b))
        )
    case = f"{n_memories:,} memories, {n} {kind} queries, gradients"
    for name in RULES:
        ours = times[name]
        goal = 1.0 if n == 100 else None
        report.add(
            case,
            name,
            "ms",
            ours,
            times["attention"],
            peer_name="torch sdpa",
            goal=goal,
            threads=threads,
        )
        report.add(
            case,
            name,
            "ms",
            ours,
            times[f"sort {name}"],
            peer_name="full sort",
            goal=5,
            threads=threads,
        )


def race(runs: dict[str, Call], repeats: int) -> dict[str, float]:
    """Median milliseconds of each, interleaved; the first call of each does not count."""
    for run in runs.values():
        run()
    samples = interleave(
        {name: (lambda run=run: timed(run)) for name, run in runs.items()}, repeats
    )
    return {name: 1e3 * median(seconds) for name, seconds in samples.items()}


def held(n_memories: int, way: str) -> float:
    """Peak MiB above the memories themselves of 100 queries, in this fresh process."""
    torch.set_num_threads(1)
    small, q = problem(2_000, 100)
    x = np.tile(small, (n_memories // 2_000, 1))
    x += np.float32(1e-3) * np.random.default_rng(2).standard_normal(x.shape, np.float32)
    run: dict[str, Call] = {
        "ours": lambda: retrieve(x, q, 2.0, Plan(BETA)),
        "attention": lambda: attention(torch.from_numpy(q), torch.from_numpy(x)),
    }
    retrieve(small, q, 2.0, Plan(BETA))
    before = memory_baseline()
    run[way]()
    return peak_memory_above(before) / 2**20


def million(report: Report, n_memories: int, threads: int) -> None:
    """A million memories: time, and memory beyond the memories."""
    forward(report, n_memories, 100, threads)
    if threads > 1:
        return
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        ours, theirs = (
            pool.apply(held, (n_memories, way)) for way in ("ours", "attention")
        )
    case = f"{n_memories:,} memories, 100 queries"
    scores = n_memories * 100 * 4 / 2**20
    report.add(case, "peak above the memories", "MiB", ours, goal=64, threads=1)
    report.add(
        case,
        "peak above the memories",
        "MiB",
        ours,
        theirs,
        peer_name="torch sdpa",
        threads=1,
    )
    report.add(
        case,
        "peak above the memories",
        "MiB",
        ours,
        scores,
        peer_name="all scores once",
        threads=1,
    )


def stream(report: Report, n_memories: int, d: int, threads: int) -> None:
    """Memories in a file, mapped: time of a pass, and the most that is allocated meanwhile."""
    rng = np.random.default_rng(SEED)
    n = 10
    with tempfile.TemporaryDirectory() as folder:
        x = np.lib.format.open_memmap(f"{folder}/x.npy", "w+", np.float32, (n_memories, d))
        for first in range(0, n_memories, 2**16):
            x[first : first + 2**16] = rng.standard_normal(
                x[first : first + 2**16].shape, np.float32
            )
        x.flush()
        x = np.load(f"{folder}/x.npy", mmap_mode="r")
        q = x[rng.integers(n_memories, size=n)] + np.float32(0.1) * rng.standard_normal(
            (n, d), np.float32
        )
        call = lambda: retrieve(x, q, 2.0, Plan(BETA, threads=threads))  # noqa: E731
        best = np.argmax(q @ x.T, axis=1)
        assert np.allclose(
            call().state[call().size == 1], x[best][call().size == 1], atol=1e-5
        )
        seconds = median([timed(call) for _ in range(report.repeats)])
        tracemalloc.start()
        call()
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    case = f"{n_memories:,} memories of width {d} in a file, {n} queries"
    report.add(case, "sparsemax", "ms", 1e3 * seconds, threads=threads)
    report.add(
        case,
        "peak allocated",
        "MiB",
        peak,
        n_memories * n * 4 / 2**20,
        peer_name="all scores once",
        goal=10,
    )


def main() -> None:
    args = arguments(__doc__, CASES)
    size = 20_000 if args.quick else 100_000
    gate = Gate()
    for kind in KINDS:
        right(gate, size, 50, kind)
    gate.demand()
    report = Report("numpy", "torch", "numba", repeats=args.repeats)
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for n in (1, 100):
            for kind in KINDS:
                if "forward" in args.case:
                    forward(report, size, n, threads, kind)
                if "gradients" in args.case:
                    gradients(report, size, n, threads, kind)
        if "million" in args.case and not args.quick:
            million(report, 1_000_000, threads)
    if "stream" in args.case:
        stream(report, 10**6 if args.quick else 10**7, 16, 1)
    report.finish(args.json, merge=len(args.case) < len(CASES))


if __name__ == "__main__":
    main()
