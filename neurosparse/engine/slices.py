"""Which neurons belong to which thread."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neurosparse.typing import Int64

# slices start at multiples of this, so that vector code meets every neuron in the same lane
LANE = 64
# numbers of a page: where slices meet within one, each core fetches ahead what the other writes
PAGE = 1024
LEAST_PAGES = 4  # of a population that is divided by itself, for each thread


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


def pages(n: int) -> int:
    """Round up to whole pages.

    >>> pages(1), pages(1024), pages(1025)
    (1024, 1024, 2048)
    """
    return -(-n // PAGE) * PAGE


def deal(sizes: Sequence[int], n_threads: int) -> list[Int64]:
    """Divide populations among threads: bounds [n_threads + 1] of each.

    Large ones are divided each by itself. Small ones are dealt out whole, as far as shares remain
    equal: their parts would lie between those of other threads.

    >>> [bounds.tolist() for bounds in deal([128, 256], 2)]
    [[0, 128, 128], [0, 64, 256]]
    """
    large = [n >= LEAST_PAGES * PAGE * n_threads for n in sizes]
    lanes = [
        0 if alone else padded(n) // LANE for n, alone in zip(sizes, large, strict=True)
    ]
    share = sum(lanes) / n_threads
    cuts = np.arange(n_threads + 1) * share
    begins = np.cumsum(lanes) - lanes
    return [
        _snapped(slices(n, n_threads), n / n_threads)
        if alone
        else _snapped(
            np.clip(np.ceil(cuts - begin).astype(np.int64) * LANE, 0, padded(n)),
            share * LANE,
        )
        for n, begin, alone in zip(sizes, begins, large, strict=True)
    ]


def _snapped(bounds: Int64, share: float) -> Int64:
    """Move bounds to the next page where that moves a twentieth of a share at most."""
    there = np.minimum((bounds + PAGE // 2) // PAGE * PAGE, bounds[-1])
    near: Int64 = np.where(np.abs(there - bounds) <= share / 20, there, bounds)
    near[-1] = bounds[-1]
    return near


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
