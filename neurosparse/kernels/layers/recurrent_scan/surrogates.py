"""Surrogates: smooth stand-ins for the derivative of a spike, each a small object.

A spike is H(u) with u = v - threshold; its derivative is 0 almost everywhere, so gradients take a
smooth one. Every surrogate has a `kind` by which compiled code knows it and one number, its
`slope`.

Sources: Neftci, Mostafa & Zenke 2019, arXiv:1901.09948; Zenke & Vogels 2021,
doi:10.1162/neco_a_01367.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

FAST_SIGMOID, ATAN, TRIANGLE, SIGMOID, BOX = range(5)


class Surrogate(Protocol):
    """A derivative of the spike, of u = v - threshold."""

    kind: ClassVar[int]

    @property
    def slope(self) -> float:
        """The number that sets its width."""
        ...

    def __call__(self, u: Any) -> Any:
        """Evaluate the derivative."""
        ...


def _positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name}: got {value!r}, wants a finite number above 0")


@dataclass(frozen=True)
class FastSigmoid:
    """1 / (1 + slope |u|)², as `snntorch.surrogate.fast_sigmoid`.

    Source: Zenke & Ganguli 2018, doi:10.1162/neco_a_01086.

    >>> FastSigmoid(10.0)(np.array([0.0, 0.1])).tolist()
    [1.0, 0.25]
    """

    slope: float = 25.0
    kind: ClassVar[int] = FAST_SIGMOID

    def __post_init__(self) -> None:
        _positive("slope", self.slope)

    def __call__(self, u: Any) -> Any:
        """Evaluate the derivative."""
        return 1 / (1 + self.slope * abs(u)) ** 2


USUAL = FastSigmoid()
"""The surrogate of those who do not choose one."""


@dataclass(frozen=True)
class ATan:
    """(slope / 2) / (1 + (π/2 slope u)²), as `snntorch.surrogate.atan`.

    Source: Fang et al. 2021, arXiv:2007.05785.

    >>> ATan(2.0)(0.0)
    1.0
    """

    slope: float = 2.0
    kind: ClassVar[int] = ATAN

    def __post_init__(self) -> None:
        _positive("slope", self.slope)

    def __call__(self, u: Any) -> Any:
        """Evaluate the derivative."""
        return self.slope / 2 / (1 + (math.pi / 2 * self.slope * u) ** 2)


@dataclass(frozen=True)
class Triangle:
    """max(0, 1 - slope |u|): zero beyond 1 / slope.

    Source: Bellec et al. 2018, arXiv:1803.09574.

    >>> Triangle(1.0)(np.array([-2.0, -0.5, 0.0])).tolist()
    [0.0, 0.5, 1.0]
    """

    slope: float = 1.0
    kind: ClassVar[int] = TRIANGLE

    def __post_init__(self) -> None:
        _positive("slope", self.slope)

    def __call__(self, u: Any) -> Any:
        """Evaluate the derivative."""
        rise = 1 - self.slope * abs(u)
        return rise * (rise > 0) + 0.0


@dataclass(frozen=True)
class LogisticSigmoid:
    """slope s (1 - s), s = 1 / (1 + e^(-slope u)), as `snntorch.surrogate.sigmoid`.

    >>> LogisticSigmoid(4.0)(0.0)
    np.float64(1.0)
    """

    slope: float = 25.0
    kind: ClassVar[int] = SIGMOID

    def __post_init__(self) -> None:
        _positive("slope", self.slope)

    def __call__(self, u: Any) -> Any:
        """Evaluate the derivative."""
        # of |u|, since it is even and e^(-|x|) never overflows
        fall = np.exp(-self.slope * abs(u))
        return self.slope * fall / (1 + fall) ** 2


@dataclass(frozen=True)
class Box:
    """slope where |u| < 1 / (2 slope), else 0: a window of area 1.

    >>> Box(1.0)(np.array([0.4, 0.6])).tolist()
    [1.0, 0.0]
    """

    slope: float = 1.0
    kind: ClassVar[int] = BOX

    def __post_init__(self) -> None:
        _positive("slope", self.slope)

    def __call__(self, u: Any) -> Any:
        """Evaluate the derivative."""
        return self.slope * (2 * self.slope * abs(u) < 1)
