"""Which neurons belong to which thread."""

import numpy as np
from numpy.typing import NDArray

from neurosparse.typing import Int64

# slices start at multiples of this, so that vector code meets every neuron in the same lane
LANE = 64


def padded(n: int) -> int:
    """Round up to whole lanes.

    >>> padded(1), padded(64), padded(65)
    (64, 64, 128)
    """
    return -(-n // LANE) * LANE


def slices(n: int, n_threads: int) -> Int64:
    """Divide n neurons (padded to whole lanes) among threads: bounds [n_threads + 1].

    >>> slices(200, 2).tolist()
    [0, 128, 256]
    """
    lanes = padded(n) // LANE
    cuts = np.ceil(np.arange(n_threads + 1) * (lanes / n_threads)).astype(np.int64)
    bounds: Int64 = np.minimum(cuts, lanes) * LANE
    return bounds


def row_segments(
    indptr: Int64, indices: NDArray[np.unsignedinteger], bounds: Int64
) -> tuple[Int64, int]:
    """Find where each row crosses the slice bounds: (pointers, stride).

    Part k of row i begins at pointers[i * stride + k].
    One thread reads `indptr` itself; more get a table [n_pre, n_threads + 1].
    """
    n_threads = len(bounds) - 1
    if n_threads == 1:
        return indptr, 1
    from neurosparse.kernels.spikes.deliver.cpu import find_segments

    table = np.empty((len(indptr) - 1, n_threads + 1), dtype=np.int64)
    find_segments(indptr, indices, bounds, table)
    return table.ravel(), n_threads + 1
