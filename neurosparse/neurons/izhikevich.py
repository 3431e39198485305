"""Izhikevich's simple model of spiking neurons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import Neuron

V_START = -65.0  # where the paper's own program starts


class IzhikevichState(NamedTuple):
    """Membrane voltage (mV), recovery variable, jump that waits to be added to the voltage (mV)."""

    v: float
    u: float
    jump: float


class IzhikevichCoefficients(NamedTuple):
    """What the update of Izhikevich needs for one dt."""

    half: float
    offset: float
    step_u: float
    b: float
    reset: float
    add_u: float
    peak: float


@dataclass(frozen=True, kw_only=True)
class Izhikevich(Neuron):
    """Izhikevich's neuron; the parameters a, b, c, d choose among the kinds of cortical firing.

    dv/dt = 0.04 v^2 + 5 v + 140 - u + i_ext,   du/dt = a (b v - u);

    v > v_peak fires, then v = c, u grows by d. Time in ms, v in mV, i_ext in mV/ms; a spike of
    weight w (mV) moves v by w before the next step. Input that arrives while the neuron is
    refractory, or in the step in which it fires, is lost.

    Method: the paper's own, two half steps of Euler for v, then one whole step for u with the new v
    (first order in dt). The paper uses dt = 1 ms, and its parameters were chosen with that;
    dt <= 0.1 ms gives the equation's own solution.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Izhikevich 2003, doi:10.1109/TNN.2003.820440.

    >>> chattering = Izhikevich(c=-50.0, d=2.0)
    >>> float(chattering.initial().u)
    -13.0
    """

    a: Value = 0.02
    b: Value = 0.2
    c: Value = -65.0
    d: Value = 8.0
    v_peak: Value = 30.0
    t_ref: Value = 0.0
    i_ext: Value = 0.0

    State = IzhikevichState
    Coefficients = IzhikevichCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"delta": "jump"}
    drive: ClassVar[tuple[str, str]] = ("offset", "")
    above_zero = ("a",)
    ordered = (("c", "v_peak"),)

    def coefficients(self, dt: float) -> IzhikevichCoefficients:
        """Derive the step sizes; an injected current adds to the constant of the equation."""
        q = parameters(self)
        return IzhikevichCoefficients(
            half=0.5 * dt,
            offset=140.0 + q.i_ext,
            step_u=dt * q.a,
            b=q.b,
            reset=q.c,
            add_u=q.d,
            peak=q.v_peak,
        )

    def initial(self) -> IzhikevichState:
        """Start where the paper does: v = -65, u = b v."""
        return IzhikevichState(V_START, parameters(self).b * V_START, 0.0)

    @staticmethod
    def update(
        s: IzhikevichState, p: IzhikevichCoefficients, since: int
    ) -> tuple[IzhikevichState, bool]:
        """Two half steps of v, one step of u; v rests while refractory."""
        v = s.v + (s.jump if since > 0 else 0.0)
        v = v + p.half * ((0.04 * v + 5.0) * v + p.offset - s.u)
        v = v + p.half * ((0.04 * v + 5.0) * v + p.offset - s.u)
        v = s.v + (v - s.v if since >= 0 else 0.0)
        return IzhikevichState(v, s.u + p.step_u * (p.b * v - s.u), 0.0), v > p.peak

    @staticmethod
    def reset(s: IzhikevichState, p: IzhikevichCoefficients) -> IzhikevichState:
        """Return to c; recovery grows by d."""
        return IzhikevichState(p.reset, s.u + p.add_u, 0.0)
