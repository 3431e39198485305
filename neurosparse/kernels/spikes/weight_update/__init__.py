"""Weights changed all at once, between steps: by eligibility and dopamine, or target by target."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float32


def reward(
    weight: Float32,
    eligibility: Float32,
    gain: float,
    keep: float,
    w_min: float,
    w_max: float,
    backend: str = "cpu",
) -> None:
    """w <- clip(w + gain e, w_min, w_max), e <- keep e, in place; both [nnz].

    >>> w, e = np.ones(2, np.float32), np.array([1.0, -4.0], np.float32)
    >>> reward(w, e, 0.5, 0.5, 0.0, 2.0)
    >>> w.tolist(), e.tolist()
    ([1.5, 0.0], [0.5, -2.0])
    """
    implementation(__name__, backend).reward(
        weight, eligibility, *map(np.float32, (gain, keep, w_min, w_max))
    )


def scale_targets(
    indices: NDArray[Any],
    weight: Float32,
    factor: Float32,
    w_max: float = np.inf,
    backend: str = "cpu",
) -> None:
    """w[k] <- clip(w[k] factor[indices[k]], -w_max, w_max) in place.

    `weight` and `indices` are `[nnz]`, `factor` is `[n_post]`.

    >>> w = np.ones(3, np.float32)
    >>> scale_targets(np.array([0, 1, 1]), w, np.array([2.0, 0.5], np.float32))
    >>> w.tolist()
    [2.0, 0.5, 0.5]
    """
    implementation(__name__, backend).scale_targets(
        indices, weight, factor, np.float32(w_max)
    )
