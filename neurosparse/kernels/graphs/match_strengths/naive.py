"""Metropolis swaps with the whole energy computed for each: the law."""

import numpy as np

from neurosparse.kernels.graphs.match_strengths.values import Sending
from neurosparse.typing import Float64, Int64


def match_strengths(
    sending: Sending, goal: Float64, temperatures: Float64, seed: int
) -> Int64:
    """Propose, compare energies, accept."""
    rng = np.random.default_rng(seed)
    edges = len(sending.target)
    source = np.arange(edges)
    segment = np.repeat(np.arange(len(sending.start) - 1), np.diff(sending.start))

    def energy(source: Int64) -> float:
        taken = sending.weight[source]
        sums = np.bincount(sending.target, taken, minlength=len(goal))
        return float(((sums - goal) ** 2).sum())

    for temperature in temperatures:
        for _ in range(edges):
            e = rng.integers(edges)
            f = rng.choice(np.flatnonzero(segment == segment[e]))
            swapped = source.copy()
            swapped[[e, f]] = source[[f, e]]
            rise = energy(swapped) - energy(source)
            if rise <= 0 or (
                temperature > 0 and rng.random() < np.exp(-rise / temperature)
            ):
                source = swapped
    return source
