"""Leaky integrate-and-fire neurons whose input is a jump, or two decaying currents.

tau_mem dv/dt = v_rest - v + r_mem (i_exc + i_inh + i_ext),   tau_syn di/dt = -i,

a spike when v > v_threshold, then v = v_reset for t_ref ms. Both are linear between spikes and are
integrated exactly (Rotter & Diesmann 1999, doi:10.1007/s004220050570).

A refractory voltage gets a change of 0: keeping the old one instead would make LLVM write masked
vectors, which cost some processors more than all the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from neurosparse.neurons.base import parameters
from neurosparse.neurons.fields import ExponentialSynapses, Membrane
from neurosparse.neurons.propagators import (
    approach,
    decay,
    safe_level,
    transfer,
    transfer_peak,
    wear,
)


class LIFState(NamedTuple):
    """Membrane voltage and the jump that waits to be added to it, in mV."""

    v: float
    jump: float


class LIFCoefficients(NamedTuple):
    """What the update of LIF needs for one dt."""

    fall: float
    rest: float
    threshold: float
    reset: float
    guard: float


@dataclass(frozen=True, kw_only=True)
class LIF(Membrane):
    """Integrate-and-fire neuron with delta synapses: a spike of weight w moves the voltage by w mV.

    v(t + dt) = u + (v(t) + jump - u) e^(-dt/tau_mem),   u = v_rest + r_mem i_ext.

    Input that arrives while the neuron is refractory, or in the step in which it fires, is lost.
    Times in ms, voltages in mV, i_ext in the unit that r_mem turns into mV.

    Raises:
        ValueError: parameters that cannot be meant.

    >>> LIF(tau_mem=10.0).coefficients(0.1).fall.round(6)
    np.float64(0.00995)
    """

    State = LIFState
    Coefficients = LIFCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"delta": "jump"}
    ordered = (("v_reset", "v_threshold"),)

    def coefficients(self, dt: float) -> LIFCoefficients:
        """Derive the propagator and the levels, in mV."""
        q = parameters(self)
        rest = q.v_rest + q.r_mem * q.i_ext
        guard = safe_level(dt, q.v_threshold, rest, q.tau_mem)
        return LIFCoefficients(
            approach(dt, q.tau_mem), rest, q.v_threshold, q.v_reset, guard
        )

    @staticmethod
    def update(s: LIFState, p: LIFCoefficients, since: int) -> tuple[LIFState, bool]:
        """Add the jump unless refractory, decay towards rest."""
        start = s.v + (s.jump if since > 0 else 0.0)
        v = start + ((p.rest - start) * p.fall if since >= 0 else 0.0)
        return LIFState(v, 0.0), v > p.threshold

    @staticmethod
    def reset(s: LIFState, p: LIFCoefficients) -> LIFState:
        """Return to v_reset; what was to be added is lost."""
        return LIFState(p.reset, 0.0)

    @staticmethod
    def may_fire(s: LIFState, p: LIFCoefficients) -> bool:
        """Tell whether the voltage, left alone, could still pass the threshold."""
        # v runs from where it is, or was lifted to, straight to rest; a jump may yet be lost to
        # refractoriness
        return max(s.v + max(s.jump, 0.0), p.rest) > p.guard


class LIFExpState(NamedTuple):
    """Membrane voltage in mV and the two synaptic currents."""

    v: float
    i_exc: float
    i_inh: float


class LIFExpCoefficients(NamedTuple):
    """What the update of LIFExp needs for one dt."""

    fall: float
    rest: float
    from_exc: float
    from_inh: float
    keep_exc: float
    keep_inh: float
    threshold: float
    reset: float
    peak_exc: float
    peak_inh: float
    guard: float


@dataclass(frozen=True, kw_only=True)
class LIFExp(ExponentialSynapses, Membrane):
    """Integrate-and-fire neuron with exponential currents: a spike of weight w adds w to a current.

    v(t + dt) = u + (v - u) e^(-dt/tau_mem) + r_mem (B_exc i_exc + B_inh i_inh),

    B as in `transfer`, u = v_rest + r_mem i_ext. The currents go on through refractoriness, the
    voltage rests. Times in ms, voltages in mV; with r_mem = 1 currents and weights are in mV.

    Raises:
        ValueError: parameters that cannot be meant.

    >>> LIFExp().receptors["inh"]
    'i_inh'
    """

    State = LIFExpState
    Coefficients = LIFExpCoefficients
    ordered = (("v_reset", "v_threshold"),)

    def coefficients(self, dt: float) -> LIFExpCoefficients:
        """Derive the propagators, the levels in mV, and what the currents can still do."""
        q = parameters(self)
        rest = q.v_rest + q.r_mem * q.i_ext
        peak_exc = q.r_mem * transfer_peak(q.tau_mem, q.tau_exc)
        peak_inh = q.r_mem * transfer_peak(q.tau_mem, q.tau_inh)
        return LIFExpCoefficients(
            fall=approach(dt, q.tau_mem),
            rest=rest,
            from_exc=q.r_mem * transfer(dt, q.tau_mem, q.tau_exc),
            from_inh=q.r_mem * transfer(dt, q.tau_mem, q.tau_inh),
            keep_exc=decay(dt, q.tau_exc),
            keep_inh=decay(dt, q.tau_inh),
            threshold=q.v_threshold,
            reset=q.v_reset,
            peak_exc=peak_exc * (1 + wear(dt, q.tau_mem, q.tau_exc)),
            peak_inh=peak_inh * (1 + wear(dt, q.tau_mem, q.tau_inh)),
            guard=safe_level(dt, q.v_threshold, rest, q.tau_mem),
        )

    @staticmethod
    def update(
        s: LIFExpState, p: LIFExpCoefficients, since: int
    ) -> tuple[LIFExpState, bool]:
        """Propagate voltage and currents by one step; the voltage rests while refractory."""
        change = (p.rest - s.v) * p.fall + p.from_exc * s.i_exc + p.from_inh * s.i_inh
        v = s.v + (change if since >= 0 else 0.0)
        return LIFExpState(v, s.i_exc * p.keep_exc, s.i_inh * p.keep_inh), v > p.threshold

    @staticmethod
    def reset(s: LIFExpState, p: LIFExpCoefficients) -> LIFExpState:
        """Return to v_reset; the currents stay."""
        return LIFExpState(p.reset, s.i_exc, s.i_inh)

    @staticmethod
    def may_fire(s: LIFExpState, p: LIFExpCoefficients) -> bool:
        """Tell whether voltage and currents, left alone, could still pass the threshold."""
        # each positive current alone lifts v by at most its peak, a negative one only lowers it
        ahead = p.peak_exc * max(s.i_exc, 0.0) + p.peak_inh * max(s.i_inh, 0.0)
        return max(s.v, p.rest) + ahead > p.guard
