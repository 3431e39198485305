"""Philox4x32-10 in Python integers, as the paper writes it."""

import numpy as np

from neurosparse.typing import UInt32

ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
MASK = 0xFFFFFFFF


def philox4x32(
    c0: int, c1: int, c2: int, c3: int, k0: int, k1: int
) -> tuple[int, int, int, int]:
    """Four random words of one counter (c0, c1, c2, c3) under the key (k0, k1)."""
    for _ in range(ROUNDS):
        p0 = MULTIPLIERS[0] * c0
        p1 = MULTIPLIERS[1] * c2
        c0 = (p1 >> 32) ^ c1 ^ k0
        c1 = p1 & MASK
        c2 = (p0 >> 32) ^ c3 ^ k1
        c3 = p0 & MASK
        k0 = (k0 + WEYL[0]) & MASK
        k1 = (k1 + WEYL[1]) & MASK
    return c0, c1, c2, c3


def philox4x32_many(counters: UInt32, key: UInt32) -> UInt32:
    """Four words `[n, 4]` for each counter `[n, 4]` under one key `[2]`."""
    k0, k1 = (int(word) for word in key)
    rows = [philox4x32(c0, c1, c2, c3, k0, k1) for c0, c1, c2, c3 in counters.tolist()]
    return np.array(rows, np.uint32).reshape(-1, 4)
