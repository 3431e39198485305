"""One row after the other, on unpacked bits."""

from typing import Any

import numpy as np

from neurosparse.typing import Int32, UInt64


def merge_rows(bits: UInt64, rows: Any, words: UInt64, which: Any) -> None:
    """Set bits in place."""
    for row, source in zip(rows, which, strict=True):
        bits[row] |= words[source]


def sum_rows(bits: UInt64, indptr: Any, rows: Any) -> Int32:
    """Count bits over the rows of each query."""
    raw = bits.astype("<u8").view(np.uint8)
    dense = np.unpackbits(raw, axis=1, bitorder="little").astype(np.int32)
    out = np.zeros((len(indptr) - 1, dense.shape[1]), np.int32)
    for q in range(len(out)):
        out[q] = dense[rows[indptr[q] : indptr[q + 1]]].sum(axis=0)
    return out
