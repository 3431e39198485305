"""Does a brain's wiring help oscillators to agree? Kuramoto phases on the larva's synapses.

Run: python examples/oscillators.py [--out figures]

Phases of the neurons in the brain of a Drosophila larva pull at each other along its synapses
(Winding and others 2023, doi:10.1126/science.add9330), at growing coupling, beside two wirings of
the same numbers of partners. Weights of a wiring have the mean sum 1 a neuron. Theory puts the
onset of order at K_c divided by the largest eigenvalue (Restrepo, Ott & Hunt 2005).
"""

from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse.analysis import (
    COLOURS,
    GREY,
    degree_preserving_null,
    finish_axes,
    random_graph,
)
from neurosparse.connectivity import Connectivity
from neurosparse.datasets import larva_brain
from neurosparse.oscillators import (
    GaussianFrequencies,
    Kuramoto,
    critical_coupling,
    oscillate,
)


def even(wiring: Connectivity) -> Connectivity:
    """The same pairs, all weights alike, with the mean sum 1 a neuron."""
    return wiring.with_weight(wiring.n_post / wiring.nnz)


def order(wiring: Connectivity, coupling: float, duration: float) -> float:
    """Mean order in the second half of a run."""
    rng = np.random.default_rng(3)
    omega = rng.permutation(GaussianFrequencies(1.0).quantiles(wiring.n_pre))
    system = Kuramoto(wiring, omega, coupling)
    return oscillate(system, duration, dt=0.5, tolerance=1e-4, rng=rng).mean_order()


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Run all wirings at all couplings, print when order begins, draw."""
    brain = larva_brain().connectivity
    wirings = {
        "larva": brain,
        "same degrees": degree_preserving_null(brain, rng=1),
        "random": random_graph(brain, rng=1),
    }
    couplings = np.array([0.5, 2.0]) if quick else np.linspace(0.25, 3.0, 12)
    duration = 5.0 if quick else 40.0
    figure = Figure(figsize=(5, 2.8), layout="constrained")
    axes = figure.subplots()
    for (name, wiring), colour in zip(wirings.items(), COLOURS, strict=False):
        scaled = even(wiring)
        least = critical_coupling(GaussianFrequencies(1.0), scaled)
        r = [order(scaled, coupling, duration) for coupling in couplings]
        rows = "  ".join(f"{value:.2f}" for value in r)
        print(f"{name:13} theory: order from c = {least:.2f}; order {rows}")
        axes.plot(couplings, r, "o-", color=colour, markersize=3, linewidth=0.9, label=name)
        axes.axvline(least, color=colour, linewidth=0.7, linestyle=":")
    axes.axhline(0, color=GREY, linewidth=0.7)
    axes.legend(frameon=False, fontsize=8)
    finish_axes(axes, "coupling", "order r")
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "oscillators.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
