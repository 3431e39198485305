"""One neuron after the other: the law."""

import numpy as np

from neurosparse.typing import Float64, Int32, Int64


def neighbour_sums(
    indptr: Int64, pre: Int32, weights: Float64, x: Float64, threads: int
) -> Float64:
    """Sum over the edges of each neuron."""
    rows = [slice(indptr[i], indptr[i + 1]) for i in range(len(indptr) - 1)]
    sums = [weights[row] @ x[pre[row]] for row in rows]
    return np.array(sums).reshape(len(rows), x.shape[1])


def delayed_sums(
    indptr: Int64,
    pre: Int32,
    weights: Float64,
    delay: Int64,
    past: Float64,
    now: int,
    threads: int,
) -> Float64:
    """Look up what each edge carries, and sum that."""
    slots, _, width = past.shape
    carried = past[(now - delay) % slots, pre]
    own = np.arange(len(pre), dtype=np.int32)
    return neighbour_sums(indptr, own, weights, carried.reshape(-1, width), threads)
