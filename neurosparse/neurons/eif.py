"""Exponential integrate-and-fire neurons with exponential synaptic currents."""

from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np

from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import ExponentialSynapses, Membrane
from neurosparse.neurons.propagators import decay

HIGHEST_POWER = 50.0  # e^50 still fits into a float32 with room for what multiplies it


class EIFState(NamedTuple):
    """Membrane voltage (mV) and the two synaptic currents."""

    v: float
    i_exc: float
    i_inh: float


class EIFCoefficients(NamedTuple):
    """What the update of EIF needs for one dt."""

    half: float
    whole: float
    rest: float
    r_mem: float
    delta: float
    sharpness: float
    threshold: float
    ceiling: float
    peak: float
    reset: float
    late_exc: float
    late_inh: float
    keep_exc: float
    keep_inh: float


@dataclass(frozen=True, kw_only=True)
class EIF(ExponentialSynapses, Membrane):
    """Exponential integrate-and-fire neuron: above `v_threshold` the spike's upstroke feeds itself.

    tau_mem dv/dt = v_rest - v + delta_t e^((v - v_threshold) / delta_t)
                    + r_mem (i_exc + i_inh + i_ext),   tau di/dt = -i;

    v > v_peak fires, then v = v_reset for t_ref while the currents go on. Times in ms, voltages in
    mV; with r_mem = 1 currents and weights are in mV.

    Method: the currents exactly, the voltage by the explicit midpoint rule (second order in dt),
    the exponent held at v_peak so that nothing overflows. Use dt <= 0.1 ms; spikes are then placed
    within about one step.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Fourcaud-Trocme et al. 2003, doi:10.1523/JNEUROSCI.23-37-11628.2003.

    >>> EIF(delta_t=1.5).receptors["exc"]
    'i_exc'
    """

    delta_t: Value = 2.0
    v_peak: Value = 0.0

    State = EIFState
    Coefficients = EIFCoefficients
    above_zero = ("delta_t",)
    ordered = (("v_threshold", "v_peak"), ("v_reset", "v_peak"))

    def coefficients(self, dt: float) -> EIFCoefficients:
        """Derive the step sizes, the levels in mV, and the highest power of e to take."""
        q = parameters(self)
        return EIFCoefficients(
            half=0.5 * dt / q.tau_mem,
            whole=dt / q.tau_mem,
            rest=q.v_rest + q.r_mem * q.i_ext,
            r_mem=q.r_mem,
            delta=q.delta_t,
            sharpness=1.0 / q.delta_t,
            threshold=q.v_threshold,
            ceiling=np.minimum((q.v_peak - q.v_threshold) / q.delta_t, HIGHEST_POWER),
            peak=q.v_peak,
            reset=q.v_reset,
            late_exc=q.r_mem * decay(0.5 * dt, q.tau_exc),
            late_inh=q.r_mem * decay(0.5 * dt, q.tau_inh),
            keep_exc=decay(dt, q.tau_exc),
            keep_inh=decay(dt, q.tau_inh),
        )

    @staticmethod
    def update(s: EIFState, p: EIFCoefficients, since: int) -> tuple[EIFState, bool]:
        """Take half a step of the voltage, then a whole one with the slope found there."""
        power = min((s.v - p.threshold) * p.sharpness, p.ceiling)
        slope = p.rest - s.v + p.delta * exp(power) + p.r_mem * (s.i_exc + s.i_inh)
        middle = min(s.v + p.half * slope, p.peak)
        power = min((middle - p.threshold) * p.sharpness, p.ceiling)
        slope = (
            p.rest
            - middle
            + p.delta * exp(power)
            + s.i_exc * p.late_exc
            + s.i_inh * p.late_inh
        )
        v = s.v + (p.whole * slope if since >= 0 else 0.0)
        return EIFState(v, s.i_exc * p.keep_exc, s.i_inh * p.keep_inh), v > p.peak

    @staticmethod
    def reset(s: EIFState, p: EIFCoefficients) -> EIFState:
        """Return to v_reset; the currents stay."""
        return EIFState(p.reset, s.i_exc, s.i_inh)
