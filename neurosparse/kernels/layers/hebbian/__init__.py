"""Products of activity added to the stored synapses only.

For synapse k from i to j: w[k] += rate (mean over samples of x[s, i] y[s, j] - decay[j] w[k]).
"""

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array, Float32, Int64


def add_products(
    indptr: Int64,
    indices: Array,
    weight: Float32,
    x: Float32,
    y: Float32,
    decay: Float32,
    rate: float,
    backend: str = "cpu",
) -> None:
    """Learn in place.

    Args:
        indptr, indices: synapses as CSR by presynaptic neuron, `[n_pre + 1]` and `[nnz]`.
        weight: what is changed, `[nnz]`.
        x, y: activity before and behind the synapses, `[samples, n_pre]`, `[samples, n_post]`.
        decay: of each postsynaptic neuron, `[n_post]`.
        rate: learning rate.
        backend: "naive" or "cpu".

    >>> w = np.zeros(1, np.float32)
    >>> one = np.ones((1, 1), np.float32)
    >>> add_products(np.array([0, 1]), np.array([0]), w, 2 * one, 3 * one, one[0], 0.5)
    >>> w.tolist()
    [3.0]
    """
    implementation(__name__, backend).add_products(
        indptr, indices, weight, x, y, decay, np.float32(rate)
    )
