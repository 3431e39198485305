"""Triplet-based spike-timing-dependent plasticity, and the published fits."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from neurosparse import checks
from neurosparse.errors import bad_type
from neurosparse.plasticity.base import check_bounds, check_rule


@dataclass(frozen=True)
class TripletFit:
    """Amplitudes (shares of `TripletSTDP.unit`) and time constants (ms) of the triplet rule.

    Args:
        a2_plus: gain of a pair in which the source fires first.
        a3_plus: gain of such a pair after an earlier spike of the target.
        a2_minus: loss of a pair in which the target fires first.
        a3_minus: loss of such a pair after an earlier spike of the source.
        tau_x: of the slow trace that presynaptic spikes leave, in ms.
        tau_y: of the slow trace that postsynaptic spikes leave, in ms.
        tau_plus: of the fast trace that presynaptic spikes leave, in ms.
        tau_minus: of the fast trace that postsynaptic spikes leave, in ms.

    Raises:
        ValueError: time constants that are not above 0, amplitudes below 0.

    >>> VISUAL_CORTEX.a3_plus, VISUAL_CORTEX.tau_y
    (0.0062, 125.0)
    """

    a2_plus: float
    a3_plus: float
    a2_minus: float
    a3_minus: float
    tau_x: float
    tau_y: float
    tau_plus: float = 16.8
    tau_minus: float = 33.7

    def __post_init__(self) -> None:
        amplitudes = ("a2_plus", "a3_plus", "a2_minus", "a3_minus")
        check_rule(self, ("tau_x", "tau_y", "tau_plus", "tau_minus"), amplitudes)


# Pfister & Gerstner 2006, tables 3 and 4; minimal fits leave tau_x unused because a3_minus is 0
VISUAL_CORTEX = TripletFit(5e-10, 6.2e-3, 7e-3, 2.3e-4, 101.0, 125.0)
VISUAL_CORTEX_MINIMAL = TripletFit(0.0, 6.5e-3, 7.1e-3, 0.0, 101.0, 114.0)
VISUAL_CORTEX_NEAREST = TripletFit(8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, 714.0, 40.0)
VISUAL_CORTEX_NEAREST_MINIMAL = TripletFit(0.0, 5e-2, 8e-3, 0.0, 714.0, 40.0)
HIPPOCAMPUS = TripletFit(6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, 946.0, 27.0)
HIPPOCAMPUS_MINIMAL = TripletFit(5.3e-3, 8e-3, 3.5e-3, 0.0, 946.0, 40.0)
HIPPOCAMPUS_NEAREST = TripletFit(4.6e-3, 9.1e-3, 3e-3, 7.5e-9, 575.0, 47.0)
HIPPOCAMPUS_NEAREST_MINIMAL = TripletFit(4.6e-3, 9.1e-3, 3e-3, 0.0, 575.0, 48.0)


class TripletTrace(NamedTuple):
    """How recently a neuron fired, on a short and on a long scale."""

    recent: float
    lately: float


class TripletCoefficients(NamedTuple):
    """What the rule needs at an event."""

    rise_pair: float
    rise_triplet: float
    fall_pair: float
    fall_triplet: float
    w_min: float
    w_max: float
    keep: float


@dataclass(frozen=True)
class TripletSTDP:
    """Triplet rule: how much a pair changes depends on what fired before it, and so on the rate.

    When j fires:               w += unit r1 (a2_plus + a3_plus o2);
    when a spike of i arrives:  w -= unit o1 (a2_minus + a3_minus r2);

    with r2 and o2 as they were before the spike; clipped to [w_min, w_max]. r1, r2 of the source
    decay with tau_plus and tau_x, o1, o2 of the target with tau_minus and tau_y; each grows by 1
    with a spike (all-to-all) or is set to 1 (`nearest`).

    Raises:
        ValueError: bounds that cannot be meant.

    Source: Pfister & Gerstner 2006, doi:10.1523/JNEUROSCI.1425-06.2006, whose fits are on the face;
    the default is the all-to-all fit to visual cortex, and a `nearest` rule takes one of the fits
    that are called so.

    >>> TripletSTDP(w_max=2.0).fit == VISUAL_CORTEX
    True
    """

    w_max: float
    w_min: float = 0.0
    unit: float = 1.0
    fit: TripletFit = field(default=VISUAL_CORTEX)
    nearest: bool = False

    Pre = TripletTrace
    Post = TripletTrace
    Coefficients = TripletCoefficients

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        checks.finite("TripletSTDP.w_min", self.w_min)
        checks.finite("TripletSTDP.w_max", self.w_max)
        checks.positive("TripletSTDP.unit", self.unit)
        check_bounds(self)
        if not isinstance(self.fit, TripletFit):
            raise bad_type("TripletSTDP.fit", self.fit, "a TripletFit, as HIPPOCAMPUS")

    def coefficients(self, dt: float) -> TripletCoefficients:
        """Bring the amplitudes to the unit of the weight."""
        f = self.fit
        keep = 0.0 if self.nearest else 1.0
        rise = (self.unit * f.a2_plus, self.unit * f.a3_plus)
        fall = (self.unit * f.a2_minus, self.unit * f.a3_minus)
        return TripletCoefficients(*rise, *fall, self.w_min, self.w_max, keep)

    def pre_decay(self, dt: float) -> TripletTrace:
        """e^(-dt/tau_plus), e^(-dt/tau_x)."""
        return TripletTrace(
            math.exp(-dt / self.fit.tau_plus), math.exp(-dt / self.fit.tau_x)
        )

    def post_decay(self, dt: float) -> TripletTrace:
        """e^(-dt/tau_minus), e^(-dt/tau_y)."""
        return TripletTrace(
            math.exp(-dt / self.fit.tau_minus), math.exp(-dt / self.fit.tau_y)
        )

    @staticmethod
    def on_pre(w: float, x: TripletTrace, y: TripletTrace, p: TripletCoefficients) -> float:
        """Weaken by how recently the target fired, more if the source was active lately."""
        return max(
            p.w_min, min(p.w_max, w - y.recent * (p.fall_pair + p.fall_triplet * x.lately))
        )

    @staticmethod
    def on_post(
        w: float, x: TripletTrace, y: TripletTrace, p: TripletCoefficients
    ) -> float:
        """Strengthen by how recently the source fired, more if the target was active lately."""
        return max(
            p.w_min, min(p.w_max, w + x.recent * (p.rise_pair + p.rise_triplet * y.lately))
        )

    @staticmethod
    def pre_spike(x: TripletTrace, p: TripletCoefficients) -> TripletTrace:
        """Count the spike in."""
        return TripletTrace(x.recent * p.keep + 1, x.lately * p.keep + 1)

    @staticmethod
    def post_spike(y: TripletTrace, p: TripletCoefficients) -> TripletTrace:
        """Count the spike in."""
        return TripletTrace(y.recent * p.keep + 1, y.lately * p.keep + 1)
