"""The same turns, with G w kept up to date: a weight that stays costs nothing."""

import numpy as np
from numba import njit

from neurosparse.typing import Float64


def sparse_regression(
    moments: Float64, cross: Float64, penalty: float, tolerance: float, sweeps: int
) -> Float64:
    """Descend for each target."""
    table = np.ascontiguousarray(moments, np.float64)
    targets = np.ascontiguousarray(cross, np.float64)
    weights: Float64 = _descend(table, targets, float(penalty), tolerance, sweeps)
    return weights


@njit(cache=True, nogil=True, fastmath=False)
def _descend(moments, cross, penalty, tolerance, sweeps):  # type: ignore[no-untyped-def]
    targets, n = cross.shape
    weights = np.zeros((targets, n))
    for i in range(targets):
        w = weights[i]
        rest = cross[i].copy()
        for _ in range(sweeps):
            most = 0.0
            for j in range(n):
                scale = moments[j, j]
                if scale <= 0.0:
                    continue
                pull = rest[j] + scale * w[j]
                size = max(abs(pull) - penalty, 0.0) / scale
                step = np.copysign(size, pull) - w[j]
                if step != 0.0:
                    w[j] += step
                    for k in range(n):
                        rest[k] -= step * moments[j, k]
                    most = max(most, abs(step))
            if most <= tolerance:
                break
    return weights
