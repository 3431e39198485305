"""Leaky integrate-and-fire neurons with exponential synaptic conductances."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import ClassVar, NamedTuple

import numpy as np

from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import ExponentialSynapses
from neurosparse.neurons.propagators import decay


class LIFCondState(NamedTuple):
    """Membrane voltage in mV, excitatory and inhibitory conductance in nS."""

    v: float
    g_exc: float
    g_inh: float


class LIFCondCoefficients(NamedTuple):
    """What the update of LIFCond needs for one dt."""

    leak: float
    pull: float
    rate: float
    keep_exc: float
    mean_exc: float
    e_exc: float
    keep_inh: float
    mean_inh: float
    e_inh: float
    threshold: float
    reset: float


@dataclass(frozen=True, kw_only=True)
class LIFCond(ExponentialSynapses):
    """Integrate-and-fire neuron with conductances: a spike of weight w opens w nS to a reversal.

    c_mem dv/dt = g_leak (v_rest - v) + g_exc (e_exc - v) + g_inh (e_inh - v) + i_ext,
    tau dg/dt = -g;

    v > v_threshold fires, then v = v_reset for t_ref while the conductances go on. Times in ms,
    voltages in mV, c_mem in pF, conductances and weights in nS (not negative), i_ext in pA.

    Method: the conductances exactly; the voltage by exponential Euler, that is, exactly for
    conductances that stand at their mean over the step. The error is of second order in dt;
    dt = 0.1 ms gives a postsynaptic potential within 1e-4 of its height.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Brette et al. 2007, doi:10.1007/s10827-007-0038-6 (its network with conductances).

    >>> LIFCond(e_inh=-75.0).receptors["inh"]
    'g_inh'
    """

    c_mem: Value = 200.0
    g_leak: Value = 10.0
    e_exc: Value = 0.0
    e_inh: Value = -80.0
    v_rest: Value = -70.0
    v_threshold: Value = -50.0
    v_reset: Value = -60.0
    t_ref: Value = 2.0
    i_ext: Value = 0.0

    State = LIFCondState
    Coefficients = LIFCondCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"exc": "g_exc", "inh": "g_inh"}
    conductances: ClassVar[tuple[str, ...]] = ("exc", "inh")
    drive: ClassVar[tuple[str, str]] = ("pull", "")
    above_zero = ("c_mem", "g_leak")
    ordered = (("v_reset", "v_threshold"), ("e_inh", "e_exc"))

    def coefficients(self, dt: float) -> LIFCondCoefficients:
        """Derive the propagators, and the mean of a decaying conductance over a step."""
        q = parameters(self)
        return LIFCondCoefficients(
            leak=q.g_leak,
            pull=q.g_leak * q.v_rest + q.i_ext,
            rate=-dt / q.c_mem,
            keep_exc=decay(dt, q.tau_exc),
            mean_exc=-np.expm1(-dt / q.tau_exc) * q.tau_exc / dt,
            e_exc=q.e_exc,
            keep_inh=decay(dt, q.tau_inh),
            mean_inh=-np.expm1(-dt / q.tau_inh) * q.tau_inh / dt,
            e_inh=q.e_inh,
            threshold=q.v_threshold,
            reset=q.v_reset,
        )

    @staticmethod
    def update(
        s: LIFCondState, p: LIFCondCoefficients, since: int
    ) -> tuple[LIFCondState, bool]:
        """Relax the voltage to where mean conductances pull it; it rests while refractory."""
        g_exc = s.g_exc * p.mean_exc
        g_inh = s.g_inh * p.mean_inh
        total = p.leak + g_exc + g_inh
        end = (p.pull + g_exc * p.e_exc + g_inh * p.e_inh) / total
        change = (end - s.v) * (1.0 - exp(p.rate * total))
        v = s.v + (change if since >= 0 else 0.0)
        return LIFCondState(v, s.g_exc * p.keep_exc, s.g_inh * p.keep_inh), v > p.threshold

    @staticmethod
    def reset(s: LIFCondState, p: LIFCondCoefficients) -> LIFCondState:
        """Return to v_reset; the conductances stay."""
        return LIFCondState(p.reset, s.g_exc, s.g_inh)
