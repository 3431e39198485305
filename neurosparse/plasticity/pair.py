"""Pair-based spike-timing-dependent plasticity."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from neurosparse.plasticity.base import check_bounds, check_rule


class PairTrace(NamedTuple):
    """How recently a neuron fired: 1 for a spike now, decaying."""

    recent: float


class PairTraces:
    """One trace a neuron, decaying with `tau_plus` before and `tau_minus` behind a synapse (ms)."""

    tau_plus: float
    tau_minus: float
    Pre = PairTrace
    Post = PairTrace

    def pre_decay(self, dt: float) -> PairTrace:
        """e^(-dt/tau_plus)."""
        return PairTrace(math.exp(-dt / self.tau_plus))

    def post_decay(self, dt: float) -> PairTrace:
        """e^(-dt/tau_minus)."""
        return PairTrace(math.exp(-dt / self.tau_minus))


class PairCoefficients(NamedTuple):
    """What the rule needs at an event."""

    rise: float
    fall: float
    w_min: float
    w_max: float
    mu: float
    keep: float


@dataclass(frozen=True)
class PairSTDP(PairTraces):
    """Pair rule: post after pre strengthens, pre after post weakens.

    When j fires:               w += a_plus (1 - w/w_max)^mu x_i;
    when a spike of i arrives:  w -= a_minus (w/w_max)^mu y_j;

    both clipped to [w_min, w_max]. x and y decay with tau_plus and tau_minus (ms) and grow by 1
    with each spike (all-to-all), or are set to 1 (`nearest`). mu = 0 is additive, mu = 1
    multiplicative. a_plus and a_minus are in units of the weight.

    Raises:
        ValueError: parameters that cannot be meant.

    Sources: Song, Miller & Abbott 2000, doi:10.1038/78829; weight dependence: Guetig et al. 2003,
    doi:10.1523/JNEUROSCI.23-09-03697.2003.

    >>> PairSTDP(a_plus=0.01, a_minus=0.012, w_max=1.0).mu
    0.0
    """

    a_plus: float
    a_minus: float
    w_max: float
    w_min: float = 0.0
    tau_plus: float = 20.0
    tau_minus: float = 20.0
    mu: float = 0.0
    nearest: bool = False

    Coefficients = PairCoefficients

    def __post_init__(self) -> None:
        check_rule(self, ("tau_plus", "tau_minus"), ("mu",))
        check_bounds(self, positive=self.mu > 0)

    def coefficients(self, dt: float) -> PairCoefficients:
        """Collect the numbers of the rule."""
        keep = 0.0 if self.nearest else 1.0
        return PairCoefficients(
            self.a_plus, self.a_minus, self.w_min, self.w_max, self.mu, keep
        )

    @staticmethod
    def on_pre(w: float, x: PairTrace, y: PairTrace, p: PairCoefficients) -> float:
        """Weaken by how recently the target fired."""
        share = (w / p.w_max) ** p.mu if p.mu > 0 else 1.0
        return max(p.w_min, min(p.w_max, w - p.fall * share * y.recent))

    @staticmethod
    def on_post(w: float, x: PairTrace, y: PairTrace, p: PairCoefficients) -> float:
        """Strengthen by how recently the source's spikes arrived."""
        share = (1 - w / p.w_max) ** p.mu if p.mu > 0 else 1.0
        return max(p.w_min, min(p.w_max, w + p.rise * share * x.recent))

    @staticmethod
    def pre_spike(x: PairTrace, p: PairCoefficients) -> PairTrace:
        """Count the spike in."""
        return PairTrace(x.recent * p.keep + 1)

    @staticmethod
    def post_spike(y: PairTrace, p: PairCoefficients) -> PairTrace:
        """Count the spike in."""
        return PairTrace(y.recent * p.keep + 1)
