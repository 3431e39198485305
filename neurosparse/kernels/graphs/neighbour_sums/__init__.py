"""Sums over the neighbours of each neuron, of values of one moment or of the past.

    y[i] = Σ_e w[e] x[pre[e]],            x [n, d] float64, edges e of the neuron i
    y[i] = Σ_e w[e] past[(now - delay[e]) mod slots, pre[e]],  past [slots, n, d]

Edges stand by postsynaptic neuron: `indptr` int64 `[n + 1]`, `pre` int32 `[nnz]`.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float64, Int32, Int64

Backend = Literal["naive", "cpu"]


def neighbour_sums(
    indptr: Int64,
    pre: Int32,
    weights: Float64,
    x: Float64,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Float64:
    """Sum what the neighbours of each neuron have, `[n, d]`; threads change no bit.

    >>> import numpy as np
    >>> ring = np.array([0, 1, 2]), np.array([1, 0], np.int32), np.array([2.0, 1.0])
    >>> neighbour_sums(*ring, np.array([[1.0, 0.0], [3.0, 4.0]])).tolist()
    [[6.0, 8.0], [1.0, 0.0]]
    """
    run = implementation(__name__, backend).neighbour_sums
    return cast(Float64, run(indptr, pre, weights, x, threads))


def delayed_sums(
    indptr: Int64,
    pre: Int32,
    weights: Float64,
    delay: Int64,
    past: Float64,
    now: int,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Float64:
    """Sum what the neighbours of each neuron had `delay` `[nnz]` slots ago, `[n, d]`.

    >>> import numpy as np
    >>> past = np.array([[[5.0, 0.0]], [[7.0, 1.0]]])
    >>> edge = np.array([0, 1]), np.array([0], np.int32), np.array([2.0])
    >>> delayed_sums(*edge, np.array([1]), past, 1).tolist()
    [[10.0, 0.0]]
    """
    run = implementation(__name__, backend).delayed_sums
    return cast(Float64, run(indptr, pre, weights, delay, past, now, threads))
