"""Numba: rows are merged word by word and counted in bit planes; plane p holds bit p of counts."""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.typing import Int32, Int64, UInt64


@njit(cache=True, nogil=True)
def _merge(target: Any, source: Any) -> None:
    for w in range(target.size):
        target[w] |= source[w]


@njit(cache=True, nogil=True)
def merge_rows(bits: Any, rows: Any, words: Any, which: Any) -> None:
    """Set bits in place."""
    for k in range(rows.size):
        _merge(bits[rows[k]], words[which[k]])


@njit(cache=True, nogil=True)
def _add_carry(plane: Any, carry: Any) -> None:
    for w in range(carry.size):
        both = plane[w] & carry[w]
        plane[w] ^= carry[w]
        carry[w] = both


@njit(cache=True, nogil=True)
def _spread(word: Any, weight: Any, out: Any) -> None:
    for b in range(64):
        out[b] += np.int32((word >> np.uint64(b)) & np.uint64(1)) * weight


@njit(cache=True, nogil=True)
def _sum_rows(bits: Any, indptr: Any, rows: Any, planes: Any, out: Any) -> None:
    words = bits.shape[1]
    carry = np.empty(words, np.uint64)
    for q in range(out.shape[0]):
        planes[:] = 0
        for k in range(indptr[q], indptr[q + 1]):
            # adding a row to 64 counts a word at once: each plane hands its carry to the next
            carry[:] = bits[rows[k]]
            for p in range(planes.shape[0]):
                _add_carry(planes[p], carry)
        for p in range(planes.shape[0]):
            for w in range(words):
                if planes[p, w]:
                    _spread(planes[p, w], np.int32(1 << p), out[q, 64 * w : 64 * w + 64])


def sum_rows(bits: UInt64, indptr: Int64, rows: Int32) -> Int32:
    """Count bits over the rows of each query."""
    most = int(np.diff(indptr).max(initial=0))
    planes = np.zeros((most.bit_length(), bits.shape[1]), np.uint64)
    out = np.zeros((len(indptr) - 1, 64 * bits.shape[1]), np.int32)
    _sum_rows(bits, indptr, rows, planes, out)
    return out
