"""A million neurons, 100 million synapses, 0.1 Hz on the mean: wired, laid out and run; one line of
JSON.
"""

import argparse
import json
import time

import numpy as np
from harness import peak_rss_mib

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.wiring import Bernoulli

MEAN_RATE, FAN_OUT = 0.1, 100.0
DRIVEN_RATE = (
    50.0  # Hz; each of its spikes makes the driven neuron fire, and nothing else does
)


def network(n: int) -> Network:
    """So few neurons are driven, so strongly, that the mean rate is 0.1 Hz."""
    n_driven = round(n * MEAN_RATE / DRIVEN_RATE)
    driven = np.random.default_rng(1).choice(n, n_driven, replace=False)
    push = Connectivity.from_edges(
        np.arange(n_driven), np.sort(driven), n_pre=n_driven, n_post=n
    )
    return Network(
        Population("N", n, LIF(t_ref=0.0)),
        Population("drive", n_driven, PoissonSource(DRIVEN_RATE)),
        Projection("N", "N", Bernoulli(FAN_OUT / n), weight=0.1, delay=1.5),
        Projection("drive", "N", push, weight=30.0),
    )


def main() -> None:
    """Build and run once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    begun = time.perf_counter()
    simulator = Simulator(network(args.size), dt=0.1, seed=1, threads=args.threads)
    built = time.perf_counter()
    simulator.run(args.seconds * 1000)
    done = time.perf_counter()
    spikes = len(simulator.spikes("N"))
    figures = {
        "build_s": built - begun,
        "run_s": done - built,
        "rate": spikes / args.size / args.seconds,
        "spikes": spikes,
        "peak_rss_mib": peak_rss_mib(),
        "synapses": simulator.summary().n_synapses,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
