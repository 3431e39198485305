"""One row after the other, on unpacked bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def merge_rows(bits: NDArray[np.uint64], rows: Any, words: NDArray[np.uint64], which: Any) -> None:
    """Set bits in place."""
    for row, source in zip(rows, which, strict=True):
        bits[row] |= words[source]


def sum_rows(bits: NDArray[np.uint64], indptr: Any, rows: Any) -> NDArray[np.int32]:
    """Count bits over the rows of each query."""
    dense = np.unpackbits(bits.astype("<u8").view(np.uint8), axis=1, bitorder="little").astype(
        np.int32
    )
    out = np.zeros((len(indptr) - 1, dense.shape[1]), np.int32)
    for q in range(len(out)):
        out[q] = dense[rows[indptr[q] : indptr[q + 1]]].sum(axis=0)
    return out
