"""Philox4x32-10 for compiled loops: a scalar function that is inlined, and one over an array."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.naive import MULTIPLIERS, ROUNDS, WEYL
from neurosparse.typing import UInt32

# 64-bit words all through: a 32 x 32 product fits, and mixing in a signed literal would make
# floats. forceinline: LLVM finds the rounds too long to inline, but a call keeps a loop of draws
# out of vector registers (17 ns a draw against 2 ns)
_M0, _M1 = (np.uint64(word) for word in MULTIPLIERS)
_W0, _W1 = (np.uint64(word) for word in WEYL)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_UNIT = 1.0 / 2**32
_UNIT53 = 1.0 / 2**53


@njit(cache=True, nogil=True, forceinline=True)
def philox4x32(
    c0: np.uint32, c1: np.uint32, c2: np.uint32, c3: np.uint32, k0: np.uint32, k1: np.uint32
) -> tuple[np.uint32, np.uint32, np.uint32, np.uint32]:
    """Four random uint32 of the counter (c0, c1, c2, c3) under the key (k0, k1), all uint32.

    >>> import numpy as np
    >>> [f"{word:08x}" for word in philox4x32(*np.zeros(6, np.uint32))]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    a = np.uint64(c0)
    b = np.uint64(c1)
    c = np.uint64(c2)
    d = np.uint64(c3)
    u = np.uint64(k0)
    v = np.uint64(k1)
    for _ in range(ROUNDS):
        p0 = _M0 * a
        p1 = _M1 * c
        a = (p1 >> _HALF) ^ b ^ u
        b = p1 & _LOW
        c = (p0 >> _HALF) ^ d ^ v
        d = p0 & _LOW
        u = (u + _W0) & _LOW
        v = (v + _W1) & _LOW
    return np.uint32(a), np.uint32(b), np.uint32(c), np.uint32(d)


@njit(cache=True, nogil=True, forceinline=True)
def unit32(word: np.uint32) -> float:
    """Turn one uint32 into a float64 in the open interval (0, 1), in steps of 2^-32.

    >>> import numpy as np
    >>> bool(0 < unit32(np.uint32(0)) < 2**-32)
    True
    """
    return (np.float64(word) + 0.5) * _UNIT


@njit(cache=True, nogil=True, forceinline=True)
def unit53(high: np.uint32, low: np.uint32) -> float:
    """Turn two uint32 into a float64 in the half-open interval (0, 1], in steps of 2^-53.

    >>> import numpy as np
    >>> float(unit53(np.uint32(0xFFFFFFFF), np.uint32(0xFFFFFFFF)))
    1.0
    """
    return (np.float64(high >> 5) * 67108864.0 + np.float64(low >> 6) + 1.0) * _UNIT53


@njit(cache=True, nogil=True, forceinline=True)
def below(n: int, high: np.uint32, low: np.uint32) -> np.int64:
    """Turn two uint32 into a whole number in [0, n), n < 2^31.

    No value is favoured by more than 2^-33.

    >>> import numpy as np
    >>> int(below(6, np.uint32(0xFFFFFFFF), np.uint32(0xFFFFFFFF)))
    5
    """
    wide = np.uint64(n)
    return np.int64((wide * np.uint64(high) + ((wide * np.uint64(low)) >> _HALF)) >> _HALF)


@njit(cache=True, nogil=True)
def philox4x32_many(counters: UInt32, key: UInt32) -> UInt32:
    """Four words `[n, 4]` for each counter `[n, 4]` under one key `[2]`."""
    words = np.empty((len(counters), 4), np.uint32)
    for i in range(len(counters)):
        row = counters[i]
        a, b, c, d = philox4x32(row[0], row[1], row[2], row[3], key[0], key[1])
        words[i, 0] = a
        words[i, 1] = b
        words[i, 2] = c
        words[i, 3] = d
    return words
