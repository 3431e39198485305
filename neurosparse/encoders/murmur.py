"""MurmurHash3 x86 32 bit: the hash that spreads the random distributed scalar encoder.

Source: Austin Appleby, MurmurHash3 (2011), public domain description.
"""

from __future__ import annotations

import numpy as np

from neurosparse.typing import UInt32

_MASK = 0xFFFFFFFF
_C1 = 0xCC9E2D51
_C2 = 0x1B873593


def _rotate(x: int, bits: int) -> int:
    return ((x << bits) | (x >> (32 - bits))) & _MASK


def _mix(h: int) -> int:
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & _MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & _MASK
    return h ^ (h >> 16)


def murmur3_32(data: bytes, seed: int = 0) -> int:
    """Hash bytes to an unsigned 32-bit number.

    >>> f"{murmur3_32(b'test'):08x} {murmur3_32(b'', 1):08x}"
    'ba6bd213 514e28b7'
    """
    h = seed & _MASK
    whole = len(data) // 4 * 4
    for i in range(0, whole, 4):
        k = (int.from_bytes(data[i : i + 4], "little") * _C1) & _MASK
        h = (_rotate(h ^ ((_rotate(k, 15) * _C2) & _MASK), 13) * 5 + 0xE6546B64) & _MASK
    if len(data) > whole:
        k = (int.from_bytes(data[whole:], "little") * _C1) & _MASK
        h ^= (_rotate(k, 15) * _C2) & _MASK
    return _mix(h ^ len(data))


def murmur3_words(words: UInt32, seed: int = 0) -> UInt32:
    """Hash each uint32 of an array as its four little-endian bytes, the wraps done in uint64.

    >>> murmur3_words(np.arange(2, dtype=np.uint32), 42).tolist()
    [933211791, 3735386339]
    """
    wide = words.astype(np.uint64)
    mask = np.uint64(_MASK)
    one = np.uint64
    k = (wide * one(_C1)) & mask
    k = (((k << one(15)) | (k >> one(17))) & mask) * one(_C2) & mask
    h = one(seed & _MASK) ^ k
    h = (((h << one(13)) | (h >> one(19))) & mask) * one(5) + one(0xE6546B64) & mask
    h ^= one(4)
    h = (h ^ (h >> one(16))) * one(0x85EBCA6B) & mask
    h = (h ^ (h >> one(13))) * one(0xC2B2AE35) & mask
    return (h ^ (h >> one(16))).astype(np.uint32)
