"""The law, synapse by synapse in plain Python."""

from typing import Any

import numpy as np

from neurosparse.typing import Array, Float32, Int64


def add_products(
    indptr: Int64,
    indices: Array,
    weight: Float32,
    x: Float32,
    y: Float32,
    decay: Float32,
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
