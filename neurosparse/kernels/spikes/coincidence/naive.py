"""The law: count, then multiply."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def add_coincidences(
    spikes: Iterable[int], bits: NDArray[np.uint64], weight: float, target: NDArray[Any]
) -> None:
    """Add weight times the number of spikes that reach each target; bits [n_pre, n_words]."""
    count = np.zeros(bits.shape[1] * 64, dtype=np.int64)
    for i in spikes:
        count += np.unpackbits(bits[i].astype("<u8").view(np.uint8), bitorder="little")
    target += count[: len(target)].astype(target.dtype) * target.dtype.type(weight)
