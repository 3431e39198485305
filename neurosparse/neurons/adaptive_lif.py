"""Leaky integrate-and-fire neurons that adapt by a current, by their threshold, or by both."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import ExponentialSynapses, Membrane
from neurosparse.neurons.propagators import (
    approach,
    decay,
    safe_level,
    transfer,
    transfer_peak,
    wear,
)


class AdaptiveLIFState(NamedTuple):
    """Membrane voltage (mV), synaptic currents, adaptation current, lift of the threshold (mV)."""

    v: float
    i_exc: float
    i_inh: float
    w: float
    lift: float


class AdaptiveLIFCoefficients(NamedTuple):
    """What the update of AdaptiveLIF needs for one dt."""

    fall: float
    rest: float
    from_exc: float
    from_inh: float
    from_w: float
    keep_exc: float
    keep_inh: float
    keep_w: float
    keep_lift: float
    threshold: float
    reset: float
    add_w: float
    add_lift: float
    peak_exc: float
    peak_inh: float
    peak_w: float
    guard: float


@dataclass(frozen=True, kw_only=True)
class AdaptiveLIF(ExponentialSynapses, Membrane):
    """Integrate-and-fire neuron that adapts when it fires, by a current `w` and a raised threshold.

    tau_mem dv/dt = v_rest - v + r_mem (i_exc + i_inh + i_ext - w),   tau di/dt = -i,
    tau_w dw/dt = -w,   tau_lift d lift/dt = -lift;

    v > v_threshold + lift fires, then v = v_reset for t_ref, w grows by add_w and lift by add_lift.
    Everything is linear between spikes and propagated exactly for any dt; add_w = 0 leaves
    threshold adaptation alone, add_lift = 0 the current alone. Times in ms, voltages and lift in
    mV; with r_mem = 1 currents, w and weights are in mV.

    Raises:
        ValueError: parameters that cannot be meant.

    Sources: Benda & Herz 2003, doi:10.1162/089976603322385063; Bellec et al. 2018,
    arXiv:1803.09574.

    >>> AdaptiveLIF(add_w=0.0, add_lift=1.5).drive
    ('rest', 'r_mem')
    """

    tau_w: Value = 100.0
    tau_lift: Value = 50.0
    add_w: Value = 1.0
    add_lift: Value = 0.0

    State = AdaptiveLIFState
    Coefficients = AdaptiveLIFCoefficients
    above_zero = ("tau_w", "tau_lift")
    ordered = (("v_reset", "v_threshold"),)

    def coefficients(self, dt: float) -> AdaptiveLIFCoefficients:
        """Derive the propagators, the levels in mV, and what the currents can still do."""
        q = parameters(self)
        rest = q.v_rest + q.r_mem * q.i_ext
        kinds: dict[str, Any] = {}
        for name, tau in (("exc", q.tau_exc), ("inh", q.tau_inh), ("w", q.tau_w)):
            peak = q.r_mem * transfer_peak(q.tau_mem, tau)
            kinds |= {
                f"keep_{name}": decay(dt, tau),
                f"from_{name}": q.r_mem * transfer(dt, q.tau_mem, tau),
                f"peak_{name}": peak * (1.0 + wear(dt, q.tau_mem, tau)),
            }
        return AdaptiveLIFCoefficients(
            fall=approach(dt, q.tau_mem),
            rest=rest,
            keep_lift=decay(dt, q.tau_lift),
            threshold=q.v_threshold,
            reset=q.v_reset,
            add_w=q.add_w,
            add_lift=q.add_lift,
            guard=safe_level(dt, q.v_threshold, rest, q.tau_mem),
            **kinds,
        )

    @staticmethod
    def update(
        s: AdaptiveLIFState, p: AdaptiveLIFCoefficients, since: int
    ) -> tuple[AdaptiveLIFState, bool]:
        """Propagate everything by one step; the voltage rests while refractory."""
        pushed = p.from_exc * s.i_exc + p.from_inh * s.i_inh - p.from_w * s.w
        v = s.v + ((p.rest - s.v) * p.fall + pushed if since >= 0 else 0.0)
        lift = s.lift * p.keep_lift
        left = AdaptiveLIFState(
            v, s.i_exc * p.keep_exc, s.i_inh * p.keep_inh, s.w * p.keep_w, lift
        )
        return left, v > p.threshold + lift

    @staticmethod
    def reset(s: AdaptiveLIFState, p: AdaptiveLIFCoefficients) -> AdaptiveLIFState:
        """Return to v_reset and adapt; the synaptic currents stay."""
        return AdaptiveLIFState(
            p.reset, s.i_exc, s.i_inh, s.w + p.add_w, s.lift + p.add_lift
        )

    @staticmethod
    def may_fire(s: AdaptiveLIFState, p: AdaptiveLIFCoefficients) -> bool:
        """Tell whether voltage and currents, left alone, could still pass the threshold."""
        # linear: each current alone lifts v by at most its peak (w by pulling the other way), and
        # the threshold never comes below where it is now, nor below its base
        ahead = (
            p.peak_exc * max(s.i_exc, 0.0)
            + p.peak_inh * max(s.i_inh, 0.0)
            + p.peak_w * max(-s.w, 0.0)
        )
        return max(s.v, p.rest) + ahead > p.guard + min(s.lift, 0.0)
