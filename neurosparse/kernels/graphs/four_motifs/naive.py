"""Every four neurons: the law."""

from itertools import combinations

import numpy as np

from neurosparse.kernels.graphs.four_motifs.values import PAIRS, Counts
from neurosparse.kernels.graphs.skeleton import Skeleton


def four_motifs(graph: Skeleton, samples: int, seed: int) -> Counts:
    """Count all that hold together; nothing is drawn."""
    n = len(graph.indptr) - 1
    code = np.zeros((n, n), np.int64)
    rows = np.repeat(np.arange(n), np.diff(graph.indptr))
    code[rows, graph.neighbours] = graph.code
    counts = np.zeros(4096)
    for four in combinations(range(n), 4):
        codes = [int(code[four[a], four[b]]) for a, b in PAIRS]
        reached = {0}
        for _ in range(3):
            for (a, b), joined in zip(PAIRS, codes, strict=True):
                if joined and (a in reached or b in reached):
                    reached |= {a, b}
        if len(reached) == 4:
            counts[sum(c << 2 * k for k, c in enumerate(codes))] += 1
    return Counts(counts, np.zeros(4096))
