"""The energy an update never raises, and the margin that decides whether it is exact."""

from collections.abc import Sequence

import numpy as np

from neurosparse.kernels.memory.entmax.rules import Budget, Rule
from neurosparse.kernels.memory.retrieve import nearest
from neurosparse.typing import Array, Float64

ROWS = 2**14  # read at a time, so that memory-mapped patterns stream


def largest_norm(patterns: Array) -> float:
    """M = max |x_i|, read in blocks.

    >>> largest_norm(np.array([[3.0, 4.0], [1.0, 0.0]]))
    5.0
    """
    squares = (
        np.square(patterns[i : i + ROWS], dtype=np.float64).sum(1).max()
        for i in range(0, len(patterns), ROWS)
    )
    return float(np.sqrt(max(squares)))


def energy_of(
    potentials: Array, states: Sequence[Array], patterns: Array, rule: Rule, beta: float
) -> Float64:
    """E(q) = -(Ω*(β X q) + Ω(1/N)) / β + |q|²/2 + M²/2 of each state, `[steps, n]`.

    With Ω the Shannon entropy this is Ramsauer's energy, -lse(β, X q) + |q|²/2 + ln N / β + M²/2.
    It lies in [0, 2M²] for states in the hull of the patterns, and an update is a step of the
    concave-convex procedure on it.

    Args:
        potentials: Ω*(β X q), `[steps, n]`.
        states: q of each step, `[n, d]`.
        patterns: X `[N, d]`.
        rule: of the update.
        beta: inverse temperature.

    Source: Santos et al. (2024), arXiv:2402.13725; Ramsauer et al. (2021), arXiv:2008.02217.
    """
    n = len(patterns)
    uniform = float(rule.entropy(n * rule.term(np.array([1.0 / n])))[0])
    squares = np.stack([np.square(state, dtype=np.float64).sum(1) for state in states])
    return np.asarray(
        -(potentials + uniform) / beta + squares / 2 + largest_norm(patterns) ** 2 / 2
    )


def margin_of(
    patterns: Array, queries: Array, rule: Rule, beta: float, threads: int = 1
) -> Float64:
    """β(s_k - s_(k+1)) of the dot products of each query `[n]`, k = 1 or the budget.

    Infinite where no pattern is left.
    """
    k = rule.k if isinstance(rule, Budget) else 1
    if len(patterns) <= k:
        return np.full(len(queries), np.inf)
    _, scores = nearest(patterns, queries, k + 1, threads=threads)
    return np.asarray(beta * (scores[:, k - 1].astype(np.float64) - scores[:, k]))
