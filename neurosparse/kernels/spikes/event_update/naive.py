"""The law: sleepers leap, the others step, in plain Python."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.spikes.event_update import OPEN


def leap(model: Any, coefficients_of: Callable[[int], Any], s: Any, k: int) -> Any:
    """Advance a sleeper's state by k steps; `coefficients_of(k)` gives the coefficients of a step
    of k dt.
    """
    return type(model).update(s, coefficients_of(k), OPEN)[0] if k else s


def event_update(
    model: Any,
    coefficients_of: Callable[[int], Any],
    rows: NDArray[Any],
    valid: NDArray[np.int32],
    ready: NDArray[np.int32],
    awake: set[int],
    refractory_steps: int,
    step: int,
) -> list[int]:
    """Advance those who are awake by one step in place; returns the indices that fired,
    ascending.
    """
    fired = []
    p = coefficients_of(1)
    for i in sorted(awake):
        since = step - int(ready[i])
        s, crossed = type(model).update(model.State(*rows[:, i]), p, since)
        if crossed and since >= 0:
            fired.append(i)
            s = type(model).reset(model.State(*s), p)
            ready[i] = step + max(refractory_steps, 1)
        elif since >= 0 and not type(model).may_fire(model.State(*s), p):
            awake.discard(i)
        rows[:, i], valid[i] = s, step
    return fired
