"""How the probability of a synapse falls with distance; each has a `reach` beyond which there are
none.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neurosparse.errors import bad_argument
from neurosparse.wiring._rule import probability

Floats = npt.NDArray[np.float64]


def _length(name: str, value: Any) -> None:
    if not (np.isfinite(value) and value > 0):
        raise bad_argument(name, value, "a finite length above 0")


@dataclass(frozen=True)
class Gaussian:
    """p(d) = p exp(-d² / 2 sigma²), nothing beyond 6 sigma (where it is below 2e-8 p).

    >>> float(Gaussian(0.5, 2.0)(np.array([0.0]))[0])
    0.5
    """

    p: float
    sigma: float

    def __post_init__(self) -> None:
        probability("p", self.p)
        _length("sigma", self.sigma)

    @property
    def reach(self) -> float:
        """Largest distance of a synapse."""
        return 6 * self.sigma

    def __call__(self, distance: Floats) -> Floats:
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
        probability("p", self.p)
        _length("length", self.length)

    @property
    def reach(self) -> float:
        """Largest distance of a synapse."""
        return 20 * self.length

    def __call__(self, distance: Floats) -> Floats:
        """Probability at each distance."""
        return np.asarray(self.p * np.exp(-distance / self.length))


@dataclass(frozen=True)
class Disc:
    """p(d) = p up to the radius, nothing beyond it.

    >>> Disc(0.3, 1.0)(np.array([0.5, 1.5])).tolist()
    [0.3, 0.0]
    """

    p: float
    radius: float

    def __post_init__(self) -> None:
        probability("p", self.p)
        _length("radius", self.radius)

    @property
    def reach(self) -> float:
        """Largest distance of a synapse."""
        return self.radius

    def __call__(self, distance: Floats) -> Floats:
        """Probability at each distance."""
        return np.where(distance <= self.radius, self.p, 0.0)
