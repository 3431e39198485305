"""How support and familiarity become the chances that units of a code-selection memory win."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from neurosparse.checks import keep_numbers, not_negative, positive
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64


class Expansivity(Protocol):
    """A frozen dataclass that turns support and familiarity into chances of winning."""

    def __call__(self, v: Float64, familiarity: float) -> Float64:
        """Return ψ `[Q, K]` above 0, in proportion to the chances within a module.

        Args:
            v: normalised sums V, `[Q, K]`.
            familiarity: G.
        """


@dataclass(frozen=True)
class PowerExpansivity:
    """ψ = a·G^b / (1 + exp(shift − slope·V)) + 1: flat for the unknown, peaked for the known.

    shift/slope is the V from which on units count as alike. The published 13/26 suits memories that
    are nearly empty; where many units overlap a natural input by half (images), it draws among all
    of them and the code says little: `SHARP_EXPANSIVITY` asks for V near 1.

    >>> psi = PowerExpansivity()(np.array([[1.0, 0.0]]), 1.0)
    >>> bool(psi[0, 0] > 4000 * psi[0, 1])
    True
    """

    a: float = 10_000.0
    b: float = 7.0
    slope: float = 26.0
    shift: float = 13.0

    def __post_init__(self) -> None:
        keep_numbers(self)
        not_negative("a", self.a)
        not_negative("b", self.b)

    def __call__(self, v: Float64, familiarity: float) -> Float64:
        """Return ψ `[Q, K]`."""
        height = self.a * familiarity**self.b
        return np.asarray(height / (1 + np.exp(self.shift - self.slope * v)) + 1)


PUBLISHED_EXPANSIVITY = PowerExpansivity()
SHARP_EXPANSIVITY = PowerExpansivity(slope=100.0, shift=95.0)


@dataclass(frozen=True)
class LinearExpansivity:
    """ψ = χ·max(0, (G − G_min)/(1 − G_min)) / (1 + exp(shift − slope·V)) + floor.

    >>> LinearExpansivity()(np.zeros((1, 2)), 0.1).tolist()
    [[1e-06, 1e-06]]
    """

    gain: float = 2.5
    least: float = 0.2
    slope: float = 28.0
    shift: float = 5.0
    floor: float = 1e-6

    def __post_init__(self) -> None:
        keep_numbers(self)
        not_negative("gain", self.gain)
        positive("floor", self.floor)
        if not 0 <= self.least < 1:
            raise bad_argument("least", self.least, "a familiarity from 0 to below 1")

    def __call__(self, v: Float64, familiarity: float) -> Float64:
        """Return ψ `[Q, K]`."""
        eta = self.gain * max(0.0, (familiarity - self.least) / (1 - self.least))
        return np.asarray(eta / (1 + np.exp(self.shift - self.slope * v)) + self.floor)


EXPANSIVITIES: dict[str, Any] = {
    rule.__name__: rule for rule in (PowerExpansivity, LinearExpansivity)
}
