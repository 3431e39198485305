"""A neuron model of your own, in one file: a resonate-and-fire neuron, compiled into the same loop
as the others.

Run: python examples/own_neuron.py [--out figures]

It answers pairs of spikes that come together or at its own rhythm, and none that come at another
one.
Source of the model: Izhikevich 2001, doi:10.1016/S0893-6080(01)00078-8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse.analysis import COLOURS, GREY, finish_axes
from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator, States
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import SpikeSource, Value, check_parameters, parameters


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
        shrink = np.exp(-dt / q.tau)
        angle = 2 * np.pi * dt / q.period
        return ResonatorCoefficients(
            shrink * np.cos(angle), shrink * np.sin(angle), q.threshold, 0.0
        )

    def initial(self) -> ResonatorState:
        """Start at rest."""
        return ResonatorState(0.0, 0.0)

    @staticmethod
    def update(
        s: ResonatorState, p: ResonatorCoefficients, since: int
    ) -> tuple[ResonatorState, bool]:
        """Turn by one step. Plain arithmetic on one neuron's numbers: Numba makes vector code of
        it.
        """
        x = s.x * p.turn_x - s.y * p.turn_y
        y = s.x * p.turn_y + s.y * p.turn_x
        return ResonatorState(x, y), y > p.threshold

    @staticmethod
    def reset(s: ResonatorState, p: ResonatorCoefficients) -> ResonatorState:
        """Forget the oscillation."""
        return ResonatorState(p.reset, p.reset)


def answers(gaps: np.ndarray) -> np.ndarray:
    """Give neuron k two spikes that are gaps[k] ms apart; returns how often each neuron fired
    [n].
    """
    n = len(gaps)
    neurons = np.arange(n, dtype=np.int32)
    pairs = SpikeSource(
        np.concatenate([np.full(n, 1.0), 1.0 + gaps]), np.concatenate([neurons, neurons])
    )
    wiring = Connectivity.from_edges(neurons, neurons, n_pre=n, n_post=n, weight=0.8)
    network = Network(
        Population("input", n, pairs),
        Population("resonators", n, Resonator()),
        Projection("input", "resonators", wiring),
    )
    simulator = Simulator(network, dt=0.1)
    simulator.run(60.0)
    return np.bincount(simulator.spikes("resonators").i, minlength=n)


def voltage(gap: float) -> np.ndarray:
    """The voltage-like part of one neuron's state, every 0.1 ms, after a pair of spikes that are
    `gap` ms apart.
    """
    record = States("resonator", "y")
    wiring = Connectivity.from_edges([0], [0], n_pre=1, n_post=1, weight=0.8)
    network = Network(
        Population("input", 1, SpikeSource([1.0, 1.0 + gap], [0, 0])),
        Population("resonator", 1, Resonator()),
        Projection("input", "resonator", wiring),
    )
    simulator = Simulator(network, dt=0.1, record=[record])
    simulator.run(60.0)
    return simulator.recorded(record).values[:, 0]


def main(out: Path | None = None, quick: bool = False) -> None:
    """Print which gaps the neuron answers; draw three of them if told where."""
    gaps = np.arange(2.0, 26.0, 1.0)
    for gap, count in zip(gaps, answers(gaps), strict=True):
        print(f"{gap:5.1f} ms  {'fires' if count else '-'}")
    if out is None:
        return
    figure = Figure(figsize=(7, 2), layout="constrained")
    for ax, gap in zip(figure.subplots(1, 3, sharey=True), (5.0, 10.0, 15.0), strict=True):
        trace = voltage(gap)
        ax.plot(0.1 * np.arange(len(trace)), trace, color=COLOURS[0], linewidth=0.9)
        ax.axhline(1.0, color=GREY, linewidth=0.7, linestyle=":")
        ax.plot([1.0, 1.0 + gap], [-1.1, -1.1], "^", color=COLOURS[1], markersize=4)
        finish_axes(ax, "time (ms)", "y" if gap == 5.0 else "", f"two spikes, {gap:g} ms apart")
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "own_neuron.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
