"""The same swaps, with what each target lacks kept up to date."""

import numpy as np
from numba import njit

from neurosparse.kernels.graphs.match_strengths.values import Sending
from neurosparse.kernels.graphs.shuffle_directed.cpu import draw
from neurosparse.typing import Float64, Int64


def match_strengths(
    sending: Sending, goal: Float64, temperatures: Float64, seed: int
) -> Int64:
    """Swap in place."""
    start = np.asarray(sending.start, np.int64)
    segment = np.repeat(np.arange(len(start) - 1), np.diff(start)).astype(np.int32)
    with np.errstate(over="ignore"):
        source: Int64 = _anneal(
            start,
            segment,
            np.asarray(sending.target, np.int32),
            np.array(sending.weight, np.float64),
            np.asarray(goal, np.float64),
            np.asarray(temperatures, np.float64),
            np.uint64(seed),
        )
    return source


@njit(cache=True, nogil=True, fastmath=False)
def _anneal(  # type: ignore[no-untyped-def]
    start, segment, target, weight, goal, temperatures, seed
):
    edges = len(target)
    source = np.arange(edges)
    state = np.array([seed], np.uint64)
    # what each target has too much
    excess = -goal
    for e in range(edges):
        excess[target[e]] += weight[e]
    for temperature in temperatures:
        for _ in range(edges):
            e = draw(state, edges)
            low = start[segment[e]]
            f = low + draw(state, start[segment[e] + 1] - low)
            p = target[e]
            q = target[f]
            step = weight[f] - weight[e]
            if p == q or step == 0.0:
                continue
            rise = 2.0 * step * (excess[p] - excess[q] + step)
            if rise > 0.0:
                if rise > 40.0 * temperature:
                    continue
                chance = draw(state, 1 << 31) / (1 << 31)
                if chance >= np.exp(-rise / temperature):
                    continue
            excess[p] += step
            excess[q] -= step
            weight[e], weight[f] = weight[f], weight[e]
            source[e], source[f] = source[f], source[e]
    return source
