"""A square millimetre of cortex: eight populations, 64 projections, 300 million synapses.

Run: python examples/models/potjans_diesmann_2014.py --scale 1.0

Source: Potjans & Diesmann 2014, doi:10.1093/cercor/bhs358, table 5 and figure 6. Scaled down,
neurons and synapses shrink alike, weights grow by the root of it, and a current stands for what is
lost.
"""

from math import sqrt
from typing import Any

import numpy as np
import typer
from rows import Row, show

from neurosparse import LIFExp, Network, PoissonInput, Population, Projection, Simulator
from neurosparse.wiring import FixedTotal, Normal

NAMES = ("23E", "23I", "4E", "4I", "5E", "5I", "6E", "6I")
SIZES = np.array([20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948])
PROBABILITY = np.array(  # of a synapse, onto a population (row) from another (column)
    [
        [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
        [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
        [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0],
        [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
        [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
        [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0],
        [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
        [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
    ]
)
INPUTS = np.array([1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100])  # of 8 Hz each
RATES = np.array([0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829])  # Hz, published
V_MEAN = np.array([-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43])
V_SPREAD = np.array([5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48])
PSC, RATIO, TAU_SYN, TAU_MEM, C_MEM = 87.8, -4.0, 0.5, 10.0, 250.0  # pA, ms, pF
SPREAD = 0.1  # of weights, as a share of their mean
START = 500.0  # ms before rates are measured


def synapses() -> Any:
    """How many synapses each pair of populations has at full size (equation 1)."""
    pairs = np.outer(SIZES, SIZES)
    return np.rint(np.log1p(-PROBABILITY) / np.log1p(-1 / pairs)).astype(int)


def currents() -> Any:
    """Mean postsynaptic current in pA, onto (row) from (column); 4E to 23E is twice as strong."""
    weights = np.tile(np.where(np.arange(8) % 2, RATIO * PSC, PSC), (8, 1))
    weights[0, 2] *= 2
    return weights


def lost(scale: float) -> Any:
    """The current in pA that stands for the input that a smaller network lacks."""
    within = (currents() * synapses() / SIZES[:, None] * RATES).sum(axis=1)
    outside = PSC * INPUTS * 8.0
    return (1 - sqrt(scale)) * TAU_SYN / 1000 * (within + outside)


def network(scale: float = 1.0, seed: int = 1) -> Network:
    """Declare it as published: a population a layer and kind, a projection a pair."""
    rng = np.random.default_rng(seed)
    sizes = np.rint(SIZES * scale).astype(int)
    totals = np.rint(synapses() * scale * scale).astype(int)
    weights = currents() / sqrt(scale)
    parts: list[Any] = []
    for k, name in enumerate(NAMES):
        model = LIFExp(
            tau_mem=TAU_MEM,
            tau_exc=TAU_SYN,
            tau_inh=TAU_SYN,
            v_rest=-65.0,
            v_reset=-65.0,
            v_threshold=-50.0,
            t_ref=2.0,
            r_mem=TAU_MEM / C_MEM,
            i_ext=lost(scale)[k],
        )
        v = rng.normal(V_MEAN[k], V_SPREAD[k], sizes[k])
        parts.append(Population(name, int(sizes[k]), model, initial={"v": v}))
        rate = round(INPUTS[k] * scale) * 8.0
        parts.append(PoissonInput(name, rate, PSC / sqrt(scale), receptor="exc"))
    for (to, start), total in np.ndenumerate(totals):
        if not total:
            continue
        mean, inhibits = weights[to, start], start % 2 == 1
        side = {"high": 0.0} if inhibits else {"low": 0.0}
        late = 0.75 if inhibits else 1.5
        parts.append(
            Projection(
                NAMES[start],
                NAMES[to],
                FixedTotal(int(total), multapses=True),
                weight=Normal(mean, SPREAD * abs(mean), **side),
                delay=Normal(late, late / 2, low=0.1, high=25.5),
                receptor="inh" if inhibits else "exc",
            )
        )
    return Network(parts)


def compare(quick: bool = False, scale: float = 1.0, duration: float = 2000.0) -> list[Row]:
    """Hold the rates of all populations against those published."""
    scale, duration = (0.05, 300.0) if quick else (scale, duration)
    with Simulator(network(scale), dt=0.1, seed=1, threads=2, precision="float32") as sim:
        sim.run(START)
        before = {name: len(sim.spikes(name)) for name in NAMES}
        sim.run(duration)
        seen = [
            (len(sim.spikes(name)) - before[name]) / sim.network.populations[name].n
            for name in NAMES
        ]
    # smaller networks keep the mean of their input, not its fluctuations
    share, slack = (0.1, 0.1) if scale == 1 else (0.5, 1.0)
    rows = []
    for name, count, rate in zip(NAMES, seen, RATES, strict=True):
        low = max(0.0, (1 - share) * rate - slack)
        high = (1 + share) * rate + slack
        seen_rate = 1000 * count / duration
        rows.append(Row(f"{name}: rate, Hz", seen_rate, low, high, "2014, figure 6"))
    return rows


def main(scale: float = 0.1, duration: float = 1000.0) -> None:
    """Simulate at a scale and print the rates; the whole takes 3 GB."""
    show(compare(scale=scale, duration=duration))


if __name__ == "__main__":
    typer.run(main)
