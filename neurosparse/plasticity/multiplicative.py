"""Spike-timing-dependent plasticity whose depression grows with the weight."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from neurosparse.plasticity.base import check_rule
from neurosparse.plasticity.pair import PairTrace, PairTraces


class MultiplicativeCoefficients(NamedTuple):
    """What the rule needs at an event."""

    rise: float
    fall: float
    w_unit: float
    mu: float
    keep: float


@dataclass(frozen=True)
class MultiplicativeSTDP(PairTraces):
    """Pair rule without an upper bound: strong synapses weaken more, so that weights settle.

    When j fires:               w += a_plus w_unit (w/w_unit)^mu x_i;
    when a spike of i arrives:  w -= a_minus w y_j, never below 0.

    mu = 0 is the rule of van Rossum, mu = 0.4 that of Morrison, with w_unit in the unit of the
    weight. x and y decay with tau_plus and tau_minus (ms) and grow by 1 with each spike, or are set
    to 1 (`nearest`). With mu < 1 uncorrelated spikes settle at
    w = w_unit (a_plus tau_plus / (a_minus tau_minus))^(1/(1 - mu)).

    Raises:
        ValueError: parameters that cannot be meant.

    Sources: van Rossum, Bi & Turrigiano 2000, doi:10.1523/JNEUROSCI.20-23-08812.2000; Morrison,
    Aertsen & Diesmann 2007, doi:10.1162/neco.2007.19.6.1437.

    >>> MultiplicativeSTDP(a_plus=0.01, a_minus=0.012).mu
    0.0
    """

    a_plus: float
    a_minus: float
    w_unit: float = 1.0
    mu: float = 0.0
    tau_plus: float = 20.0
    tau_minus: float = 20.0
    nearest: bool = False

    w_min: ClassVar[float] = 0.0
    Coefficients = MultiplicativeCoefficients

    def __post_init__(self) -> None:
        check_rule(self, ("tau_plus", "tau_minus", "w_unit"), ("mu", "a_plus", "a_minus"))

    def coefficients(self, dt: float) -> MultiplicativeCoefficients:
        """Collect the numbers of the rule."""
        keep = 0.0 if self.nearest else 1.0
        return MultiplicativeCoefficients(
            self.a_plus * self.w_unit, self.a_minus, self.w_unit, self.mu, keep
        )

    @staticmethod
    def on_pre(
        w: float, x: PairTrace, y: PairTrace, p: MultiplicativeCoefficients
    ) -> float:
        """Weaken in proportion to the weight and to how recently the target fired."""
        return max(0.0, w - p.fall * w * y.recent)

    @staticmethod
    def on_post(
        w: float, x: PairTrace, y: PairTrace, p: MultiplicativeCoefficients
    ) -> float:
        """Strengthen by how recently the source's spikes arrived."""
        share = (w / p.w_unit) ** p.mu if p.mu > 0 else 1.0
        return w + p.rise * share * x.recent

    @staticmethod
    def pre_spike(x: PairTrace, p: MultiplicativeCoefficients) -> PairTrace:
        """Count the spike in."""
        return PairTrace(x.recent * p.keep + 1)

    @staticmethod
    def post_spike(y: PairTrace, p: MultiplicativeCoefficients) -> PairTrace:
        """Count the spike in."""
        return PairTrace(y.recent * p.keep + 1)
