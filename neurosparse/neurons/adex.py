"""Adaptive exponential integrate-and-fire neurons (AdEx) with exponential synaptic currents."""

from dataclasses import dataclass
from math import exp
from typing import ClassVar, NamedTuple

import numpy as np

from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.eif import HIGHEST_POWER
from neurosparse.neurons.fields import ExponentialSynapses
from neurosparse.neurons.propagators import decay


class AdExState(NamedTuple):
    """Membrane voltage (mV), synaptic currents and adaptation current (pA)."""

    v: float
    i_exc: float
    i_inh: float
    w: float


class AdExCoefficients(NamedTuple):
    """What the update of AdEx needs for one dt."""

    half: float
    whole: float
    leak: float
    rest: float
    i_ext: float
    upstroke: float
    sharpness: float
    threshold: float
    ceiling: float
    peak: float
    reset: float
    late_exc: float
    late_inh: float
    keep_exc: float
    keep_inh: float
    half_w: float
    whole_w: float
    a: float
    b: float


@dataclass(frozen=True, kw_only=True)
class AdEx(ExponentialSynapses):
    """Adaptive exponential integrate-and-fire neuron, by default with the parameters of its paper.

    c_mem dv/dt = -g_leak (v - v_rest) + g_leak delta_t e^((v - v_threshold) / delta_t)
                  - w + i_exc + i_inh + i_ext,
    tau_w dw/dt = a (v - v_rest) - w,   tau di/dt = -i;

    v > v_peak fires, then v = v_reset for t_ref, w grows by b. Times in ms, voltages in mV, c_mem
    in pF, g_leak and a in nS, b, currents and weights in pA.

    Method: the currents exactly, v and w by the explicit midpoint rule (second order in dt), the
    exponent held at v_peak so that nothing overflows. Use dt <= 0.1 ms, for bursts 0.02 ms: w at a
    spike depends on its upstroke.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Brette & Gerstner 2005, doi:10.1152/jn.00686.2005.

    >>> AdEx(a=0.0, b=60.0).t_ref
    0.0
    """

    c_mem: Value = 281.0
    g_leak: Value = 30.0
    tau_w: Value = 144.0
    a: Value = 4.0
    b: Value = 80.5
    v_rest: Value = -70.6
    v_threshold: Value = -50.4
    delta_t: Value = 2.0
    v_peak: Value = 0.0
    v_reset: Value = -70.6
    t_ref: Value = 0.0
    i_ext: Value = 0.0

    State = AdExState
    Coefficients = AdExCoefficients
    drive: ClassVar[tuple[str, str]] = ("i_ext", "")
    above_zero = ("c_mem", "g_leak", "tau_w", "delta_t")
    ordered = (("v_threshold", "v_peak"), ("v_reset", "v_peak"))

    def coefficients(self, dt: float) -> AdExCoefficients:
        """Derive the step sizes, the propagators, and the highest power of e to take."""
        q = parameters(self)
        return AdExCoefficients(
            half=0.5 * dt / q.c_mem,
            whole=dt / q.c_mem,
            leak=q.g_leak,
            rest=q.v_rest,
            i_ext=q.i_ext,
            upstroke=q.g_leak * q.delta_t,
            sharpness=1.0 / q.delta_t,
            threshold=q.v_threshold,
            ceiling=np.minimum((q.v_peak - q.v_threshold) / q.delta_t, HIGHEST_POWER),
            peak=q.v_peak,
            reset=q.v_reset,
            late_exc=decay(0.5 * dt, q.tau_exc),
            late_inh=decay(0.5 * dt, q.tau_inh),
            keep_exc=decay(dt, q.tau_exc),
            keep_inh=decay(dt, q.tau_inh),
            half_w=0.5 * dt / q.tau_w,
            whole_w=dt / q.tau_w,
            a=q.a,
            b=q.b,
        )

    @staticmethod
    def update(s: AdExState, p: AdExCoefficients, since: int) -> tuple[AdExState, bool]:
        """Take half a step, then a whole one with the slopes there; v rests while refractory."""
        power = min((s.v - p.threshold) * p.sharpness, p.ceiling)
        slope = (
            p.leak * (p.rest - s.v)
            + p.upstroke * exp(power)
            - s.w
            + s.i_exc
            + s.i_inh
            + p.i_ext
        )
        middle = min(s.v + p.half * slope, p.peak) if since >= 0 else s.v
        w = s.w + p.half_w * (p.a * (s.v - p.rest) - s.w)
        power = min((middle - p.threshold) * p.sharpness, p.ceiling)
        pushed = s.i_exc * p.late_exc + s.i_inh * p.late_inh + p.i_ext
        slope = p.leak * (p.rest - middle) + p.upstroke * exp(power) - w + pushed
        v = s.v + (p.whole * slope if since >= 0 else 0.0)
        w = s.w + p.whole_w * (p.a * (middle - p.rest) - w)
        return AdExState(v, s.i_exc * p.keep_exc, s.i_inh * p.keep_inh, w), v > p.peak

    @staticmethod
    def reset(s: AdExState, p: AdExCoefficients) -> AdExState:
        """Return to v_reset and adapt; the synaptic currents stay."""
        return AdExState(p.reset, s.i_exc, s.i_inh, s.w + p.b)
