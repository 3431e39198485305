"""Clusters of excitatory neurons make spike counts vary slowly, a uniform network does not.

Run: python examples/models/litwin_kumar_2012.py

Source: Litwin-Kumar & Doiron 2012, doi:10.1038/nn.3220. Synapses decay with one exponential here,
without the rise of 1 ms that they have there.
"""

from math import sqrt
from typing import Any, NamedTuple

import numpy as np
import typer
from rows import Row, show

from neurosparse import Bernoulli, Network, Population, Projection, Simulator
from neurosparse.analysis import SpikeTrains, fano_factor
from neurosparse.neurons import LIFExp

N_EXC, N_INH, SIZE, K = 4000, 1000, 80, 800
STRONGER = 1.9  # weights within a cluster over those between
TAU_EXC, TAU_INH = 15.0, 10.0  # ms, membranes
DECAY_EXC, DECAY_INH = 3.0, 2.0  # ms, synapses
WINDOW = 100.0  # ms of a spike count


class Figures(NamedTuple):
    """Rate in Hz and mean Fano factor of the excitatory neurons."""

    rate: float
    fano: float


def cell(tau: float, low: float, high: float, n: int, rng: np.random.Generator) -> LIFExp:
    """Neurons with thresholds at 1 and drives between `low` and `high`."""
    drive = rng.uniform(low, high, n)
    levels = {"v_rest": 0.0, "v_threshold": 1.0, "v_reset": 0.0, "t_ref": 5.0}
    return LIFExp(tau_mem=tau, i_ext=drive, tau_exc=DECAY_EXC, tau_inh=DECAY_INH, **levels)


def network(ratio: float, seed: int = 1) -> Network:
    """Declare it; `ratio` is the probability of a synapse within a cluster over that between."""
    rng = np.random.default_rng(seed)
    between = K / (SIZE * (ratio - 1) + N_EXC)
    # the change of voltage by one spike, times tau_mem / tau_syn: what a current has to be
    to_exc = TAU_EXC / DECAY_EXC * 10 / (TAU_EXC * sqrt(K))
    to_inh = TAU_INH / DECAY_EXC * 4 / (TAU_INH * sqrt(K))
    from_inh = -TAU_EXC / DECAY_INH * 19.2 / (TAU_EXC * sqrt(K))
    among_inh = -TAU_INH / DECAY_INH * 16 / (TAU_INH * sqrt(K))
    parts: list[Any] = [
        Population("E", N_EXC, cell(TAU_EXC, 1.1, 1.2, N_EXC, rng)),
        Population("I", N_INH, cell(TAU_INH, 1.0, 1.05, N_INH, rng)),
        Projection("E", "I", Bernoulli(0.5), weight=to_inh, delay=0.1, receptor="exc"),
        Projection("I", "E", Bernoulli(0.5), weight=from_inh, delay=0.1, receptor="inh"),
        Projection("I", "I", Bernoulli(0.5), weight=among_inh, delay=0.1, receptor="inh"),
        Projection("E", "E", Bernoulli(between), weight=to_exc, delay=0.1),
    ]
    for start in range(0, N_EXC if ratio > 1 else 0, SIZE):
        # synapses within a cluster come on top of those that join all
        cluster = f"E[{start}:{start + SIZE}]"
        within = between * (ratio * STRONGER - 1) / STRONGER
        more = {"weight": STRONGER * to_exc, "delay": 0.1}
        parts.append(Projection(cluster, cluster, Bernoulli(within), **more))
    return Network(parts)


def figures(ratio: float, duration: float) -> Figures:
    """Simulate, and look at the excitatory neurons after half a second."""
    with Simulator(network(ratio), dt=0.1, seed=1, threads=2) as simulation:
        simulation.run(500.0 + duration)
        record = simulation.spikes("E").select(start=500.0)
        trains = SpikeTrains.from_record(record, stop=simulation.time)
    trains = trains.window(500.0, 500.0 + duration)
    fano = float(np.nanmean(fano_factor(trains, WINDOW)))
    return Figures(record.rate(duration=duration), fano)


def compare(quick: bool = False) -> list[Row]:
    """Hold the clustered network beside the uniform one."""
    duration = 1000.0 if quick else 4000.0
    uniform, clustered = figures(1.0, duration), figures(2.5, duration)
    return [
        Row("uniform: rate, Hz", uniform.rate, 0.5, 6.0, "2012, low"),
        Row("clustered: rate, Hz", clustered.rate, 0.5, 8.0, "2012, low"),
        Row("uniform: Fano factor", uniform.fano, 0.4, 1.1, "2012, about Poisson or less"),
        Row(
            "clustered over uniform: Fano factor",
            clustered.fano / uniform.fano,
            1.2,
            4.0,
            "2012, larger",
        ),
    ]


def main() -> None:
    """Simulate both networks and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
