"""A neuron model of your own, in one file: a resonate-and-fire neuron, compiled into the same loop as the others.

Run: python examples/own_neuron.py

It answers pairs of spikes that come together or at its own rhythm, and none that come at another one.
Source of the model: Izhikevich 2001, doi:10.1016/S0893-6080(01)00078-8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine.simulator import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import SpikeSource
from neurosparse.neurons.base import Value, check_parameters, parameters


class ResonatorState(NamedTuple):
    """A point that circles around rest: x is what spikes push, y is the voltage-like part."""

    x: float
    y: float


class ResonatorCoefficients(NamedTuple):
    """What the update needs for one dt."""

    turn_x: float
    turn_y: float
    threshold: float
    reset: float


@dataclass(frozen=True)
class Resonator:
    """Damped oscillation z' = (-1/tau + i omega) z; it fires when y rises above the threshold.

    `period` and `tau` in ms, x and y without unit. A step is an exact turn of the plane.
    """

    period: Value = 10.0
    tau: Value = 20.0
    threshold: Value = 1.0
    t_ref: Value = 2.0

    State: ClassVar[type[ResonatorState]] = ResonatorState
    Coefficients: ClassVar[type[ResonatorCoefficients]] = ResonatorCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"push": "x"}

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        check_parameters(self, ("period", "tau"))

    def coefficients(self, dt: float) -> ResonatorCoefficients:
        """Derive the turn of one step: numbers that depend on dt and the parameters only."""
        q = parameters(self)
        shrink, angle = np.exp(-dt / q.tau), 2 * np.pi * dt / q.period
        return ResonatorCoefficients(shrink * np.cos(angle), shrink * np.sin(angle), q.threshold, 0.0)

    def initial(self) -> ResonatorState:
        """Start at rest."""
        return ResonatorState(0.0, 0.0)

    @staticmethod
    def update(s: ResonatorState, p: ResonatorCoefficients, since: int) -> tuple[ResonatorState, bool]:
        """Turn by one step. Plain arithmetic on one neuron's numbers: Numba makes vector code of it."""
        x = s.x * p.turn_x - s.y * p.turn_y
        y = s.x * p.turn_y + s.y * p.turn_x
        return ResonatorState(x, y), y > p.threshold

    @staticmethod
    def reset(s: ResonatorState, p: ResonatorCoefficients) -> ResonatorState:
        """Forget the oscillation."""
        return ResonatorState(p.reset, p.reset)


def answers(gaps: np.ndarray) -> np.ndarray:
    """Give neuron k two spikes that are gaps[k] ms apart; returns how often each neuron fired [n]."""
    n = len(gaps)
    neurons = np.arange(n, dtype=np.int32)
    pairs = SpikeSource(np.concatenate([np.full(n, 1.0), 1.0 + gaps]), np.concatenate([neurons, neurons]))
    wiring = Connectivity.from_edges(neurons, neurons, n_pre=n, n_post=n, weight=0.8)
    network = Network(
        Population("input", n, pairs),
        Population("resonators", n, Resonator()),
        Projection("input", "resonators", wiring),
    )
    simulator = Simulator(network, dt=0.1)
    simulator.run(60.0)
    return np.bincount(simulator.spikes("resonators").i, minlength=n)


def main() -> None:
    """Print which gaps the neuron answers."""
    gaps = np.arange(2.0, 26.0, 1.0)
    for gap, count in zip(gaps, answers(gaps), strict=True):
        print(f"{gap:5.1f} ms  {'fires' if count else '-'}")


if __name__ == "__main__":
    main()
