"""A neuron model of your own, in one file: a resonate-and-fire neuron in the loop of the others.

Run: python examples/own_neuron.py [--out figures]

It answers pairs of spikes that come together or at its own rhythm, and none that come at another.
Source of the model: Izhikevich 2001, doi:10.1016/S0893-6080(01)00078-8.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse import Network, OneToOne, Population, Projection, Simulator, SpikeSource
from neurosparse.analysis import COLOURS, GREY, finish_axes
from neurosparse.engine import Spikes, States
from neurosparse.neurons import Neuron, Value, parameters


class ResonatorState(NamedTuple):
    """A point that circles around rest: x is what spikes push, y is the voltage-like part."""

    x: float
    y: float


class ResonatorCoefficients(NamedTuple):
    """What a step needs."""

    turn_x: float
    turn_y: float
    threshold: float


@dataclass(frozen=True, kw_only=True)
class Resonator(Neuron):
    """Damped oscillation z' = (-1/tau + i omega) z; fires when y rises above the threshold.

    Times in ms, x and y without unit. A step is an exact turn of the plane.
    """

    period: Value = 10.0
    tau: Value = 20.0
    threshold: Value = 1.0
    t_ref: Value = 2.0

    State = ResonatorState
    Coefficients = ResonatorCoefficients
    receptors: ClassVar = {"push": "x"}
    above_zero = ("period", "tau")

    def coefficients(self, dt):
        q = parameters(self)
        turn = np.exp(-dt / q.tau + 2j * np.pi * dt / q.period)
        return ResonatorCoefficients(turn.real, turn.imag, q.threshold)

    @staticmethod
    def update(s, p, since):
        y = s.x * p.turn_y + s.y * p.turn_x
        return ResonatorState(s.x * p.turn_x - s.y * p.turn_y, y), y > p.threshold

    @staticmethod
    def reset(s, p):
        return ResonatorState(0.0, 0.0)


def answers(gaps):
    """Give neuron k two spikes gaps[k] ms apart; how often each fires `[n]`, and y `[steps, n]`."""
    n = len(gaps)
    each = np.arange(n)
    pairs = SpikeSource(
        np.concatenate([np.ones(n), 1.0 + gaps]), np.concatenate([each, each])
    )
    network = Network(
        Population("input", n, pairs),
        Population("resonators", n, Resonator()),
        Projection("input", "resonators", OneToOne(weight=0.8)),
    )
    record = States("resonators", "y")
    simulator = Simulator(network, dt=0.1, record=[record, Spikes("resonators")])
    simulator.run(60.0)
    return simulator.spikes("resonators").count(), simulator.recorded(record).values


def main(out: Path | None = None, quick: bool = False) -> None:
    """Print which gaps the neuron answers; draw three of them into the folder `out`."""
    gaps = np.arange(2.0, 26.0)
    counts, y = answers(gaps)
    for gap, count in zip(gaps, counts, strict=True):
        print(f"{gap:5.1f} ms  {'fires' if count else '-'}")
    if out is None:
        return
    figure = Figure(figsize=(7, 2), layout="constrained")
    for ax, gap in zip(figure.subplots(1, 3, sharey=True), (5.0, 10.0, 15.0), strict=True):
        ax.plot(0.1 * np.arange(len(y)), y[:, gaps == gap], color=COLOURS[0], linewidth=0.9)
        ax.axhline(1.0, color=GREY, linewidth=0.7, linestyle=":")
        ax.plot([1.0, 1.0 + gap], [-1.1, -1.1], "^", color=COLOURS[1], markersize=4)
        finish_axes(ax, "time (ms)", "y" if gap == 5.0 else "", f"spikes {gap:g} ms apart")
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "own_neuron.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
