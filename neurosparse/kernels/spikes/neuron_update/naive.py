"""The law, one neuron after the other in plain Python."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def neuron_update(
    model: Any,
    update: Callable[..., Any],
    rows: NDArray[Any],
    coefficients: NDArray[Any],
    ready: NDArray[np.int32],
    refractory_steps: NDArray[np.int32],
    step: int,
) -> list[int]:
    """Advance every neuron by one step in place and return the indices of those that fired,
    ascending.
    """
    fired = []
    for i in range(rows.shape[1]):
        p = model.Coefficients(*(row[i % len(row)] for row in coefficients))
        since = step - int(ready[i])
        s, crossed = update(model.State(*rows[:, i]), p, since)
        if crossed and since >= 0:
            fired.append(i)
            s = model.reset(model.State(*s), p)
            ready[i] = step + max(int(refractory_steps[i % len(refractory_steps)]), 1)
        rows[:, i] = s
    return fired
