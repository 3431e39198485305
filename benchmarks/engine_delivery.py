"""Delivery where delays differ: rows cut by delay beside rings, one projection beside many.

Run: python benchmarks/engine_delivery.py

Prints processor microseconds a step on one thread, the least of several runs taken in turn. The law
of combinations holds both layouts against the same engine of plain Python; the cuts are held
against each other here, spike for spike. Where the first column stops winning is `LONG_PART` of
`neurosparse/engine/parts.py`.
"""

import time
from contextlib import ExitStack
from unittest import mock

import numpy as np

from neurosparse import (
    Connectivity,
    Network,
    PoissonSource,
    Population,
    Projection,
    Simulator,
)
from neurosparse.engine import layout
from neurosparse.neurons import LIFExp

STEPS, REPEATS = 500, 25
DRIVE = 25.0  # mV, the mean input: 10 more than the way to the threshold
CUTS = (1, 8, 64, 256)


def microseconds(networks: list[Network]) -> list[float]:
    """Processor time of a step of each network."""
    best = [np.inf] * len(networks)
    with ExitStack() as stack:
        simulations = [
            stack.enter_context(Simulator(network, dt=0.1)) for network in networks
        ]
        for simulation in simulations:
            simulation.step(STEPS)
        for _ in range(REPEATS):
            for k, simulation in enumerate(simulations):
                begun = time.process_time()
                simulation.step(STEPS)
                best[k] = min(best[k], time.process_time() - begun)
        first = simulations[0].spikes("E")
        for simulation in simulations:
            record = simulation.spikes("E")
            same = np.array_equal(record.step, first.step)
            if not (same and np.array_equal(record.i, first.i)):
                raise SystemExit("the cuts differ in spikes: no times")
    if not len(first):
        raise SystemExit("nothing fires: no times")
    return [1e6 * float(seconds) / STEPS for seconds in best]


def network(n: int, row: int, delays: int, rate: float, cuts: int = 1) -> Network:
    """A source of n neurons with `row` synapses each, dealt out to `cuts` projections."""
    rng = np.random.default_rng(1)
    pre = np.repeat(np.arange(n), row)
    post = rng.integers(0, n, pre.size)
    delay = rng.integers(1, 1 + delays, pre.size)
    mean = DRIVE / (row * rate / 1000 * LIFExp().tau_exc)
    weight = rng.normal(mean, mean / 4, pre.size)
    part = rng.permutation(pre.size) % cuts
    projections = [
        Projection(
            "S",
            "E",
            Connectivity.from_edges(
                pre[part == k],
                post[part == k],
                n_pre=n,
                n_post=n,
                weight=weight[part == k],
                delay_steps=delay[part == k],
                duplicates="keep",
            ),
            label=f"part {k}",
        )
        for k in range(cuts)
    ]
    target = Population("E", n, LIFExp(), mode="clock")
    return Network(Population("S", n, PoissonSource(rate)), target, projections)


def main() -> None:
    """Print both tables."""
    print("synapses of a row and delay: cut, ring")
    for n, row, delays in ((20_000, 100, 50), (20_000, 100, 25), (4_000, 400, 80)):
        declared = network(n, row, delays, 1e5 / n)
        layouts = []
        for long_part in (0.0, np.inf):
            with (
                mock.patch.object(layout, "LONG_PART", long_part),
                mock.patch.object(layout, "FEW_DELAYS", 0),
            ):
                layouts += microseconds([declared])
        cut, ring = layouts
        print(f"{n:,} x {row}, {row / delays:g}: {cut:.1f}, {ring:.1f} us")
    print("the same synapses as so many projections")
    for delays in (1, 80):
        cut_in = [network(4_000, 400, delays, 20.0, cuts) for cuts in CUTS]
        times = microseconds(cut_in)
        for cuts, spent in zip(CUTS, times, strict=True):
            print(f"{delays} delays, {cuts}: {spent:.1f} us, {spent / times[0]:.2f} of one")


if __name__ == "__main__":
    main()
