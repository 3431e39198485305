"""Numba: groups of eight spikes into bit planes, planes into counts, counts into the target."""

from typing import Any

import numpy as np
from numba import carray, njit

from neurosparse.kernels.coincidence import MOST, PLANES, ROWS_AT_ONCE
from neurosparse.kernels.coincidence.vector import add_rows, spread
from neurosparse.kernels.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.machine.intrinsics import as_pointer

# bound anew by `operation`
REAL: Any = np.float64


@njit(cache=True, nogil=True)
def set_bits(indptr: Any, indices: Any, bits: Any) -> None:
    """Set the bit of every stored synapse in bits [n_pre + 1, n_words]."""
    for i in range(indptr.size - 1):
        for k in range(indptr[i], indptr[i + 1]):
            j = np.uint64(indices[k])
            bits[i, j >> np.uint64(6)] |= np.uint64(1) << (j & np.uint64(63))


@njit(cache=True, nogil=True)
def add_counts(planes: Any, wide: Any, n_words: Any, n_planes: Any, counts: Any, weight: Any, target: Any) -> None:
    """Add weight x count to target [64 n_words]; planes are `wide` words apart."""
    for word in range(n_words):
        spread(planes, word, wide, n_planes, counts)
        part = target[64 * word : 64 * word + 64]
        for k in range(64):
            part[k] += weight * target.dtype.type(counts[k])


@njit(cache=True, nogil=True)
def _row(spikes: Any, k: Any, last: Any, row_words: Any, empty: Any) -> Any:
    """Where the row of spike k begins; the empty row from `last` on."""
    return np.int64(spikes[k]) * row_words if k < last else empty


@njit(cache=True, nogil=True)
def add_coincidences(
    spikes: Any,
    coming: Any,
    bits: Any,
    row_words: Any,
    first_word: Any,
    n_words: Any,
    planes: Any,
    weight: Any,
    target: Any,
) -> None:
    """Add weight x count for the targets of the words first_word .. first_word + n_words - 1.

    The rows of `coming`, the spikes to be delivered next, are fetched at the end.

    bits is flat, row_words to a row, an empty row and three words at the end, since words are read four at a
    time and those beyond n_words are ignored; planes uint64[8 * (n_words + 3) + 24] is scratch.
    """
    wide = (n_words + 3) // 4 * 4
    # memory of their own would cost more than the counting of a small step
    offsets = planes[planes.size - 24 : planes.size - 8].view(np.int64)
    counts = planes[planes.size - 8 :].view(np.uint8)
    empty = ((bits.size - 3) // row_words - 1) * row_words
    for first in range(0, spikes.size, MOST):
        last = min(first + MOST, spikes.size)
        planes[: PLANES * wide] = 0
        for group in range(first, last, ROWS_AT_ONCE):
            for k in range(ROWS_AT_ONCE):
                offsets[k] = first_word + _row(spikes, group + k, last, row_words, empty)
                ahead = group + ROWS_AT_ONCE + k
                if group + ROWS_AT_ONCE < spikes.size:
                    offsets[ROWS_AT_ONCE + k] = first_word + _row(spikes, ahead, spikes.size, row_words, empty)
                else:
                    offsets[ROWS_AT_ONCE + k] = first_word + _row(coming, k, coming.size, row_words, empty)
            add_rows(bits, offsets, planes, wide)
        n_planes = 1
        while (last - first) >> n_planes:
            n_planes += 1
        add_counts(planes, wide, n_words, n_planes, counts, weight, target)


@njit(cache=True, nogil=True)
def _gather(w: Any, slot: Any, out: Any) -> Any:
    """Copy the spikes of one step from the logs of all threads, as many as fit; returns how many."""
    n = 0
    for other in range(w[0]):
        cut = carray(as_pointer(w[3] + 8 * other * w[4]), (w[4],), np.int64)
        log = carray(as_pointer(w[1] + 4 * other * w[2]), (w[2],), np.int32)
        for k in range(cut[slot], min(cut[slot + 1], cut[slot] + out.size - n)):
            out[n] = log[k]
            n += 1
    return n


def deliver_coincident(block: int, step: int, thread: int) -> None:
    """Adapter: the spikes of `delay` steps ago, gathered from all threads, through the bit matrix."""
    w = carray(as_pointer(block), (20,), np.int64)
    row_words = w[8]
    bits = carray(as_pointer(w[7]), (w[17],), np.uint64)
    bounds = carray(as_pointer(w[9]), (thread + 2,), np.int64)
    target = carray(as_pointer(w[10]), (w[11],), REAL)
    weight = carray(as_pointer(w[12]), (1,), np.float32)
    planes = carray(as_pointer(w[14] + 8 * thread * w[15]), (w[15],), np.uint64)
    gathered = carray(as_pointer(w[16] + 4 * thread * (w[6] + ROWS_AT_ONCE)), (w[6] + ROWS_AT_ONCE,), np.int32)
    slot = step - carray(as_pointer(w[5]), (CONTROL_SIZE,), np.int64)[ORIGIN] - w[13]
    n = _gather(w, slot, gathered)
    # with no delay the next spikes have not been fired yet
    more = _gather(w, slot + 1, gathered[n:][:ROWS_AT_ONCE]) if w[13] > 0 else 0
    lo, hi = bounds[thread], bounds[thread + 1]
    if n == 0 or hi == lo:
        return
    first, n_words = lo // 64, (hi - lo) // 64
    fired, coming = gathered[:n], gathered[n : n + more]
    add_coincidences(fired, coming, bits, row_words, first, n_words, planes, REAL(weight[0]), target[lo:hi])
