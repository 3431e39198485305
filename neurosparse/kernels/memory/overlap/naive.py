"""Overlap by unpacking the bits: what the fast paths must equal."""

import numpy as np

from neurosparse.typing import Int32, UInt64


def overlap(a: UInt64, b: UInt64) -> Int32:
    """Matrix product of the unpacked bits, a [n, words] and b [m, words] -> [n, m]."""
    bits_a = np.unpackbits(a.view(np.uint8), axis=1).astype(np.int32)
    bits_b = np.unpackbits(b.view(np.uint8), axis=1).astype(np.int32)
    return np.asarray(bits_a @ bits_b.T, np.int32)
