"""A second in the brain of a fly larva: every neuron and synapse of it, under random sensory input.

Run: python examples/larva_brain.py [--out figures]

The wiring diagram (Winding et al. 2023, doi:10.1126/science.add9330) has no signs: which neurons
inhibit is assumed.
"""

from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse import (
    Connectivity,
    LIFExp,
    Network,
    PoissonSource,
    Population,
    Projection,
    Simulator,
)
from neurosparse.analysis import SpikeTrains, plot_raster, plot_rate
from neurosparse.datasets import LarvaBrain, larva_brain

EXCITE = ("sensories", "ascendings", "PNs", "KCs")
INHIBIT = ("LNs", "MBINs")


def network(brain: LarvaBrain) -> Network:
    """Declare the brain; a third of the neurons that are not known to excite inhibit."""
    n = brain.connectivity.n_pre
    senses = brain.members("sensories")
    inhibits = (np.random.default_rng(1).random(n) < 1 / 3) & ~np.isin(
        brain.cell_type, EXCITE
    )
    inhibits |= np.isin(brain.cell_type, INHIBIT)
    pre, _ = brain.connectivity.edges()
    weight = brain.connectivity.weights_array() * np.where(
        inhibits[pre], -3.0, 1.0
    )  # mV a synapse
    kicks = Connectivity.from_edges(
        np.arange(len(senses)), senses, n_pre=len(senses), n_post=n, weight=70.0
    )
    cell = LIFExp(
        tau_mem=20.0, tau_exc=5.0, v_rest=-52.0, v_threshold=-45.0, v_reset=-52.0, t_ref=2.2
    )
    return Network(
        Population("world", len(senses), PoissonSource(rate=30.0)),
        Population("brain", n, cell),
        Projection("world", "brain", kicks, delay=0.1),
        Projection("brain", "brain", brain.connectivity.with_weight(weight), delay=1.8),
    )


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Simulate, print the mean rate, draw spikes and rate."""
    brain = larva_brain()
    duration = 200.0 if quick else 1000.0
    simulation = Simulator(network(brain), dt=0.1, seed=1)
    simulation.run(duration)
    record = simulation.spikes("brain")
    print(f"{len(record):,} spikes, {record.rate(duration=duration):.1f} Hz")
    spikes = SpikeTrains.from_record(record, stop=duration)
    figure = Figure(figsize=(7, 5.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    plot_raster(spikes, groups=brain.cell_type, ax=above).set_xlabel("")
    plot_rate(spikes, 5.0, ax=below)
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "larva_brain.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
