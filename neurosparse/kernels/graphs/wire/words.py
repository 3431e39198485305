"""Random words of a row, counted by its turns: the bits that every wiring kernel draws from."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.cpu import philox4x32
from neurosparse.typing import UInt32

_ZERO = np.uint32(0)


@njit(cache=True, nogil=True, forceinline=True)
def words(key: UInt32, turn: int, stream: int, row: int) -> tuple[np.uint32, np.uint32]:
    """64 random bits of a row's turn-th draw."""
    high, low, _, _ = philox4x32(
        np.uint32(turn), np.uint32(stream), np.uint32(row), _ZERO, key[0], key[1]
    )
    return high, low
