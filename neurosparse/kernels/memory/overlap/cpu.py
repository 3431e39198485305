"""Overlap by hardware popcount (Numba); the inner loop over words vectorises."""

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from neurosparse.typing import Int32, UInt64

TILE = 64  # rows of b that stay in the first-level cache while rows of a stream by


def _popcount(typingctx: Any, word: Any) -> Any:
    """Number of set bits of a uint64 (LLVM ctpop)."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), codegen


popcount: Any = intrinsic(_popcount)


@njit(cache=True, nogil=True)
def _tiles(a: UInt64, b: UInt64, out: Int32) -> None:
    for first in range(0, b.shape[0], TILE):
        tile = b[first : first + TILE]
        for i in range(a.shape[0]):
            row = a[i]
            for j in range(tile.shape[0]):
                other = tile[j]
                count = np.uint64(0)
                for w in range(row.shape[0]):
                    count += popcount(row[w] & other[w])
                out[i, first + j] = count


def overlap(a: UInt64, b: UInt64) -> Int32:
    """Common bits of every row of a [n, words] with every row of b [m, words] -> [n, m]."""
    out = np.empty((a.shape[0], b.shape[0]), np.int32)
    _tiles(a, b, out)
    return out
