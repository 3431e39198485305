"""The law, synapse by synapse in plain Python."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def add_products(
    indptr: NDArray[np.int64],
    indices: NDArray[Any],
    weight: NDArray[np.float32],
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    decay: NDArray[np.float32],
    rate: Any,
) -> None:
    """Learn in place."""
    for i in range(len(indptr) - 1):
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            product = np.float32(0)
            for s in range(len(x)):
                product += x[s, i] * y[s, j]
            weight[k] += rate * (product / np.float32(len(x)) - decay[j] * weight[k])
