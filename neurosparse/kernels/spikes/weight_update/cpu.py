"""Numba: one pass over the synapses."""

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def reward(
    weight: Any, eligibility: Any, gain: Any, keep: Any, w_min: Any, w_max: Any
) -> None:
    """Turn eligibility into weight."""
    for k in range(weight.size):
        e = eligibility[k]
        weight[k] = min(w_max, max(w_min, weight[k] + gain * e))
        eligibility[k] = e * keep


@njit(cache=True, nogil=True)
def scale_targets(indices: Any, weight: Any, factor: Any, w_max: Any) -> None:
    """Multiply the weights onto each target by its factor."""
    for k in range(weight.size):
        weight[k] = min(w_max, max(-w_max, weight[k] * factor[np.int64(indices[k])]))
