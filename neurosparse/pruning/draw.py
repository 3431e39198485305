"""Drawing with unequal chances: the chance of each item for a wanted number, and who is drawn."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Bool, Float64


def inclusion(scores: ArrayLike, count: int) -> Float64:
    """Find chances p = min(1, K s) `[m]` whose sum is exactly `count`.

    K is where the sum, which grows with K, crosses the count; found among the sorted scores,
    exactly. Plain normalising and clipping would keep too few. Scores of 0 count as 1e-12 of the
    largest, so that any number can be reached.

    Raises:
        ValueError: scores below 0 or not finite, or more to keep than there are.

    >>> inclusion([8.0, 1.0, 1.0, 2.0], 2).tolist()
    [1.0, 0.25, 0.25, 0.5]
    """
    s = np.asarray(scores, np.float64)
    if s.ndim != 1 or not np.isfinite(s).all() or np.any(s < 0):
        received = Said("negative or non-finite numbers")
        raise bad_argument("scores", received, "finite scores, 0 or more, shape [m]")
    if not 0 <= count <= len(s):
        raise bad_argument("count", count, f"0..{len(s)}, the number of items")
    if count in (0, len(s)):
        return np.full(len(s), float(count > 0))
    s = np.maximum(s / s.max(), 1e-12) if s.any() else np.ones(len(s))
    falling = -np.sort(-s)
    # with the first r certain, the others share count - r; r is the first for which the chance of
    # the next stays below 1
    rest = falling.sum() - np.concatenate(([0.0], np.cumsum(falling)))[:-1]
    left = count - np.arange(len(s))
    fits = (left[:count] * falling[:count]) <= rest[:count]
    if not fits.any():
        return np.asarray(s >= falling[count - 1], np.float64)
    r = int(np.argmax(fits))
    scale = (count - r) / float(np.sum(falling[r:]))
    return np.asarray(np.minimum(1.0, scale * s))


class Draw(Protocol):
    """Draw items with chances `[m]`."""

    def __call__(self, chances: Float64, rng: Generator, /) -> Bool: ...


@dataclass(frozen=True)
class Independent:
    """Draw each item by itself; the number drawn varies.

    >>> Independent()(np.array([1.0, 0.0]), np.random.default_rng(0)).tolist()
    [True, False]
    """

    def __call__(self, chances: Float64, rng: Generator) -> Bool:
        """Draw `[m]`."""
        return np.asarray(rng.random(len(chances)) < chances)


@dataclass(frozen=True)
class Systematic:
    """Draw exactly as many as the chances add up to: equal steps along a shuffled sum of chances.

    Each item is drawn with its chance.

    Source: W. G. Madow, Ann. Math. Stat. 20 (1949), doi:10.1214/aoms/1177729988.

    >>> int(Systematic()(np.full(10, 0.3), np.random.default_rng(0)).sum())
    3
    """

    def __call__(self, chances: Float64, rng: Generator) -> Bool:
        """Draw `[m]`."""
        order = rng.permutation(len(chances))
        ends = np.cumsum(chances[order])
        # a whole sum that rounding has left just below it would cost one item
        if len(ends) and abs(ends[-1] - round(ends[-1])) < 1e-6:
            ends[-1] = round(ends[-1])
        points = np.floor(ends + rng.random())
        drawn = np.zeros(len(chances), np.bool_)
        drawn[order] = np.diff(points, prepend=0.0) > 0
        return drawn
