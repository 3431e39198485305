"""Rules that turn scores into weights: what each is, its margin, its entropy."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neurosparse.checks import finite, whole_number
from neurosparse.errors import bad_argument
from neurosparse.typing import Array, Int32, Int64

NEAR = 1e-9  # of α to 1: below it s^(1/(α-1)) has lost more digits to rounding than softmax differs


class Shape(NamedTuple):
    """What the fast paths know of a rule.

    Weights ∝ s^out with s = clip(scale·z - τ, 0, 1) and τ from Σ s^power = total. `scale` 0 stands
    for softmax, the limit in which nothing is ever clipped away.
    """

    scale: float
    power: float
    out: float
    total: float


class Support(NamedTuple):
    """Weights that are not zero, row by row, as compressed rows.

    Attributes:
        indptr: int64 `[n + 1]`; row i holds entries indptr[i] to indptr[i + 1].
        indices: int32 `[nnz]`, ascending within a row.
        weights: `[nnz]`, all above 0; each row sums to 1.
    """

    indptr: Int64
    indices: Int32
    weights: Array

    @property
    def sizes(self) -> Int64:
        """How many weights each row has, `[n]`."""
        return np.diff(self.indptr)


@dataclass(frozen=True)
class Entmax:
    """argmax over the simplex of z·p - Ω(p), with Ω(p) = -Σ (p - p^α) / (α(α-1)).

    Softmax at α = 1, sparsemax at 2. An α within 1e-9 of 1 is taken for 1: rounding could not tell
    it from softmax.

    Source: Peters, Niculae, Martins (2019), arXiv:1905.05702; Tsallis (1988),
    doi:10.1007/BF01016429.

    >>> Entmax(1.5).gap
    2.0
    """

    alpha: float

    def __post_init__(self) -> None:
        if not finite("alpha", self.alpha) >= 1:
            expected = "a finite number of at least 1 (1 softmax, 2 sparsemax)"
            raise bad_argument("alpha", self.alpha, expected)
        if self.alpha - 1 < NEAR:
            object.__setattr__(self, "alpha", 1.0)

    @property
    def shape(self) -> Shape:
        """Numbers of the threshold equation."""
        if self.alpha == 1:
            return Shape(0.0, 0.0, 0.0, 1.0)
        power = 1.0 / (self.alpha - 1.0)
        return Shape(self.alpha - 1.0, power, power, 1.0)

    @property
    def gap(self) -> float:
        """Lead of the largest score from which on it takes all the weight: 1/(α-1), or infinity."""
        return float("inf") if self.alpha == 1 else 1.0 / (self.alpha - 1.0)

    def term(self, weights: Array) -> Array:
        """Share of each weight in the entropy, before `entropy` scales their sum."""
        if self.alpha == 1:
            return np.asarray(weights * np.log(np.where(weights > 0, weights, 1.0)))
        return np.asarray(weights**self.alpha - weights)

    def entropy(self, terms: Array) -> Array:
        """Ω from the sum of its terms."""
        return terms if self.alpha == 1 else terms / (self.alpha * (self.alpha - 1))


@dataclass(frozen=True)
class Normmax:
    """argmax over the simplex of z·p - ‖p‖_γ.

    The margin is 1 whatever γ; near ties are shared the more evenly, the larger γ. Source: Blondel,
    Martins, Niculae (2020), arXiv:1901.02324; as memory: Santos et al. (2024), arXiv:2402.13725.

    >>> Normmax(2.0).gap
    1.0
    """

    gamma: float

    def __post_init__(self) -> None:
        if not finite("gamma", self.gamma) > 1:
            raise bad_argument("gamma", self.gamma, "a finite number above 1")

    @property
    def shape(self) -> Shape:
        """Numbers of the threshold equation."""
        return Shape(1.0, self.gamma / (self.gamma - 1.0), 1.0 / (self.gamma - 1.0), 1.0)

    @property
    def gap(self) -> float:
        """Lead of the largest score from which on it takes all the weight: 1."""
        return 1.0

    def term(self, weights: Array) -> Array:
        """Share of each weight in the entropy, before `entropy` scales their sum."""
        return np.asarray(weights**self.gamma)

    def entropy(self, terms: Array) -> Array:
        """Ω from the sum of its terms."""
        return np.asarray(terms ** (1.0 / self.gamma) - 1.0)


@dataclass(frozen=True)
class Budget:
    """Mean over a subset of k: weights μ/k, μ = argmax of z·μ - |μ|²/2 over 0 <= μ <= 1, Σ μ = k.

    When score k leads score k+1 by 1 or more, exactly the k best weigh 1/k each. This is SparseMAP
    (Niculae et al. 2018, arXiv:1802.04223) with a budget factor, as Santos et al. (2024,
    arXiv:2402.13725) use it; their state is the sum of the subset, ours its mean, so that it stays
    among the patterns.

    >>> Budget(3).gap
    1.0
    """

    k: int

    def __post_init__(self) -> None:
        whole_number("k", self.k, 1)

    @property
    def shape(self) -> Shape:
        """Numbers of the threshold equation."""
        return Shape(1.0, 1.0, 1.0, float(self.k))

    @property
    def gap(self) -> float:
        """Lead of score k over score k+1 from which on exactly k patterns are in the support: 1."""
        return 1.0

    def term(self, weights: Array) -> Array:
        """Share of each weight in the entropy, before `entropy` scales their sum."""
        return np.asarray(weights * weights)

    def entropy(self, terms: Array) -> Array:
        """Ω from the sum of its terms."""
        return np.asarray(0.5 * self.k * terms)


Rule = Entmax | Normmax | Budget


def as_rule(rule: Rule | float) -> Rule:
    """Take a number for the α of an entmax.

    >>> as_rule(2.0)
    Entmax(alpha=2.0)
    """
    if isinstance(rule, Entmax | Normmax | Budget):
        return rule
    if type(rule) is bool or not isinstance(rule, int | float | np.number):
        expected = "α as a number, or Entmax(α), Normmax(γ), Budget(k)"
        raise TypeError(f"rule: got {rule!r}, wants {expected}")
    return Entmax(float(rule))


def check_width(rule: Rule, n: int) -> None:
    """Refuse a row that the rule cannot weigh: an empty one, or one shorter than the budget."""
    least = rule.k if isinstance(rule, Budget) else 1
    if n < least:
        raise ValueError(f"rule: {rule} weighs at least {least} scores a row, got {n}")
