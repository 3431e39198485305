"""Overlap by unpacking the bits: what the fast paths must equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def overlap(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Matrix product of the unpacked bits, a [n, words] and b [m, words] -> [n, m]."""
    bits_a, bits_b = (np.unpackbits(x.view(np.uint8), axis=1).astype(np.int32) for x in (a, b))
    return np.asarray(bits_a @ bits_b.T, np.int32)
