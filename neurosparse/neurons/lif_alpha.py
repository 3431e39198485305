"""Leaky integrate-and-fire neurons with alpha-shaped synaptic currents, integrated exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import e
from typing import Any, ClassVar, NamedTuple

import numpy as np

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


class LIFAlphaState(NamedTuple):
    """Membrane voltage in mV, the two synaptic currents and what still rises into them."""

    v: float
    i_exc: float
    rise_exc: float
    i_inh: float
    rise_inh: float


class LIFAlphaCoefficients(NamedTuple):
    """What the update of LIFAlpha needs for one dt."""

    fall: float
    rest: float
    keep_exc: float
    grow_exc: float
    from_exc: float
    from_rise_exc: float
    keep_inh: float
    grow_inh: float
    from_inh: float
    from_rise_inh: float
    threshold: float
    reset: float
    peak_exc: float
    peak_rise_exc: float
    peak_inh: float
    peak_rise_inh: float
    guard: float


@dataclass(frozen=True, kw_only=True)
class LIFAlpha(ExponentialSynapses, Membrane):
    """Integrate-and-fire neuron with alpha currents: a spike adds weight e (t/tau) e^(-t/tau).

    tau_mem dv/dt = v_rest - v + r_mem (i_exc + i_inh + i_ext),
    tau di/dt = e rise - i,   tau d rise/dt = -rise;

    a spike adds w to rise, and the current peaks at w after tau. v > v_threshold fires, then
    v = v_reset for t_ref while the currents go on. All is linear between spikes and propagated
    exactly for any dt. Times in ms, voltages in mV; with r_mem = 1 currents and weights are in mV.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Rotter & Diesmann 1999, doi:10.1007/s004220050570.

    >>> LIFAlpha(tau_exc=2.0).initial().rise_exc
    0.0
    """

    tau_exc: Value = 2.0
    tau_inh: Value = 2.0

    State = LIFAlphaState
    Coefficients = LIFAlphaCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"exc": "rise_exc", "inh": "rise_inh"}
    ordered = (("v_reset", "v_threshold"),)

    def coefficients(self, dt: float) -> LIFAlphaCoefficients:
        """Derive the propagators, the levels in mV, and what the currents can still do."""
        q = parameters(self)
        rest = q.v_rest + q.r_mem * q.i_ext
        kinds: dict[str, Any] = {}
        for name, tau in (("exc", q.tau_exc), ("inh", q.tau_inh)):
            peak = transfer_peak(q.tau_mem, tau)
            worn = q.r_mem * (1.0 + wear(dt, q.tau_mem, tau, tau))
            kinds |= {
                f"keep_{name}": decay(dt, tau),
                f"grow_{name}": e * dt / tau * decay(dt, tau),
                f"from_{name}": q.r_mem * transfer(dt, q.tau_mem, tau),
                f"from_rise_{name}": q.r_mem * alpha_transfer(dt, q.tau_mem, tau),
                f"peak_{name}": worn * peak,
                # a lasting stream of e i lifts v by at most e peak, and no current above 1 lifts v
                # above 1
                f"peak_rise_{name}": worn * np.minimum(e * peak, 1.0),
            }
        return LIFAlphaCoefficients(
            fall=approach(dt, q.tau_mem),
            rest=rest,
            threshold=q.v_threshold,
            reset=q.v_reset,
            guard=safe_level(dt, q.v_threshold, rest, q.tau_mem),
            **kinds,
        )

    @staticmethod
    def update(
        s: LIFAlphaState, p: LIFAlphaCoefficients, since: int
    ) -> tuple[LIFAlphaState, bool]:
        """Propagate voltage and currents by one step; the voltage rests while refractory."""
        exc = p.from_exc * s.i_exc + p.from_rise_exc * s.rise_exc
        inh = p.from_inh * s.i_inh + p.from_rise_inh * s.rise_inh
        v = s.v + ((p.rest - s.v) * p.fall + exc + inh if since >= 0 else 0.0)
        i_exc = s.i_exc * p.keep_exc + s.rise_exc * p.grow_exc
        i_inh = s.i_inh * p.keep_inh + s.rise_inh * p.grow_inh
        left = LIFAlphaState(
            v, i_exc, s.rise_exc * p.keep_exc, i_inh, s.rise_inh * p.keep_inh
        )
        return left, v > p.threshold

    @staticmethod
    def reset(s: LIFAlphaState, p: LIFAlphaCoefficients) -> LIFAlphaState:
        """Return to v_reset; the currents stay."""
        return LIFAlphaState(p.reset, s.i_exc, s.rise_exc, s.i_inh, s.rise_inh)

    @staticmethod
    def may_fire(s: LIFAlphaState, p: LIFAlphaCoefficients) -> bool:
        """Tell whether voltage and currents, left alone, could still pass the threshold."""
        # linear: v is the sum of what v - rest and each current do alone, and a negative current
        # only lowers it
        exc = p.peak_exc * max(s.i_exc, 0.0) + p.peak_rise_exc * max(s.rise_exc, 0.0)
        inh = p.peak_inh * max(s.i_inh, 0.0) + p.peak_rise_inh * max(s.rise_inh, 0.0)
        return max(s.v, p.rest) + exc + inh > p.guard


def alpha_transfer(dt: float, tau_mem: Value, tau_syn: Value) -> Any:
    """Return the membrane's share, after dt ms, of an alpha current that starts with rise 1.

    A(dt) = e dt^2 / (tau_mem tau_syn) e^(-dt/tau_mem) int_0^1 u e^(-x u) du,
    x = dt (1/tau_syn - 1/tau_mem),

    the integral by its series where x is small, so that equal time constants are no special case.

    >>> round(float(alpha_transfer(10.0, 5.0, 5.0)), 6)
    0.735759
    """
    tau_mem = np.asarray(tau_mem, dtype=np.float64)
    tau_syn = np.asarray(tau_syn, dtype=np.float64)
    x = dt * (1.0 / tau_syn - 1.0 / tau_mem)
    near = np.where(np.abs(x) < 1.0, x, 0.0)
    series = np.zeros_like(near)
    term = np.ones_like(near)
    for k in range(20):
        series = series + term / (k + 2)
        term = -term * near / (k + 1)
    far = np.where(np.abs(x) < 1.0, 1.0, x)
    whole = np.where(np.abs(x) < 1.0, series, (1.0 - (1.0 + far) * np.exp(-far)) / far**2)
    return e * dt**2 / (tau_mem * tau_syn) * np.exp(-dt / tau_mem) * whole
