"""Coordinate descent as it is said: the law."""

import numpy as np

from neurosparse.typing import Float64


def sparse_regression(
    moments: Float64, cross: Float64, penalty: float, tolerance: float, sweeps: int
) -> Float64:
    """One target after another, one weight after another."""
    weights = np.zeros(cross.shape)
    for w, c in zip(weights, cross, strict=True):
        for _ in range(sweeps):
            before = w.copy()
            for j in np.flatnonzero(np.diag(moments) > 0):
                pull = c[j] - moments[j] @ w + moments[j, j] * w[j]
                w[j] = np.sign(pull) * max(abs(pull) - penalty, 0.0) / moments[j, j]
            if np.abs(w - before).max(initial=0.0) <= tolerance:
                break
    return weights
