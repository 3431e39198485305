"""Products of activity added to the stored synapses only.

For synapse k from i to j: w[k] += rate (mean over samples of x[s, i] y[s, j] - decay[j] w[k]).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def add_products(
    indptr: NDArray[np.int64],
    indices: NDArray[Any],
    weight: Floats,
    x: Floats,
    y: Floats,
    decay: Floats,
    rate: float,
    backend: str = "cpu",
) -> None:
    """Learn in place: rows indptr [n_pre + 1], indices and weight [nnz], x [samples, n_pre], y
    [samples, n_post].

    >>> w = np.zeros(1, np.float32)
    >>> one = np.ones((1, 1), np.float32)
    >>> add_products(np.array([0, 1]), np.array([0]), w, 2 * one, 3 * one, one[0], 0.5)
    >>> w.tolist()
    [3.0]
    """
    match backend:
        case "naive":
            from neurosparse.kernels.layers.hebbian import naive as chosen
        case _:
            from neurosparse.kernels.layers.hebbian import cpu as chosen  # type: ignore[no-redef]
    chosen.add_products(indptr, indices, weight, x, y, decay, np.float32(rate))
