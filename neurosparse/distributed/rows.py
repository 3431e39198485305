"""Rows of synapses of which each rank holds its columns: where they stand in the rows of all."""

import numpy as np

from neurosparse.typing import Array, Int64
from neurosparse.wiring._columns import columns_of

__all__ = ["columns_of", "merged", "places", "pointers"]


def pointers(lengths: Int64) -> Int64:
    """Where rows of these lengths begin, `[n_pre + 1]`."""
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def places(lengths: Int64, rank: int) -> Int64:
    """Where in the rows of all the synapses of a rank stand, `[nnz of the rank]`.

    Args:
        lengths: of the rows on each rank, `[size, n_pre]`; lower ranks own lower columns.
        rank: whose synapses.

    >>> places(np.array([[1, 2], [2, 0]]), 1).tolist()
    [1, 2]
    """
    begin = pointers(lengths.sum(axis=0))[:-1] + lengths[:rank].sum(axis=0)
    own = lengths[rank]
    first = pointers(own)[:-1]
    return np.repeat(begin - first, own) + np.arange(own.sum())


def merged(lengths: Int64, parts: list[Array]) -> Array:
    """Values [..., nnz] of all synapses in CSR order, from those of each rank in its own.

    >>> merged(np.array([[1, 2], [2, 0]]), [np.array([1, 4, 5]), np.array([2, 3])]).tolist()
    [1, 2, 3, 4, 5]
    """
    whole = np.empty((*parts[0].shape[:-1], lengths.sum()), parts[0].dtype)
    for rank, part in enumerate(parts):
        whole[..., places(lengths, rank)] = part
    return whole
