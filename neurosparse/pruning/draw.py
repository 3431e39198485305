"""Drawing with unequal chances: which chance each item gets for a wanted number, and who is
drawn.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument
from neurosparse.pruning.recurrent import Float

Mask = NDArray[np.bool_]


def inclusion(scores: Any, count: int) -> Float:
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
        raise bad_argument(
            "scores", Said("negative or non-finite numbers"), "finite scores, 0 or more, shape [m]"
        )
    if not 0 <= count <= len(s):
        raise bad_argument("count", count, f"0..{len(s)}, the number of items")
    if count in (0, len(s)):
        return np.full(len(s), float(count > 0))
    s = np.maximum(s / s.max(), 1e-12) if s.any() else np.ones(len(s))
    falling = -np.sort(-s)
    # with the first r certain, the others share count - r; the first r for which the next stays
    # below 1
    rest = falling.sum() - np.concatenate(([0.0], np.cumsum(falling)))[:-1]
    left = count - np.arange(len(s))
    fits = (left[:count] * falling[:count]) <= rest[:count]
    r = int(np.argmax(fits)) if fits.any() else count
    scale = (count - r) / float(np.sum(falling[r:])) if r < count else np.inf
    with np.errstate(invalid="ignore"):
        return (
            np.minimum(1.0, scale * s)
            if r < count
            else (s >= falling[count - 1]).astype(np.float64)
        )


class Draw(Protocol):
    """Draw items with chances `[m]`."""

    def __call__(self, chances: Float, rng: np.random.Generator) -> Mask: ...


@dataclass(frozen=True)
class Independent:
    """Draw each item by itself; the number drawn varies.

    >>> Independent()(np.array([1.0, 0.0]), np.random.default_rng(0)).tolist()
    [True, False]
    """

    def __call__(self, chances: Float, rng: np.random.Generator) -> Mask:
        """Draw."""
        return np.asarray(rng.random(len(chances)) < chances)


@dataclass(frozen=True)
class Systematic:
    """Draw exactly as many as the chances add up to, each with its chance (equal steps along a shuffled sum).

    Source: W. G. Madow, Ann. Math. Stat. 20 (1949), doi:10.1214/aoms/1177729988.

    >>> int(Systematic()(np.full(10, 0.3), np.random.default_rng(0)).sum())
    3
    """

    def __call__(self, chances: Float, rng: np.random.Generator) -> Mask:
        """Draw."""
        order = rng.permutation(len(chances))
        ends = np.cumsum(chances[order])
        if len(ends):
            # a whole sum that rounding has left just below it would cost one item
            ends[-1] = round(ends[-1]) if abs(ends[-1] - round(ends[-1])) < 1e-6 else ends[-1]
        points = np.floor(ends + rng.random())
        drawn = np.zeros(len(chances), np.bool_)
        drawn[order] = np.diff(points, prepend=0.0) > 0
        return drawn
