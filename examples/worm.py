"""A touch in a worm without spikes: graded synapses, alone and with its electrical pairs.

Run: python examples/worm.py [--out figures]

Every neuron leaks and hands on its voltage, as in the circuit of Wicks, Roehrig & Rankin 1996,
doi:10.1523/JNEUROSCI.16-12-04017.1996: chemical synapses a sigmoid of it, gap junctions its
difference to a neighbour's. Time constants and strengths are assumed, 26 neurons inhibit.
"""

from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse import Network, Population, Projection, Simulator
from neurosparse.analysis import finish_axes
from neurosparse.datasets import c_elegans
from neurosparse.engine import States
from neurosparse.network import GapJunction, Graded, Logistic
from neurosparse.neurons import LeakyIntegrator
from neurosparse.stimuli import StepCurrent

TOUCHED = ("ALML", "ALMR", "AVM")
INHIBIT = ("DD", "VD", "RME", "AVL", "DVB", "RIS")  # GABA
MODEL = LeakyIntegrator(tau_mem=10.0, v_rest=-35.0, r_mem=1.0)  # GOhm, so that pA give mV
RELEASE = Graded("v", Logistic(threshold=-30.0, width=1.5))
ON, OFF = 300.0, 400.0  # ms


def network(electrical: bool) -> Network:
    """Declare the worm, touched at its front, with its chemical synapses or with both kinds."""
    worm = c_elegans("varshney_chem")
    pre, _ = worm.connectivity.edges()
    sign = np.where(np.char.startswith(worm.name[pre][:, None], INHIBIT).any(axis=1), -1, 1)
    weight = 0.25 * sign * worm.connectivity.weights_array()  # pA a synapse
    touch = np.where(np.isin(worm.name, TOUCHED), 20.0, 0.0)
    chemical = worm.connectivity.with_weight(weight)
    parts = [
        Population("worm", len(worm.name), MODEL),
        Projection("worm", "worm", chemical, transmits=RELEASE, label="chemical"),
        StepCurrent("worm", touch, start=ON, stop=OFF),
    ]
    if electrical:
        both = c_elegans("varshney_gap").connectivity
        a, b = both.edges()
        pairs = both.without(np.flatnonzero(a >= b))  # each pair once
        pairs = pairs.with_weight(0.1 * pairs.weights_array())  # nS a junction
        joined = {"transmits": GapJunction(), "label": "electrical"}
        parts.append(Projection("worm", "worm", pairs, **joined))
    return Network(parts)


def main(out: Path | None = None, quick: bool = False) -> None:
    """Print how far the touch reaches; draw all voltages into the folder `out`."""
    figure = Figure(figsize=(7, 3), layout="constrained")
    order = None
    for ax, electrical in zip(
        figure.subplots(1, 2, sharey=True), (False, True), strict=True
    ):
        simulator = Simulator(network(electrical), record=[States("worm", "v")])
        simulator.run(500.0)
        v = simulator.recorded(States("worm", "v")).values
        rise = v[round(OFF / 0.1) - 1] - v[round(ON / 0.1) - 1]
        kind = "with 514 electrical pairs" if electrical else "chemical synapses alone"
        moved = np.sum(np.abs(rise) > 0.1)
        print(
            f"{kind:25}: {moved} neurons move by more than 0.1 mV, {rise.max():.1f} at most"
        )
        order = np.argsort(rise) if order is None else order
        image = ax.imshow(
            (v - v[round(ON / 0.1) - 1])[2500::10, order].T,
            aspect="auto",
            extent=(250, 500, 0, len(order)),
            cmap="coolwarm",
            vmin=-3,
            vmax=3,
        )
        finish_axes(ax, "time (ms)", "" if electrical else "neuron", kind)
    figure.colorbar(image, label="mV since the touch")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        figure.savefig(out / "worm.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
