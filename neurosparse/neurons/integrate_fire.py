"""The integrate-and-fire neuron without a leak, whose rate is its mean input.

dv/dt = i_ext + i,   tau_syn di/dt = -i,   a spike when v > v_threshold, then v -= v_threshold.

Both are linear between spikes and are integrated exactly. As the threshold is subtracted, nothing
of the input is lost: the number of spikes is what has come in, in thresholds, rounded down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import Neuron
from neurosparse.neurons.propagators import approach, decay


class IntegrateFireState(NamedTuple):
    """What has been gathered since the last spike, and the synaptic current."""

    v: float
    i: float


class IntegrateFireCoefficients(NamedTuple):
    """What the update of IntegrateFire needs for one dt."""

    drive: float
    dt: float
    mean: float
    keep: float
    threshold: float


@dataclass(frozen=True, kw_only=True)
class IntegrateFire(Neuron):
    """Integrate-and-fire neuron that leaks nothing: `dv/dt = i_ext + i`, v falls by its threshold.

    v(t + dt) = v + dt i_ext + tau_syn (1 - e^(-dt/tau_syn)) i. A spike of weight w adds w to i, and
    w tau_syn to v in the end. Times in ms; v in any unit, i_ext and weights in that unit in a ms.
    The voltage has no floor: what inhibits it is remembered. At most one spike a step. It runs by
    the clock, as rounding is remembered too and sums of weights may end just at the threshold.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Shapero, Zhu, Hasler & Rozell 2014, doi:10.1142/S0129065714400012.

    >>> IntegrateFire(i_ext=0.05).initial()
    IntegrateFireState(v=0.0, i=0.0)
    """

    v_threshold: Value = 1.0
    tau_syn: Value = 10.0
    i_ext: Value = 0.0
    t_ref: Value = 0.0

    State = IntegrateFireState
    Coefficients = IntegrateFireCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"current": "i"}
    drive: ClassVar[tuple[str, str]] = ("drive", "")
    above_zero = ("v_threshold", "tau_syn")

    def coefficients(self, dt: float) -> IntegrateFireCoefficients:
        """Derive what currents bring in dt ms."""
        q = parameters(self)
        mean = q.tau_syn * approach(dt, q.tau_syn) / dt
        return IntegrateFireCoefficients(
            q.i_ext, dt, mean, decay(dt, q.tau_syn), q.v_threshold
        )

    @staticmethod
    def update(
        s: IntegrateFireState, p: IntegrateFireCoefficients, since: int
    ) -> tuple[IntegrateFireState, bool]:
        """Gather for one step; while refractory it gathers and does not fire."""
        # drive * dt alone would be one number for all and rounded, or one each and fused
        v = s.v + (p.drive + s.i * p.mean) * p.dt
        return IntegrateFireState(v, s.i * p.keep), v > p.threshold

    @staticmethod
    def reset(s: IntegrateFireState, p: IntegrateFireCoefficients) -> IntegrateFireState:
        """Give one threshold away."""
        return IntegrateFireState(s.v - p.threshold, s.i)
