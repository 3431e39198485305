"""Patterns at random, and parts of them."""

from typing import Any

import numpy as np


def drawn(m: int, n: int, k: int, rng: Any = 0) -> Any:
    """m random patterns of exactly k of n units, boolean [m, n]."""
    rows = np.zeros((m, n), np.bool_)
    chosen = np.argpartition(np.random.default_rng(rng).random((m, n)), k, axis=1)[:, :k]
    np.put_along_axis(rows, chosen, True, axis=1)
    return rows


def part_of(patterns: Any, c: int) -> Any:
    """Cues of the first c active units of each pattern."""
    return patterns & (np.cumsum(patterns, axis=1) <= c)


def signs(m: int, n: int, rng: Any = 0) -> Any:
    return np.random.default_rng(rng).choice(np.float32([-1, 1]), (m, n))
