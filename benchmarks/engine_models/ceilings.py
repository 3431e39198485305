"""What the machine itself allows: random scatter-add of weighted events, measured in the same run."""

import time

import numpy as np
from numba import njit


@njit(nogil=True)  # type: ignore[untyped-decorator]
def _scatter(indices, weight, rows, target):  # type: ignore[no-untyped-def]
    """Add the weights of the named rows to their targets."""
    for row in rows:
        place, add = indices[row], weight[row]
        for k in range(len(place)):
            target[place[k]] += add[k]


def scatter_events_per_second(targets: int = 12_500, fan_out: int = 1_000, seconds: float = 0.5) -> float:
    """Events a second that one thread can add to `targets` float32 values, rows of uint32 index and weight.

    The rows, as many as there are targets, are walked in random order; the best of the passes counts.
    """
    rng = np.random.default_rng(0)
    indices = np.sort(rng.integers(0, targets, (targets, fan_out), np.uint32), axis=1)
    weight = rng.random(indices.shape, np.float32)
    target = np.zeros(targets, np.float32)
    order = rng.permutation(targets)
    _scatter(indices, weight, order[:1], target)
    best, begun = float("inf"), time.perf_counter()
    while time.perf_counter() - begun < seconds or best == float("inf"):
        start = time.perf_counter()
        _scatter(indices, weight, order, target)
        best = min(best, time.perf_counter() - start)
    return float(indices.size / best)
