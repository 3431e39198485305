"""What synapses with short-term plasticity will deliver of spikes that are under way."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.learning import Learning


def shares_under_way(
    learning: Learning, fired: dict[int, NDArray[np.int32]], now: int
) -> dict[int, NDArray[np.float32]]:
    """The share of its weight that each spike will deliver, by steps since it left.

    Args:
        learning: traces as they are after step now - 1.
        fired: neurons by steps since they fired, the longest first.
        now: the step to come.
    """
    rule = learning.short
    n_pre = len(learning.rule.Pre._fields)
    n_short = len(rule.State._fields)
    rows = slice(n_pre, n_pre + n_short)
    factors = learning.factors[rows, None]
    p = rule.Coefficients(
        *learning.coefficients[len(learning.rule.Coefficients._fields) :, 0]
    )
    shares = {}
    traces: NDArray[Any] = np.zeros(0)
    if not learning.late:
        traces = learning.x[0, rows].copy()
    for back, neurons in fired.items():
        if learning.late:
            traces = learning.x[0, (now - back - 1) % learning.x.shape[1], rows].copy()
        traces *= factors
        each = [rule.State(*traces[:, i]) for i in neurons]
        shares[back] = np.array([rule.efficacy(x, p) for x in each], dtype=np.float32)
        for i, x in zip(neurons, each, strict=True):
            traces[:, i] = rule.spike(x, p)
    return shares
