"""Leaky integrators: neurons that never fire, to read out what others say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import Neuron
from neurosparse.neurons.propagators import decay


class LeakyIntegratorState(NamedTuple):
    """Membrane voltage in mV."""

    v: float


class LeakyIntegratorCoefficients(NamedTuple):
    """What the update of LeakyIntegrator needs for one dt."""

    keep: float
    rest: float


@dataclass(frozen=True, kw_only=True)
class LeakyIntegrator(Neuron):
    """A neuron without threshold: a spike of weight w moves its voltage by w mV, which leaks away.

    tau_mem dv/dt = v_rest - v + r_mem i_ext, exactly for any dt:
    v <- u + (v - u) e^(-dt/tau_mem),   u = v_rest + r_mem i_ext.

    Times in ms, voltages in mV, i_ext in the unit that r_mem turns into mV.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Lapicque 1907, translated in doi:10.1007/s00422-007-0189-6.

    >>> LeakyIntegrator(tau_mem=10.0).receptors
    {'delta': 'v'}
    """

    tau_mem: Value = 20.0
    v_rest: Value = 0.0
    r_mem: Value = 1.0
    i_ext: Value = 0.0

    t_ref: ClassVar[float] = 0.0
    State = LeakyIntegratorState
    Coefficients = LeakyIntegratorCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"delta": "v"}
    drive: ClassVar[tuple[str, str]] = ("rest", "r_mem")
    above_zero = ("tau_mem", "r_mem")

    def coefficients(self, dt: float) -> LeakyIntegratorCoefficients:
        """Derive the propagator and the level to which the voltage leaks, in mV."""
        q = parameters(self)
        return LeakyIntegratorCoefficients(
            decay(dt, q.tau_mem), q.v_rest + q.r_mem * q.i_ext
        )

    @staticmethod
    def update(
        s: LeakyIntegratorState, p: LeakyIntegratorCoefficients, since: int
    ) -> tuple[LeakyIntegratorState, bool]:
        """Leak for one step; there is nothing to cross."""
        return LeakyIntegratorState(p.rest + (s.v - p.rest) * p.keep), False

    @staticmethod
    def reset(
        s: LeakyIntegratorState, p: LeakyIntegratorCoefficients
    ) -> LeakyIntegratorState:
        """Stay: it never fires."""
        return s

    @staticmethod
    def may_fire(s: LeakyIntegratorState, p: LeakyIntegratorCoefficients) -> bool:
        """Tell that it cannot."""
        return False
