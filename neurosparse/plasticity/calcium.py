"""Weights that follow the calcium of their synapse."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from neurosparse.errors import bad_argument
from neurosparse.plasticity.base import check_bounds, check_rule


class NoTrace(NamedTuple):
    """What a neuron carries for a rule that looks at synapses alone."""


class CalciumSynapse(NamedTuple):
    """What a synapse keeps: its weight, and its calcium in units of the threshold."""

    weight: float
    calcium: float


class CalciumCoefficients(NamedTuple):
    """What the rule needs at an event, rates in 1/ms."""

    c_pre: float
    c_post: float
    tau_calcium: float
    theta_d: float
    theta_p: float
    fall: float
    rise: float
    drift: float
    w_min: float
    w_max: float


@dataclass(frozen=True)
class GraupnerBrunel:
    """Calcium rule: spikes on both sides let calcium in, and its level decides what becomes of w.

    An arriving spike adds c_pre to the calcium c of its synapse, a postsynaptic one c_post;
    dc/dt = -c / tau_calcium. With r = (w - w_min) / (w_max - w_min),

    tau dr/dt = gamma_p (1 - r) [c > theta_p] - gamma_d r [c > theta_d] - r (1 - r) (1/2 - r);

    times in ms. Exact between events, but that the last term, which keeps weights near one of both
    ends for hours, is left out while c is above a threshold, where it is a thousandth of the others
    (without `bistable` always). The noise of the source is left out. Its calcium enters D = 13.7 ms
    after a presynaptic spike; here it enters when the spike arrives, so what D is meant to do takes
    a delay of 13.7 ms.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Graupner & Brunel 2012, doi:10.1073/pnas.1109359109, whose synapses of figure 2 with
    depression before potentiation (table S1) are the defaults.

    >>> GraupnerBrunel(w_max=5.0, w_min=1.0).Synapse._fields
    ('weight', 'calcium')
    """

    w_max: float
    w_min: float = 0.0
    c_pre: float = 1.0
    c_post: float = 2.0
    tau_calcium: float = 20.0
    theta_d: float = 1.0
    theta_p: float = 1.3
    gamma_d: float = 200.0
    gamma_p: float = 321.808
    tau: float = 150_000.0
    bistable: bool = True

    Pre = NoTrace
    Post = NoTrace
    Synapse = CalciumSynapse
    Coefficients = CalciumCoefficients

    def __post_init__(self) -> None:
        above = ("tau_calcium", "tau", "theta_d", "theta_p")
        check_rule(self, above, ("c_pre", "c_post", "gamma_d", "gamma_p"))
        check_bounds(self)
        if not self.gamma_d + self.gamma_p > 0:
            expected = "above 0 where gamma_d = 0, or nothing is learned"
            raise bad_argument("GraupnerBrunel.gamma_p", self.gamma_p, expected)

    def coefficients(self, dt: float) -> CalciumCoefficients:
        """Bring the rates to 1/ms."""
        return CalciumCoefficients(
            self.c_pre,
            self.c_post,
            self.tau_calcium,
            self.theta_d,
            self.theta_p,
            self.gamma_d / self.tau,
            self.gamma_p / self.tau,
            0.5 / self.tau if self.bistable else 0.0,
            self.w_min,
            self.w_max,
        )

    def pre_decay(self, dt: float) -> NoTrace:
        """No traces."""
        return NoTrace()

    def post_decay(self, dt: float) -> NoTrace:
        """No traces."""
        return NoTrace()

    @staticmethod
    def between(s: CalciumSynapse, ms: float, p: CalciumCoefficients) -> CalciumSynapse:
        """Where weight and calcium are after `ms` without spikes."""
        falling = min(ms, p.tau_calcium * math.log(max(s.calcium / p.theta_d, 1.0)))
        rising = min(ms, p.tau_calcium * math.log(max(s.calcium / p.theta_p, 1.0)))
        both = min(falling, rising)
        span = p.w_max - p.w_min
        r = (s.weight - p.w_min) / span
        # towards where both rates balance, then with the one that goes on, then to an end
        balance = p.rise / (p.rise + p.fall)
        r = balance + (r - balance) * math.exp(-(p.rise + p.fall) * both)
        r = r * math.exp(-p.fall * (falling - both))
        r = 1 - (1 - r) * math.exp(-p.rise * (rising - both))
        # (2 r - 1)^2 grows like a logistic
        off = (2 * r - 1) ** 2
        alone = ms - max(falling, rising)
        grown = off + (1 - off) * math.exp(-p.drift * alone)
        if p.drift > 0:
            r = 0.5 + (r - 0.5) / math.sqrt(grown)
        calcium = s.calcium * math.exp(-ms / p.tau_calcium)
        return CalciumSynapse(max(p.w_min, min(p.w_max, p.w_min + span * r)), calcium)

    @staticmethod
    def on_pre(
        s: CalciumSynapse, x: NoTrace, y: NoTrace, p: CalciumCoefficients
    ) -> CalciumSynapse:
        """Let calcium in."""
        return CalciumSynapse(s.weight, s.calcium + p.c_pre)

    @staticmethod
    def on_post(
        s: CalciumSynapse, x: NoTrace, y: NoTrace, p: CalciumCoefficients
    ) -> CalciumSynapse:
        """Let calcium in."""
        return CalciumSynapse(s.weight, s.calcium + p.c_post)

    @staticmethod
    def pre_spike(x: NoTrace, p: CalciumCoefficients) -> NoTrace:
        """Leave no trace."""
        return x

    @staticmethod
    def post_spike(y: NoTrace, p: CalciumCoefficients) -> NoTrace:
        """Leave no trace."""
        return y
