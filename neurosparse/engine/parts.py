"""Rows cut by delay, so that what arrives in a step is one part of the row of each spike.

A part is added straight to the present input: no ring is written, and a target may sleep or its
synapses learn.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.ranks import ALONE, Alone
from neurosparse.engine.slices import row_segments

# synapses of a row that share a delay, in the mean: from there on rows cut by delay are as quick as
# a ring (benchmarks/engine_delivery.py)
LONG_PART = 2


@dataclass
class Parts:
    """Where the parts of rows begin.

    `delays` [n_delays] are those that occur, the longest first. Thread k's part of row i with delay
    delays[q] begins at segments[i * stride + k * n_delays + q]; in it synapses stand in CSR order.
    """

    delays: NDArray[np.int64]
    segments: NDArray[Any]
    stride: int

    @property
    def nbytes(self) -> int:
        """Bytes of the table."""
        return self.delays.nbytes + self.segments.nbytes

    def places(self, delay: NDArray[Any]) -> NDArray[Any]:
        """Where in CSR order each synapse stands, from their delays [nnz] in that order."""
        from neurosparse.kernels.spikes.deliver.parts import ranks, sort_by_delay

        places = np.empty(len(delay), dtype=place_type(len(delay)))
        if len(delay):
            # a slice of a row begins where its first part does
            cuts = self.segments[:: len(self.delays)].astype(np.int64)
            sort_by_delay(
                cuts, delay, ranks(self.delays), np.empty_like(self.segments), places
            )
        return places


def place_type(nnz: int) -> Any:
    """The type that a position of a synapse has.

    >>> place_type(7)
    <class 'numpy.int32'>
    """
    return np.int32 if nnz < 2**31 else np.int64


def cut_rows(
    indptr: NDArray[np.int64],
    indices: NDArray[Any],
    delay: NDArray[Any],
    bounds: NDArray[np.int64],
) -> tuple[Parts, NDArray[Any]]:
    """Cut rows by slice and delay: the table, and where each synapse of its order stood [nnz]."""
    from neurosparse.kernels.spikes.deliver.parts import offsets, ranks, sort_by_delay

    nnz = len(delay)
    n_threads = len(bounds) - 1
    delays = occurring(delay)[::-1].copy()
    cuts, stride = row_segments(indptr, indices, bounds)
    if n_threads > 1:
        cuts = np.append(cuts.reshape(-1, stride)[:, :-1].ravel(), nnz)
    segments = np.zeros((len(cuts) - 1) * len(delays) + 1, dtype=offsets(nnz))
    places = np.empty(nnz, dtype=place_type(nnz))
    if nnz:
        sort_by_delay(cuts, delay, ranks(delays), segments, places)
    return Parts(delays, segments, n_threads * len(delays)), places


def occurring(delay: NDArray[Any]) -> NDArray[np.int64]:
    """The delays that occur, ascending.

    >>> occurring(np.array([3, 1, 3], np.uint8)).tolist()
    [1, 3]
    """
    from neurosparse.kernels.spikes.deliver.parts import mark_delays

    seen = np.zeros(int(delay.max(initial=0)) + 1, dtype=np.bool_)
    mark_delays(delay, seen)
    return np.flatnonzero(seen)


def count_delays(delay: NDArray[Any], longest: int = 0, ranks: Alone = ALONE) -> int:
    """How many different delays occur on all ranks, of up to `longest` steps.

    >>> count_delays(np.array([3, 1, 3], np.uint8))
    2
    """
    if ranks.size == 1:
        return len(occurring(delay))
    seen = np.zeros(longest + 1, dtype=np.int64)
    seen[occurring(delay)] = 1
    return int(np.count_nonzero(ranks.total(seen)))


def in_rows(stored: NDArray[Any], at: NDArray[Any] | None) -> NDArray[Any]:
    """Numbers of synapses in CSR order, from those that stand as `at` says.

    >>> in_rows(np.array([5, 6, 7]), np.array([2, 0, 1])).tolist()
    [6, 7, 5]
    """
    if at is None:
        return stored
    whole = np.empty_like(stored)
    whole[at] = stored
    return whole
