"""Synapses that compete: spike timing drives the weights of a thousand inputs apart, to nothing or
to the top.

Run: python examples/stdp.py [--out figures]

Source: Song, Miller & Abbott 2000, doi:10.1038/78829, with current-like synapses in place of
conductances.
"""

from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse.analysis import COLOURS, add_legend, finish_axes
from neurosparse.engine import Rates, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import AllToAll, Uniform

INPUTS, W_MAX = 1000, 0.2  # mV


def network() -> Network:
    """Declare a thousand Poisson inputs onto one neuron, all synapses learning."""
    rule = PairSTDP(a_plus=0.005 * W_MAX, a_minus=0.00525 * W_MAX, w_max=W_MAX)
    return Network(
        Population("inputs", INPUTS, PoissonSource(rate=15.0)),
        Population(
            "neuron",
            1,
            LIF(tau_mem=20.0, v_rest=-74.0, v_threshold=-54.0, v_reset=-60.0, t_ref=0.0),
        ),
        Projection(
            "inputs",
            "neuron",
            AllToAll(weight=Uniform(0.0, W_MAX)),
            delay=0.0,
            plasticity=rule,
        ),
    )


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Let the neuron fire for minutes of its time, draw the weights at the beginning and at the
    end.
    """
    simulation = Simulator(network(), dt=0.5, seed=1, record=[Rates("neuron", bin=1000.0)])
    before = simulation.weights("inputs->neuron")
    simulation.run(20_000.0 if quick else 300_000.0)
    after = simulation.weights("inputs->neuron")
    rates = simulation.recorded(Rates("neuron", bin=1000.0)).rate
    print(f"{rates[:5].mean():.0f} Hz at first, {rates[-5:].mean():.0f} Hz in the end")
    ends = f"{spread(before):.0%} before, {spread(after):.0%} after"
    print(f"weights within a fifth of either end: {ends}")
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for values, label, colour in (
        (before, "at first", COLOURS[5]),
        (after, "in the end", COLOURS[0]),
    ):
        left.hist(
            values / W_MAX, bins=25, range=(0, 1), label=label, color=colour, alpha=0.75
        )
    add_legend(finish_axes(left, "weight / largest weight", "synapses"))
    right.plot(np.arange(len(rates)) + 0.5, rates, color=COLOURS[0], linewidth=0.9)
    finish_axes(right, "time (s)", "rate of the neuron (Hz)").set_ylim(bottom=0)
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "stdp.png", dpi=150)


def spread(weights: np.ndarray) -> float:
    """Share of the weights that are within a fifth of 0 or of the largest."""
    return float(np.mean((weights < 0.2 * W_MAX) | (weights > 0.8 * W_MAX)))


if __name__ == "__main__":
    typer.run(main)
