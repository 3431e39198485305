"""The neuron of Shiu et al. 2024 as a model of the user's own, in one file.

tau_mem dv/dt = g - v,   tau_g dg/dt = -g,   both at rest and deaf while refractory; v is measured
from rest, in mV.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from neurosparse.neurons import Value, decay, transfer, transfer_peak


class FlyState(NamedTuple):
    """Voltage and conductance-like variable, in mV."""

    v: float
    g: float


class FlyCoefficients(NamedTuple):
    """What the update needs for one dt."""

    keep: float
    from_g: float
    keep_g: float
    threshold: float
    peak: float


@dataclass(frozen=True, eq=False)
class FlyNeuron:
    """Integrate-and-fire neuron that forgets v and g when it fires; spikes move `g`, the drive
    moves `v`.
    """

    tau_mem: Value = 20.0
    tau_g: Value = 5.0
    v_threshold: Value = 7.0
    t_ref: Value = 2.2

    State: ClassVar[type[FlyState]] = FlyState
    Coefficients: ClassVar[type[FlyCoefficients]] = FlyCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"g": "g", "v": "v"}

    def coefficients(self, dt: float) -> FlyCoefficients:
        """Derive the propagators and the bound on what g can still do."""
        share = transfer(dt, self.tau_mem, self.tau_g)
        peak = transfer_peak(self.tau_mem, self.tau_g)
        values: tuple[Any, ...] = (
            decay(dt, self.tau_mem),
            share,
            decay(dt, self.tau_g),
            self.v_threshold,
        )
        return FlyCoefficients(*values, peak)  # type: ignore[arg-type]

    def initial(self) -> FlyState:
        """Start at rest."""
        return FlyState(0.0, 0.0)

    @staticmethod
    def update(s: FlyState, p: FlyCoefficients, since: int) -> tuple[FlyState, bool]:
        """Propagate by one step; what arrived before the first free step is dropped."""
        v0 = s.v if since > 0 else 0.0
        g0 = s.g if since > 0 else 0.0
        v = v0 * p.keep + p.from_g * g0
        return FlyState(v, g0 * p.keep_g), v > p.threshold

    @staticmethod
    def reset(s: FlyState, p: FlyCoefficients) -> FlyState:
        """Forget both."""
        return FlyState(0.0, 0.0)

    @staticmethod
    def may_fire(s: FlyState, p: FlyCoefficients) -> bool:
        """Tell whether v, left alone with g, could still pass the threshold."""
        return max(s.v, 0.0) + p.peak * max(s.g, 0.0) > p.threshold * (1.0 - 1e-9)
