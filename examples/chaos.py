"""The edge of chaos: the largest Lyapunov exponents of a random network, as its weights grow.

Run: python examples/chaos.py [--out figures]

Infinite random networks of rates become chaotic where their gain passes 1 (Sompolinsky, Crisanti &
Sommers 1988, doi:10.1103/PhysRevLett.61.259). This one has 200 neurons and a fifth of the synapses.
"""

from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse.analysis import COLOURS, GREY, finish_axes
from neurosparse.lyapunov import RateNetwork, kaplan_yorke, spectrum
from neurosparse.wiring import Bernoulli

NEURONS = 200
P = 0.2


def network(gain: float, seed: int) -> RateNetwork:
    """Draw a network whose weights have the variance gain² / inputs."""
    wiring = Bernoulli(P, allow_self=False).build(NEURONS, NEURONS, rng=seed)
    weight = np.random.default_rng(seed).normal(
        0.0, gain / np.sqrt(P * NEURONS), wiring.nnz
    )
    return RateNetwork(wiring.with_weight(weight), dt=0.1)


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Measure spectra over gains, print the largest exponents, draw."""
    gains = np.arange(0.6, 3.3, 0.9 if quick else 0.3)
    steps = 300 if quick else 2000
    k = 16
    start = np.random.default_rng(0).normal(size=NEURONS)
    spectra = [
        spectrum(network(g, 1), start, steps, transient=1000, k=k, rng=0).exponents
        for g in gains
    ]
    for gain, exponents in zip(gains, spectra, strict=True):
        print(f"gain {gain:.1f}: largest exponent {exponents[0]:6.3f}")
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.axhline(0, color=GREY, linewidth=0.7)
    left.axvline(1, color=GREY, linewidth=0.7, linestyle=":")
    left.plot(
        gains, [e[0] for e in spectra], "o-", color=COLOURS[0], markersize=4, linewidth=0.9
    )
    finish_axes(left, "gain", "largest exponent (1/τ)")
    right.axhline(0, color=GREY, linewidth=0.7)
    right.plot(np.arange(1, k + 1), spectra[-1], ".", color=COLOURS[1])
    dimension = kaplan_yorke(spectra[-1])
    finish_axes(
        right,
        "number of the exponent",
        "exponent (1/τ)",
        f"gain {gains[-1]:.1f}: dimension {dimension:.1f}",
    )
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "chaos.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
