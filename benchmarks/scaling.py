"""From ten thousand to a billion synapses: building, bytes a synapse, time, on one and two threads.

Run: python benchmarks/scaling.py [--largest 1e8] [--json OUT]

LIFExp neurons with a thousand synapses each, one weight, one delay, about 1 Hz, each with its own
Poisson input of 1 kHz; state in float32, spikes recorded. Every size and number of threads is built
and run in a process of its own. Seconds are wall time of a biological second, the least of several
stretches after the first 100 ms. No figure is shown unless the spikes of one and of two threads are
the same and, for a hundred neurons, those of the engine's law in plain Python.

The whole takes 4.2 GB and some minutes.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from harness import Gate, machine, peak_rss_mib, print_table, write_json

from neurosparse import Network, PoissonInput, Population, Projection, Simulator
from neurosparse.neurons import LIFExp
from neurosparse.wiring import FixedOutDegree

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "benchmarks" / "results" / "scaling.json"
FAN_OUT = 1_000
SIZES = tuple(10**k for k in range(4, 10))  # synapses
LAW = 10**5  # synapses of the network that is held against plain Python
BEGINNING, STRETCHES = 100.0, 3  # ms, and how often a stretch is timed
HEAD = (
    "synapses",
    "neurons",
    "build s",
    "B/synapse",
    "peak MB",
    "Hz",
    "s/s, 1 thread",
    "s/s, 2 threads",
    "ns a neuron and step",
)


def network(synapses: int) -> Network:
    """A thousand synapses a neuron; multapses, so that ten neurons can have them too."""
    return Network(
        Population("N", synapses // FAN_OUT, LIFExp(t_ref=2.0), mode="clock"),
        PoissonInput("N", 1000.0, 2.25, receptor="exc"),
        Projection(
            "N", "N", FixedOutDegree(FAN_OUT, multapses=True), weight=0.001, delay=1.5
        ),
    )


def stretch(synapses: int) -> float:
    """Milliseconds that are timed at once."""
    return 1000.0 if synapses <= 10**7 else 200.0


def one(synapses: int, threads: int) -> dict[str, Any]:
    """Build and run one size."""
    declared = network(synapses)
    with Simulator(network(10_000), dt=0.1, threads=threads, precision="float32") as warm:
        warm.run(1.0)
    begun = time.perf_counter()
    settings: dict[str, Any] = {"dt": 0.1, "seed": 1, "precision": "float32"}
    with Simulator(declared, threads=threads, **settings) as simulation:
        simulation.step()
        build = time.perf_counter() - begun
        simulation.run(BEGINNING - 0.1)
        seconds = []
        for _ in range(STRETCHES):
            start = time.perf_counter()
            simulation.run(stretch(synapses))
            seconds.append(1000 / stretch(synapses) * (time.perf_counter() - start))
        spikes = simulation.spikes("N")
        n_bytes = simulation.summary().nbytes_synapses
    late = spikes.select(start=BEGINNING)
    words = spikes.step.tobytes() + spikes.i.tobytes()
    return {
        "build_s": build,
        "seconds_a_second": min(seconds),
        "bytes_a_synapse": n_bytes / synapses,
        "peak_mb": peak_rss_mib() * 2**20 / 1e6,
        "rate_hz": float(late.rate(duration=STRETCHES * stretch(synapses))),
        "digest": hashlib.sha256(words).hexdigest()[:16],
        "spikes": len(spikes),
    }


def law(gate: Gate) -> None:
    """Hold a hundred neurons against plain Python, neuron by neuron, for 100 ms."""
    from neurosparse.engine.naive import naive_outcome

    n_steps = 1000
    with Simulator(network(LAW), dt=0.1, seed=1, threads=2) as simulation:
        simulation.step(n_steps)
        record = simulation.spikes("N")
    spikes = [(int(s), int(i)) for s, i in zip(record.step, record.i, strict=True)]
    expected = naive_outcome(network(LAW), 0.1, 1, n_steps).spikes["N"]
    same = spikes == list(expected) and len(spikes) > 0
    gate.true("spikes of the law", same, f"{len(spikes)} against {len(expected)}")


def measured(synapses: int, threads: int) -> dict[str, Any]:
    """One size in a fresh process."""
    words = [sys.executable, __file__, "--one", str(synapses), str(threads)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def line(synapses: int, runs: dict[int, dict[str, Any]]) -> tuple[str, ...]:
    """One row of the table."""
    n = synapses // FAN_OUT
    two = runs[2]
    return (
        f"{synapses:,}",
        f"{n:,}",
        f"{two['build_s']:.2f}",
        f"{two['bytes_a_synapse']:.2f}",
        f"{two['peak_mb']:,.0f}",
        f"{two['rate_hz']:.2f}",
        *(f"{runs[threads]['seconds_a_second']:.4f}" for threads in (1, 2)),
        f"{two['seconds_a_second'] * 1e9 / (n * 1e4):.3f}",
    )


def main() -> int:
    """Measure the sizes up to the largest, print the table, keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=float, default=1e9, help="synapses")
    parser.add_argument("--json", type=Path, default=KEPT, metavar="OUT")
    parser.add_argument("--one", type=int, nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(*args.one)))
        return 0
    gate = Gate()
    law(gate)
    kept: dict[str, Any] = {"machine": machine()}
    rows = []
    for synapses in (size for size in SIZES if size <= args.largest):
        print(f"{synapses:,} synapses …", file=sys.stderr, flush=True)
        runs = {threads: measured(synapses, threads) for threads in (1, 2)}
        same = runs[1]["digest"] == runs[2]["digest"] and runs[1]["spikes"] > 0
        gate.true(f"{synapses:,} synapses: spikes of both", same, "runs differ")
        # ten neurons are too few for a rate
        if synapses >= 10**6:
            gate.near(f"{synapses:,} synapses: Hz", runs[1]["rate_hz"], 1.0, rel=0.3)
        rows.append(line(synapses, runs))
        kept[f"{synapses:.0e}"] = {f"threads {k}": run for k, run in runs.items()}
    gate.demand()
    print_table(HEAD, rows)
    times = [float(row[7]) for row in rows]
    growth = np.diff(np.log10(times))
    print("each size takes so many times the one before:", np.round(10**growth, 1).tolist())
    write_json(args.json, kept)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
