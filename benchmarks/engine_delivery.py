"""Delivery where delays differ: rows cut by delay beside rings, one projection beside many.

Run: python benchmarks/engine_delivery.py

Prints processor microseconds a step, the least of several runs, and what each pair has in common:
the law of combinations holds both layouts against the same engine of plain Python. Where the first
column stops winning is `LONG_PART` of `neurosparse/engine/parts.py`.
"""

import time
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

STEPS, REPEATS = 500, 5


def microseconds(network: Network) -> float:
    """Processor time of a step."""
    best = np.inf
    with Simulator(network, dt=0.1, record=[]) as simulation:
        simulation.step(STEPS)
        for _ in range(REPEATS):
            begun = time.process_time()
            simulation.step(STEPS)
            best = min(best, time.process_time() - begun)
    return 1e6 * float(best) / STEPS


def network(n: int, row: int, delays: int, rate: float, cuts: int = 1) -> Network:
    """A source of n neurons with `row` synapses each, dealt out to `cuts` projections."""
    rng = np.random.default_rng(1)
    pre = np.repeat(np.arange(n), row)
    post = rng.integers(0, n, pre.size)
    delay = rng.integers(1, 1 + delays, pre.size)
    weight = rng.normal(0.0, 0.01, pre.size)
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
        rate = 1e5 / n
        times = []
        for long_part in (0.0, np.inf):
            with (
                mock.patch.object(layout, "LONG_PART", long_part),
                mock.patch.object(layout, "FEW_DELAYS", 0),
            ):
                times.append(microseconds(network(n, row, delays, rate)))
        print(f"{n:,} x {row}, {row / delays:g}: {times[0]:.1f}, {times[1]:.1f} us")
    print("the same synapses as so many projections")
    for delays in (1, 80):
        for cuts in (1, 8, 64, 256):
            spent = microseconds(network(4_000, 400, delays, 20.0, cuts))
            print(f"{delays} delays, {cuts}: {spent:.1f} us")


if __name__ == "__main__":
    main()
