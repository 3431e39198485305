"""All triples of neurons: the law."""

from itertools import combinations

import numpy as np

from neurosparse.kernels.graphs.skeleton import Skeleton
from neurosparse.kernels.graphs.triangles.values import Triangles
from neurosparse.typing import Float32, Int64


def triangles(graph: Skeleton, value: Float32) -> Triangles:
    """Try each triple in dense tables of codes and values `[n, n]`."""
    n = len(graph.indptr) - 1
    rows = np.repeat(np.arange(n), np.diff(graph.indptr))
    code = np.zeros((n, n), np.int64)
    x = np.zeros((n, n))
    code[rows, graph.neighbours] = graph.code
    x[rows, graph.neighbours] = value
    counts = np.zeros(n, np.int64)
    products = np.zeros(n)
    kinds = np.zeros((4, 4, 4), np.int64)
    for u, v, w in combinations(range(n), 3):
        if code[u, v] and code[v, w] and code[u, w]:
            counts[[u, v, w]] += 1
            products[[u, v, w]] += x[u, v] * x[v, w] * x[u, w]
            kinds[code[u, v], code[v, w], code[u, w]] += 1
    return Triangles(counts, products, kinds)


def triangle_counts(graph: Skeleton) -> Int64:
    """The counts among all that there is to know."""
    return triangles(graph, np.ones(len(graph.neighbours), np.float32)).counts
