"""The skeleton from sets of edges: the law."""

import numpy as np

from neurosparse.kernels.graphs.skeleton.values import Skeleton
from neurosparse.typing import Float32, Int32, Int64


def skeleton(indptr: Int64, indices: Int32) -> Skeleton:
    """Look every pair up in both directions."""
    n = len(indptr) - 1
    edges = {
        (u, int(v)) for u in range(n) for v in indices[indptr[u] : indptr[u + 1]] if u != v
    }
    pairs = sorted(edges | {(v, u) for u, v in edges})
    code = [((u, v) in edges) + 2 * ((v, u) in edges) for u, v in pairs]
    size = np.bincount(np.array([u for u, _ in pairs], np.int64), minlength=n)
    return Skeleton(
        np.concatenate(([0], np.cumsum(size))).astype(np.int64),
        np.array([v for _, v in pairs], np.int32),
        np.array(code, np.uint8),
    )


def both_ways(graph: Skeleton, indptr: Int64, indices: Int32, value: Float32) -> Float32:
    """Add the values in a dense table and its transpose `[n, n]`."""
    n = len(indptr) - 1
    table = np.zeros((n, n))
    np.add.at(table, (np.repeat(np.arange(n), np.diff(indptr)), indices), value)
    rows = np.repeat(np.arange(n), np.diff(graph.indptr))
    return (table + table.T)[rows, graph.neighbours].astype(np.float32)


def mutual(indptr: Int64, indices: Int32) -> int:
    """Look every edge up in the other direction."""
    pre = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    edges = set(zip(pre.tolist(), indices.tolist(), strict=True))
    return sum((v, u) in edges for u, v in edges)
