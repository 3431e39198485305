"""Random words of pairs of neurons, for what is drawn for each synapse: counted by the pair itself,
so that a synapse has its own whoever draws it, and with whichever others.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.cpu import philox4x32
from neurosparse.kernels.graphs.wire.naive import Rows
from neurosparse.typing import Int32, Int64, UInt32

_BATCH = 64


@njit(cache=True, nogil=True)
def _pair_words(
    indptr: Int64,
    indices: Int32,
    first: int,
    stream: int,
    key: UInt32,
    above: int,
    out: UInt32,
) -> None:
    """Words of the synapses from `first` on, as many as `out` holds; `above` rows are not here."""
    n = len(out)
    pre = np.empty(_BATCH, np.uint32)
    again = np.empty(_BATCH, np.uint32)
    row = np.searchsorted(indptr, first, side="right") - 1
    repeats = np.uint32(0)
    k = first
    while k > indptr[row] and k > 0 and n and indices[k] == indices[k - 1]:
        repeats += np.uint32(1)
        k -= 1
    done = 0
    while done < n:
        size = min(_BATCH, n - done)
        for q in range(size):
            k = first + done + q
            while k >= indptr[row + 1]:
                row += 1
            if k > first:
                same = k > indptr[row] and indices[k] == indices[k - 1]
                repeats = repeats + np.uint32(1) if same else np.uint32(0)
            pre[q] = row + above
            again[q] = repeats
        begin = first + done
        # draws alone, so that they run in vector registers
        for q in range(size):
            word, _, _, _ = philox4x32(
                again[q],
                np.uint32(stream),
                pre[q],
                np.uint32(indices[begin + q]),
                key[0],
                key[1],
            )
            out[done + q] = word
        done += size


def pair_words(
    rows: Rows, first: int, last: int, stream: int, key: UInt32, above: int = 0
) -> UInt32:
    """A word for each of the synapses first..last-1."""
    out = np.empty(max(last - first, 0), np.uint32)
    if len(out):
        _pair_words(*rows, first, stream, key, above, out)
    return out
