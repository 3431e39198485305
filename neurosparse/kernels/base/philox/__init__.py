"""Philox4x32-10: random words as a pure function of a counter and a key.

One round, with the 32 x 32 -> 64 bit products p0 = M0 c0 and p1 = M1 c2:

    (c0, c1, c2, c3) <- (hi(p1) ^ c1 ^ k0, lo(p1), hi(p0) ^ c3 ^ k1, lo(p0))

and the key grows by the Weyl constants (W0, W1) before each of the rounds 2 to 10. As nothing is
stored between draws, bits depend neither on threads nor on the order of the work.

Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as
1, 2, 3", SC 2011, doi:10.1145/2063384.2063405.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import UInt32


def philox4x32(
    counters: UInt32, key: UInt32, backend: Literal["naive", "cpu"] = "cpu"
) -> UInt32:
    """Draw four random words `[n, 4]` for each counter `[n, 4]` under one key `[2]`.

    Compiled loops call the scalar `neurosparse.kernels.base.philox.cpu.philox4x32` instead.

    >>> import numpy as np
    >>> draws = philox4x32(np.zeros((1, 4), np.uint32), np.zeros(2, np.uint32), backend="naive")
    >>> [f"{word:08x}" for word in draws[0]]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    run = implementation(__name__, backend).philox4x32_many
    return cast(UInt32, run(counters, key))
