"""Count the paths of every pair by their definition: the law."""

import numpy as np

from neurosparse.typing import Float64, Int32, Int64


def betweenness(indptr: Int64, indices: Int32, sources: Int64) -> Float64:
    """σ_st(v) = σ_sv σ_vt where v lies on a shortest path from s to t."""
    n = len(indptr) - 1
    searches = [_search(indptr, indices, s) for s in range(n)]
    total = np.zeros(n)
    for s in sources.tolist():
        far, paths = searches[s]
        for t in far:
            for v in far:
                onward = searches[v][0].get(t)
                if (
                    s != t
                    and v not in (s, t)
                    and onward is not None
                    and far[v] + onward == far[t]
                ):
                    total[v] += paths[v] * searches[v][1][t] / paths[t]
    return total


def _search(indptr: Int64, indices: Int32, s: int) -> tuple[dict[int, int], dict[int, int]]:
    far = {s: 0}
    paths = {s: 1}
    queue = [s]
    for u in queue:
        for v in indices[indptr[u] : indptr[u + 1]].tolist():
            if v not in far:
                far[v] = far[u] + 1
                paths[v] = 0
                queue.append(v)
            if far[v] == far[u] + 1:
                paths[v] += paths[u]
    return far, paths
