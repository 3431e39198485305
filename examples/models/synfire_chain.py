"""A volley of spikes runs along a chain of pools, or dies on the way.

Run: python examples/models/synfire_chain.py

Source: Diesmann, Gewaltig & Aertsen 1999, doi:10.1038/990101: ten pools of 100 neurons in a
cortical background of 20,000 synapses each.
"""

from typing import NamedTuple

import numpy as np
import typer
from rows import Row, show

from neurosparse import AllToAll, Network, PoissonInput, Population, Projection, Simulator
from neurosparse.neurons import LIFAlpha, SpikeSource

POOLS, SIZE, DELAY = 10, 100, 5.0
TAU_PSC = 0.325  # ms
CHARGE = 1.58  # mV ms of one spike: a potential of 0.14 mV at its peak
WEIGHT = CHARGE / (np.e * TAU_PSC)
EXCITE, INHIBIT = 17_600 * 2.0, 2_400 * 12.5  # spikes a second onto a neuron
ARRIVAL = 50.0  # ms, of the volley at the first pool
CELL = LIFAlpha(
    tau_mem=10.0,
    v_rest=-70.0,
    v_threshold=-55.0,
    v_reset=-70.0,
    t_ref=1.0,
    tau_exc=TAU_PSC,
    tau_inh=TAU_PSC,
)


class Volley(NamedTuple):
    """Spikes of a pool, and their standard deviation in ms."""

    spikes: int
    spread: float


def network(volley: Volley, seed: int) -> Network:
    """Declare the chain, and who kicks its first pool."""
    rng = np.random.default_rng(seed)
    times = np.round(rng.normal(ARRIVAL, volley.spread, volley.spikes), 1)
    source = SpikeSource(np.sort(times), np.arange(volley.spikes))
    v = rng.normal(-62.0, 2.5, (POOLS, SIZE))
    pools = [Population(f"pool {k}", SIZE, CELL, initial={"v": v[k]}) for k in range(POOLS)]
    names = [pool.name for pool in pools]
    return Network(
        Population("volley", volley.spikes, source),
        pools,
        [
            Projection(a, b, AllToAll(), weight=WEIGHT, delay=DELAY)
            for a, b in zip(["volley", *names], names, strict=False)
        ],
        PoissonInput(names, rate=EXCITE, weight=WEIGHT, receptor="exc"),
        PoissonInput(names, rate=INHIBIT, weight=-WEIGHT, receptor="inh"),
    )


def travel(volley: Volley, seed: int = 1) -> list[Volley]:
    """What each pool makes of it, looked at within 5 ms of its median."""
    with Simulator(network(volley, seed), dt=0.1, seed=seed) as simulation:
        simulation.run(ARRIVAL + POOLS * (DELAY + 3.0) + 20.0)
        trains = [simulation.spikes(f"pool {k}").t for k in range(POOLS)]
    passing = []
    expected = ARRIVAL
    for times in trains:
        expected += DELAY + 1.0
        near = times[np.abs(times - expected) < 6.0]
        if near.size > SIZE / 2:
            expected = float(np.median(near))
        near = near[np.abs(near - expected) < 3.0]
        passing.append(Volley(len(near), float(np.std(near)) if near.size else np.nan))
    return passing


def compare(quick: bool = False) -> list[Row]:
    """Strong and sharp volleys settle on one shape; weak or smeared ones die out."""
    del quick
    sharp = travel(Volley(100, 0.0))[-1]
    spread = travel(Volley(90, 1.5))[-1]
    weak = travel(Volley(30, 0.0))[-1]
    smeared = travel(Volley(60, 4.0))[-1]
    attractor = "1999, figure 4: an attractor"
    return [
        Row("100 spikes at once: spikes of pool 10", sharp.spikes, 80, 120, attractor),
        Row("100 spikes at once: spread, ms", sharp.spread, 0.1, 1.0, attractor),
        Row("90 spikes over 1.5 ms: spikes of pool 10", spread.spikes, 80, 120, attractor),
        Row("90 spikes over 1.5 ms: spread, ms", spread.spread, 0.1, 1.0, attractor),
        Row("30 spikes at once: spikes of pool 10", weak.spikes, 0, 20, "dies"),
        Row("60 spikes over 4 ms: spikes of pool 10", smeared.spikes, 0, 20, "dies"),
    ]


def main() -> None:
    """Send four volleys and print what arrives at the end."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
