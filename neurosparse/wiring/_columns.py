"""Synapses onto some neurons alone, as one of several processes holds them."""

from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.base import csr
from neurosparse.typing import Int64
from neurosparse.wiring import values


def by_pair(value: Any) -> bool:
    """Whether a synapse's number follows from its pair of neurons, whichever others there are.

    >>> by_pair(1.0), by_pair(values.Normal(1.0, 0.1)), by_pair([1.0, 2.0])
    (True, True, False)
    """
    if callable(value):
        return isinstance(value, values.OWN_DRAWS)
    return np.ndim(value) == 0


def columns_of(connectivity: Any, low: int, high: int) -> tuple[Int64, Int64]:
    """The synapses onto neurons low..high-1: row pointers, and positions in the rows."""
    start, stop = csr.column_range(connectivity.indptr, connectivity.indices, low, high)
    lengths = stop - start
    indptr = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return indptr, np.repeat(start - indptr[:-1], lengths) + np.arange(indptr[-1])


def onto(connectivity: Connectivity, low: int, high: int) -> Connectivity:
    """Let all synapses go that are not onto neurons low..high-1.

    >>> onto(Connectivity.from_dense([[1, 2], [0, 3]]), 1, 2).to_dense().tolist()
    [[0.0, 2.0], [0.0, 3.0]]
    """
    indptr, positions = columns_of(connectivity, low, high)
    values = connectivity._taken(positions)
    indices = connectivity.indices[positions]
    return Connectivity._trusted(indptr, indices, connectivity.n_post, *values)
