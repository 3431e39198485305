"""How the probability of a synapse falls with distance, and the `reach` beyond which it is 0."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.typing import Float64

# of the radius; roundings of positions that lie up to a million radii from 0 are less
_BORDER = 1e-9


@dataclass(frozen=True)
class Gaussian:
    """p(d) = p exp(-d² / 2 sigma²), nothing beyond 6 sigma (where it is below 2e-8 p).

    >>> float(Gaussian(0.5, 2.0)(np.array([0.0]))[0])
    0.5
    """

    p: float
    sigma: float

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        checks.probability("p", self.p)
        checks.positive("sigma", self.sigma)

    @property
    def reach(self) -> float:
        """Largest distance of a synapse."""
        return 6 * self.sigma

    def __call__(self, distance: Float64) -> Float64:
        """Probability at each distance."""
        return np.asarray(self.p * np.exp(-0.5 * (distance / self.sigma) ** 2))


@dataclass(frozen=True)
class Exponential:
    """p(d) = p exp(-d / length), nothing beyond 20 lengths (where it is below 3e-9 p).

    >>> round(float(Exponential(1.0, 2.0)(np.array([2.0]))[0]), 4)
    0.3679
    """

    p: float
    length: float

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        checks.probability("p", self.p)
        checks.positive("length", self.length)

    @property
    def reach(self) -> float:
        """Largest distance of a synapse."""
        return 20 * self.length

    def __call__(self, distance: Float64) -> Float64:
        """Probability at each distance."""
        return np.asarray(self.p * np.exp(-distance / self.length))


@dataclass(frozen=True)
class Disc:
    """p(d) = p up to the radius, nothing beyond it.

    Distances above it by less than a billionth count: positions in decimals are rounded.

    >>> Disc(0.3, 1.0)(np.array([0.5, 1.5])).tolist()
    [0.3, 0.0]
    """

    p: float
    radius: float

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        checks.probability("p", self.p)
        checks.positive("radius", self.radius)

    @property
    def reach(self) -> float:
        """Largest distance of a synapse."""
        return self.radius * (1 + _BORDER)

    def __call__(self, distance: Float64) -> Float64:
        """Probability at each distance."""
        return np.where(distance <= self.reach, self.p, 0.0)
