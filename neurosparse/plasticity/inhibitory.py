"""Inhibition that learns to balance excitation, spike by spike."""

from dataclasses import dataclass
from typing import NamedTuple

from neurosparse.errors import bad_argument
from neurosparse.plasticity.base import check_rule
from neurosparse.plasticity.pair import PairTrace, PairTraces


class InhibitoryCoefficients(NamedTuple):
    """What the rule needs at an event."""

    step: float
    offset: float
    w_min: float
    w_max: float


@dataclass(frozen=True)
class InhibitorySTDP(PairTraces):
    """Symmetric rule of inhibitory synapses: it brings the rate of each target to `rate`.

    When a spike of i arrives:  w += eta (y_j - 2 rate tau);
    when j fires:               w += eta x_i;

    both clipped between 0 and `strongest`. x and y grow by 1 with each spike and decay with tau
    (ms); `rate` is in Hz, eta > 0 in units of the weight. Where inhibition is written as
    negative weights, give a negative `strongest`: the rule then strengthens downwards.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, doi:10.1126/science.1211095.

    >>> InhibitorySTDP(eta=0.01, rate=5.0, strongest=-2.0).w_min
    -2.0
    """

    eta: float
    rate: float
    strongest: float
    tau: float = 20.0

    Coefficients = InhibitoryCoefficients

    def __post_init__(self) -> None:
        check_rule(self, ("tau", "eta"), ("rate",))
        if self.strongest == 0:
            expected = "the weight of the strongest synapse, below 0 where inhibition is"
            raise bad_argument("InhibitorySTDP.strongest", self.strongest, expected)

    @property
    def tau_plus(self) -> float:  # type: ignore[override]
        """Of the presynaptic trace, in ms."""
        return self.tau

    @property
    def tau_minus(self) -> float:  # type: ignore[override]
        """Of the postsynaptic trace, in ms."""
        return self.tau

    @property
    def w_min(self) -> float:
        """The lowest weight."""
        return min(self.strongest, 0.0)

    @property
    def w_max(self) -> float:
        """The highest weight."""
        return max(self.strongest, 0.0)

    def coefficients(self, dt: float) -> InhibitoryCoefficients:
        """The step, towards `strongest`, and the trace at which a spike changes nothing."""
        step = self.eta if self.strongest > 0 else -self.eta
        offset = 2 * self.rate * self.tau / 1000
        return InhibitoryCoefficients(step, offset, self.w_min, self.w_max)

    @staticmethod
    def on_pre(w: float, x: PairTrace, y: PairTrace, p: InhibitoryCoefficients) -> float:
        """Weaken, the less the more the target fired."""
        return max(p.w_min, min(p.w_max, w + p.step * (y.recent - p.offset)))

    @staticmethod
    def on_post(w: float, x: PairTrace, y: PairTrace, p: InhibitoryCoefficients) -> float:
        """Strengthen by how recently the source's spikes arrived."""
        return max(p.w_min, min(p.w_max, w + p.step * x.recent))

    @staticmethod
    def pre_spike(x: PairTrace, p: InhibitoryCoefficients) -> PairTrace:
        """Count the spike in."""
        return PairTrace(x.recent + 1)

    @staticmethod
    def post_spike(y: PairTrace, p: InhibitoryCoefficients) -> PairTrace:
        """Count the spike in."""
        return PairTrace(y.recent + 1)
