"""Thresholds: what a unit's drive is cut to, and the penalty of which that is the proximal map."""

import math
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from neurosparse import checks
from neurosparse.errors import bad_argument, bad_type
from neurosparse.sparse_coding.curve import Curve, Scalar, Thresholding, floats, length
from neurosparse.typing import Array


@dataclass(frozen=True)
class Soft(Scalar):
    """Soft threshold, of the penalty `λ|a|`: `sign(r) max(|r| - λ, 0)`.

    Args:
        lam: λ, 0 or more.

    >>> Soft(0.5)([-1.5, -0.5, 0.3, 2.0]).tolist()
    [-1.0, 0.0, 0.0, 1.5]
    """

    lam: float
    convex = True

    def __post_init__(self) -> None:
        checks.not_negative("lam", self.lam)

    def curve(self, step: float = 1.0) -> Curve:
        """Give the proximal map in pieces."""
        return Curve(self.lam * step, self.lam * step, 1.0, math.inf)

    def penalty(self, a: Any) -> Array:
        """Give `λ|a|` of each coefficient."""
        return self.lam * np.abs(floats("a", a))


@dataclass(frozen=True)
class Hard(Scalar):
    """Hard threshold, of the penalty `λ [a != 0]`: r where `|r| > √(2λ)`, else 0.

    Args:
        lam: λ, the cost of an active unit, 0 or more.

    >>> Hard(0.05)([0.31, 0.32]).tolist()
    [0.0, 0.32]
    """

    lam: float

    def __post_init__(self) -> None:
        checks.not_negative("lam", self.lam)

    def curve(self, step: float = 1.0) -> Curve:
        """Give the proximal map in pieces."""
        return Curve(math.sqrt(2 * self.lam * step), 0.0, 1.0, math.inf)

    def penalty(self, a: Any) -> Array:
        """Give λ of each coefficient that is not 0."""
        a = floats("a", a)
        return np.where(a != 0, self.lam, 0.0).astype(a.dtype)


@dataclass(frozen=True)
class Half(Scalar):
    """Threshold of the penalty `λ √|a|`, 0 up to `(3/2) λ^(2/3)`.

    `(2/3) r (1 + cos(2π/3 - (2/3) arccos((λ/4)(|r|/3)^(-3/2))))` above.

    Args:
        lam: λ, 0 or more.

    Source: Xu, Chang, Xu & Zhang 2012, IEEE Transactions on Neural Networks and Learning Systems
    23(7); their λ is twice ours.

    >>> Half(0.05)([0.2, 0.21, 0.5]).round(6).tolist()
    [0.0, 0.144155, 0.46327]
    """

    lam: float

    def __post_init__(self) -> None:
        checks.not_negative("lam", self.lam)

    def limit(self, step: float = 1.0) -> float:
        """Give the drive up to which a unit is silent."""
        return float(1.5 * (self.lam * step) ** (2 / 3))

    def prox(self, r: Any, step: float = 1.0) -> Array:
        """Give `argmin_x ½(x - r)² + step λ √|x|`."""
        t = self.lam * length(step)
        r = floats("r", r)
        size = np.abs(r)
        limit = self.limit(step)
        # below the limit the arc cosine may have no value; what it gives is not used
        safe = np.maximum(size, max(limit, np.finfo(r.dtype).tiny))
        angle = np.arccos(np.minimum(t / 4 * (safe / 3) ** -1.5, 1.0))
        above = 2 / 3 * r * (1 + np.cos(2 * math.pi / 3 - 2 / 3 * angle))
        return np.asarray(np.where(size > limit, above, 0.0), r.dtype)

    def penalty(self, a: Any) -> Array:
        """Give `λ √|a|` of each coefficient."""
        return np.asarray(self.lam * np.sqrt(np.abs(floats("a", a))))


@dataclass(frozen=True)
class CEL0(Scalar):
    """Threshold of the continuous exact l0 penalty, for atoms of length 1.

    The penalty is `λ - ½ (|a| - √(2λ))²` up to `|a| = √(2λ)` and λ beyond; with it the cost has the
    global minima of the l0 cost and fewer local ones. A step η below 1 gives
    `sign(r) min(|r|, (|r| - √(2λ) η)₊/(1 - η))`, a longer one the hard threshold.

    Args:
        lam: λ, the cost of a large coefficient, 0 or more.

    Source: Soubies, Blanc-Feraud & Aubert 2015, SIAM Journal on Imaging Sciences 8(3),
    https://doi.org/10.1137/151003714.

    >>> CEL0(0.5).prox([0.1, 0.3, 0.8, 1.5], 0.1).round(6).tolist()
    [0.0, 0.222222, 0.777778, 1.5]
    """

    lam: float

    def __post_init__(self) -> None:
        checks.not_negative("lam", self.lam)

    def curve(self, step: float = 1.0) -> Curve:
        """Give the proximal map in pieces."""
        edge = math.sqrt(2 * self.lam)
        if step >= 1:
            return Curve(edge * math.sqrt(step), 0.0, 1.0, math.inf)
        return Curve(edge * step, edge * step, 1 / (1 - step), edge)

    def penalty(self, a: Any) -> Array:
        """Give what each coefficient costs."""
        edge = math.sqrt(2 * self.lam)
        left = np.minimum(np.abs(floats("a", a)) - edge, 0)
        return self.lam - 0.5 * left**2


@dataclass(frozen=True)
class Firm(Scalar):
    """Firm threshold, of the minimax concave penalty: `λ|a| - a²/(2θ)` up to θλ, then `θλ²/2`.

    At step 1: 0 up to λ, `θ (|r| - λ)/(θ - 1)` up to θλ, then r.

    Args:
        lam: λ, 0 or more.
        theta: θ, above 1; infinity is the soft threshold.

    Source: Gao & Bruce 1997, Statistica Sinica 7(4); Zhang 2010, https://doi.org/10.1214/09-AOS729.

    >>> Firm(1.0, 2.0)([0.5, 1.5, 3.0]).tolist()
    [0.0, 1.0, 3.0]
    """

    lam: float
    theta: float = 3.0

    def __post_init__(self) -> None:
        checks.not_negative("lam", self.lam)
        if not checks.no_nan("theta", self.theta) > 1:
            raise bad_argument("theta", self.theta, "a number above 1")

    def curve(self, step: float = 1.0) -> Curve:
        """Give the proximal map in pieces."""
        if step >= self.theta:
            return Curve(self.lam * math.sqrt(step * self.theta), 0.0, 1.0, math.inf)
        slope = 1 / (1 - step / self.theta)
        return Curve(self.lam * step, self.lam * step, slope, self.lam * self.theta)

    def penalty(self, a: Any) -> Array:
        """Give what each coefficient costs."""
        size = np.minimum(np.abs(floats("a", a)), self.lam * self.theta)
        return np.asarray(self.lam * size - size**2 / (2 * self.theta))


@dataclass(frozen=True)
class Rozell(Scalar):
    """The family of thresholds of the locally competitive algorithm.

    `T(u) = sign(u) (|u| - αλ)/(1 + exp(-γ (|u| - λ)))`; α = 1 is soft and α = 0 hard at λ when γ is
    infinite. The penalty, for infinite γ, is `(1 - α)² λ²/2 + αλ|a|` of each active unit.

    Args:
        lam: λ, the drive at which a unit becomes active, 0 or more.
        shrinkage: α, from 0 to 1.
        gain: γ, above 0; with a finite one no unit is ever silent, and there is no penalty.

    Source: Rozell, Johnson, Baraniuk & Olshausen 2008, https://doi.org/10.1162/neco.2008.03-07-486.

    >>> float(Rozell(0.5, shrinkage=0.5, gain=10.0)(0.8).round(6))
    0.523916
    """

    lam: float
    shrinkage: float = 1.0
    gain: float = math.inf

    def __post_init__(self) -> None:
        checks.not_negative("lam", self.lam)
        checks.fraction("shrinkage", self.shrinkage)
        if not checks.no_nan("gain", self.gain) > 0:
            raise bad_argument("gain", self.gain, "a number above 0, or infinity")

    def __call__(self, u: Any) -> Array:
        """Cut drives of any shape."""
        if math.isinf(self.gain):
            return self.prox(u)
        u = floats("u", u)
        size = np.abs(u)
        # far below the limit the exponential may overflow: the result is 0 all the same
        with np.errstate(over="ignore"):
            share = 1 / (1 + np.exp(-self.gain * (size - self.lam)))
        return np.asarray(np.copysign(1.0, u) * (size - self.shrinkage * self.lam) * share)

    def curve(self, step: float = 1.0) -> Curve:
        """Give the proximal map in pieces.

        Raises:
            ValueError: a finite gain.
        """
        self._infinite()
        shift = self.shrinkage * self.lam * step
        jump = (1 - self.shrinkage) * self.lam * math.sqrt(step)
        return Curve(shift + jump, shift, 1.0, math.inf)

    def penalty(self, a: Any) -> Array:
        """Give what each coefficient costs.

        Raises:
            ValueError: a finite gain.
        """
        self._infinite()
        a = floats("a", a)
        start = (1 - self.shrinkage) ** 2 * self.lam**2 / 2
        return np.where(a != 0, start + self.shrinkage * self.lam * np.abs(a), 0)

    def _infinite(self) -> None:
        if math.isfinite(self.gain):
            remedy = "take it in Lca, or leave gain out"
            raise bad_argument(
                "gain", self.gain, "infinity where a penalty is meant", remedy
            )


@dataclass(frozen=True)
class NonNegative:
    """A threshold of coefficients that are never negative: that of `max(r, 0)`.

    Args:
        of: any other threshold.

    >>> NonNegative(Soft(0.5))([-1.5, 2.0]).tolist()
    [0.0, 1.5]
    """

    of: Thresholding

    def __post_init__(self) -> None:
        if isinstance(self.of, NonNegative) or not hasattr(self.of, "prox"):
            raise bad_type("of", self.of, "another threshold, such as Soft(0.1)")

    @property
    def lam(self) -> float:
        """λ of the other."""
        return float(cast(Any, self.of).lam)

    @property
    def convex(self) -> bool:
        """Whether the penalty is convex."""
        return bool(getattr(self.of, "convex", False))

    def __call__(self, u: Any) -> Array:
        """Cut drives of any shape."""
        return self.of(np.maximum(floats("u", u), 0))

    def prox(self, r: Any, step: float = 1.0) -> Array:
        """Give `argmin_{x >= 0} ½(x - r)² + step penalty(x)`."""
        return self.of.prox(np.maximum(floats("r", r), 0), step)

    def penalty(self, a: Any) -> Array:
        """Give what each coefficient costs; infinity where it is negative."""
        a = floats("a", a)
        return np.where(a < 0, math.inf, self.of.penalty(np.maximum(a, 0)))
