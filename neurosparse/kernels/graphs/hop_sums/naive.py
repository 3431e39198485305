"""One search after another: the law."""

import numpy as np

from neurosparse.kernels.graphs.hop_sums.values import HopSums
from neurosparse.typing import Int32, Int64


def hop_sums(indptr: Int64, indices: Int32, sources: Int64) -> HopSums:
    """Search level by level from every source by itself."""
    rows = [_distances(indptr, indices, int(source)) for source in sources]
    return HopSums(
        np.array([len(d) for d in rows], np.int64),
        np.array([sum(d) for d in rows], np.int64),
        np.array([sum(1 / x for x in d) for d in rows], np.float64),
        np.array([max(d, default=0) for d in rows], np.int64),
    )


def _distances(indptr: Int64, indices: Int32, source: int) -> list[int]:
    depth = {source: 0}
    queue = [source]
    for u in queue:
        for v in indices[indptr[u] : indptr[u + 1]].tolist():
            if v not in depth:
                depth[v] = depth[u] + 1
                queue.append(v)
    return [d for node, d in depth.items() if node != source]
