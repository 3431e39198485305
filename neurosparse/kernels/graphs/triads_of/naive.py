"""All triples of neurons: the law."""

from itertools import combinations

import numpy as np

from neurosparse.kernels.graphs.skeleton import Skeleton
from neurosparse.kernels.graphs.triads_of.values import Patterns
from neurosparse.typing import Int64


def triads_of(graph: Skeleton, patterns: Patterns) -> Int64:
    """Look at each triple in a dense table of codes `[n, n]`."""
    n = len(graph.indptr) - 1
    rows = np.repeat(np.arange(n), np.diff(graph.indptr))
    code = np.zeros((n, n), np.int64)
    code[rows, graph.neighbours] = graph.code
    counts = np.zeros((n, patterns.columns), np.int64)
    for u, v, w in combinations(range(n), 3):
        if code[u, v] and code[v, w] and code[u, w]:
            column = patterns.closed[code[u, v], code[v, w], code[u, w]]
            counts[[u, v, w], column] += 1
            continue
        for centre, a, b in ((u, v, w), (v, u, w), (w, u, v)):
            if code[centre, a] and code[centre, b]:
                column = patterns.open_[code[centre, a], code[centre, b]]
                counts[[u, v, w], column] += 1
    return counts
