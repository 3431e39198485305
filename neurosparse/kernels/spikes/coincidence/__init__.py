"""Delivery through a bit matrix: count how many of a step's spikes reach each target, then add
weight x count.

Row i of the matrix has one bit for each target, set where neuron i projects. Coinciding spikes are
added as
binary numbers that lie across words: plane k holds bit k of 64 counters to a word. Eight rows enter
at once through a tree of carry-save adders (Harley-Seal), so a spike costs about five logical
operations for 64 or more targets, and a projection of density p costs 1 / (8 p) bytes a synapse.

Source of the adder tree: Mula, Kurz & Lemire 2018, doi:10.1093/comjnl/bxx046.
"""

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.memory import cleared
from neurosparse.kernels.spikes.coincidence.values import MOST as MOST
from neurosparse.kernels.spikes.coincidence.values import PLANES as PLANES
from neurosparse.kernels.spikes.coincidence.values import ROWS_AT_ONCE as ROWS_AT_ONCE


def bit_rows(
    indptr: NDArray[np.int64], indices: NDArray[np.unsignedinteger], n_words: int
) -> NDArray[np.uint64]:
    """Pack the rows into bits, flat [(n_pre + 1) * n_words + 3].

    The row after the last is empty, to fill up groups of eight; three words more may be read and
    ignored.

    >>> bit_rows(np.array([0, 2]), np.array([0, 65], np.uint16), 2).tolist()
    [1, 2, 0, 0, 0, 0, 0]
    """
    from neurosparse.kernels.spikes.coincidence.cpu import set_bits

    flat: NDArray[np.uint64] = cleared(len(indptr) * n_words + 3, np.uint64)
    set_bits(indptr, indices, flat[: len(indptr) * n_words].reshape(-1, n_words))
    return flat
