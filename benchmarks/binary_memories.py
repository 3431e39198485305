"""Packed binary memories against the same decoding by dense and by sparse matrix products.

One bit a synapse and popcount, against float32 matrices in BLAS (one thread) and SciPy's sparse
product. All decode the same cues and must agree before a time is shown. Cues are half of a pattern.
"bytes" is what the synapses take.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from harness import Gate, Report, arguments, interleave, median, timed
from scipy.sparse import csr_array

from neurosparse.memory import CliqueMemory, Elimination, Iterated, Willshaw


def willshaw(n, k, m, queries, rng):
    """A loaded memory and half cues [queries, n]."""
    rows = np.zeros((m, n), np.bool_)
    np.put_along_axis(rows, rng.integers(0, n, (m, k)), True, axis=1)
    memory = Willshaw(n)
    memory.store(rows)
    patterns = rows[:queries]
    return memory, patterns & (np.cumsum(patterns, axis=1) <= k // 2)


def sums_case(report, gate, quick, repeats):
    """Dendritic sums of every unit for every cue."""
    n, k, m, queries = (2048, 16, 5000, 50) if quick else (8192, 24, 60_000, 200)
    memory, cue = willshaw(n, k, m, queries, np.random.default_rng(0))
    dense = memory.dense.T.astype(np.float32)
    sparse = csr_array(dense)
    cue_rows = csr_array(cue.astype(np.float32))
    x = cue.astype(np.float32)
    runs = {
        "ours": lambda: memory.sums(cue),
        "BLAS float32": lambda: x @ dense,
        "SciPy sparse": lambda: (cue_rows @ sparse).toarray(),
    }
    law = runs["ours"]()
    for name, run in runs.items():
        gate.true(
            f"Willshaw sums, {name}",
            (run() == law).all() and law.max() > 0,
            f"density {memory.density:.3f}",
        )
    gate.demand()
    times = interleave(
        {name: (lambda r=run: timed(r)) for name, run in runs.items()}, repeats
    )
    case = f"Willshaw {n} units, density {memory.density:.2f}, {queries} cues of {k // 2}"
    for peer in list(runs)[1:]:
        ours = median(times["ours"])
        theirs = median(times[peer])
        report.add(case, "sums", "ms", 1000 * ours, 1000 * theirs, peer_name=peer)
    report.add(
        case,
        "synapses",
        "bytes",
        memory.bits.nbytes,
        dense.nbytes,
        peer_name="BLAS float32",
    )
    whole = sparse.data.nbytes + sparse.indices.nbytes + sparse.indptr.nbytes
    report.add(
        case, "synapses", "bytes", memory.bits.nbytes, whole, peer_name="SciPy sparse"
    )


def dense_sum_of_max(w, start, clusters, passes):
    """Sum-of-max elimination with one float32 product for each sending cluster and pass."""
    active = start.copy()
    size = w.shape[0] // clusters
    for _ in range(passes):
        stay = active.copy()
        for b in range(clusters):
            part = slice(b * size, (b + 1) * size)
            reached = (active[:, part].astype(np.float32) @ w[part]) > 0
            reached[:, part] = True
            stay &= reached
        if (stay == active).all():
            break
        active = stay
    return active


def dense_sum_of_sum(w, start, clusters, steps):
    """Sum of sum with the winners of each cluster, by dense products."""
    active = start.copy()
    shape = (len(start), clusters, w.shape[0] // clusters)
    for _ in range(steps):
        score = active.astype(np.float32) @ w + active
        grid = score.reshape(shape)
        active = ((grid == grid.max(axis=2, keepdims=True)) & (grid > 0)).reshape(
            start.shape
        )
    return active


def clique_case(report, gate, quick, repeats):
    """Completing messages with half of the symbols erased."""
    clusters, size, m, queries = (8, 64, 600, 50) if quick else (8, 256, 12_000, 500)
    rng = np.random.default_rng(1)
    memory = CliqueMemory(clusters * size, clusters)
    messages = rng.integers(0, size, (m, clusters))
    memory.store(messages)
    cue = np.where(
        np.argsort(rng.random((queries, clusters)), axis=1) < clusters // 2,
        -1,
        messages[:queries],
    )
    known = memory.units_of(cue)
    dense = memory.dense.astype(np.float32)
    full = (known | ~known.any(axis=2, keepdims=True)).reshape(queries, -1)
    pairs = {
        "sum of max": (
            lambda: memory.retrieve(cue, Elimination(1000)).active,
            lambda: dense_sum_of_max(dense, full, clusters, 1000),
        ),
        "sum of sum, 4 updates": (
            lambda: memory.retrieve(cue, Iterated(steps=4)).active,
            lambda: dense_sum_of_sum(dense, known.reshape(queries, -1), clusters, 4),
        ),
    }
    network = f"cliques {clusters} x {size}, density {memory.density:.2f}"
    case = f"{network}, {queries} cues of {clusters // 2}"
    for name, (ours, peer) in pairs.items():
        same = (ours().reshape(queries, -1) == peer()).all()
        gate.true(f"{name} by both", same, case)
        gate.demand()
        times = interleave(
            {"ours": lambda r=ours: timed(r), "peer": lambda r=peer: timed(r)}, repeats
        )
        a, b = median(times["ours"]), median(times["peer"])
        report.add(case, name, "ms", 1000 * a, 1000 * b, peer_name="BLAS float32")
    report.add(
        case,
        "synapses",
        "bytes",
        memory.links.nbytes,
        dense.nbytes,
        peer_name="BLAS float32",
    )


def main():
    """Gate, times, table."""
    args = arguments(__doc__)
    report = Report("numpy", "numba", "scipy", repeats=args.repeats)
    gate = Gate()
    sums_case(report, gate, args.quick, args.repeats)
    clique_case(report, gate, args.quick, args.repeats)
    report.finish(args.json)


if __name__ == "__main__":
    main()
