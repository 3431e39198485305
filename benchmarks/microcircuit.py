"""The cortical microcircuit in its natural form, 8 populations and 64 projections, timed.

Run: python benchmarks/microcircuit.py [--scale 1.0] [--threads 2]

Times are wall seconds of the time loop a biological second, the least of three stretches of 200 ms
after 500 ms; nothing is printed or kept where the rates are not those that were published. Memory
is that of the whole process in GB (10^9 bytes): its peak, which falls into building, and what it
holds after the run.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import typer
from harness import machine, peak_rss_mib

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "benchmarks" / "results" / "microcircuit.json"
STRETCH = 200.0  # ms


def resident_gb() -> float | None:
    """What the process holds now; None where the system does not say."""
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return None
    held = int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return round(held / 1e9, 2)


def timed(scale: float, threads: int) -> dict[str, Any]:
    """Build the network, run it, and hold its rates against the published ones."""
    sys.path.insert(0, str(ROOT / "examples" / "models"))
    import potjans_diesmann_2014 as model

    from neurosparse import Simulator

    start = time.perf_counter()
    network = model.network(scale)
    options = {"dt": 0.1, "seed": 1, "threads": threads, "precision": "float32"}
    with Simulator(network, **options) as simulation:
        simulation.run(0.1)
        build = time.perf_counter() - start
        simulation.run(499.9)
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            simulation.run(STRETCH)
            seconds.append(1000 / STRETCH * (time.perf_counter() - start))
        summary = simulation.summary()
        resident = resident_gb()
        records = {
            name: simulation.spikes(name).select(start=500.0) for name in model.NAMES
        }
    share, slack = (0.15, 0.2) if scale == 1 else (0.5, 1.0)
    rates = {name: record.rate(duration=3 * STRETCH) for name, record in records.items()}
    for name, expected in zip(model.NAMES, model.RATES, strict=True):
        if abs(rates[name] - expected) > share * expected + slack:
            raise SystemExit(
                f"{name}: {rates[name]:.2f} Hz, published {expected:.2f}: no times"
            )
    return {
        "scale": scale,
        "threads": threads,
        "synapses": summary.n_synapses,
        "seconds_a_second": round(min(seconds), 3),
        "build_s": round(build, 1),
        "peak_gb": round(peak_rss_mib() * 2**20 / 1e9, 2),
        "resident_gb": resident,
        "bytes_a_synapse": round(summary.nbytes_synapses / summary.n_synapses, 2),
        "rates_hz": {name: round(rate, 2) for name, rate in rates.items()},
        "machine": machine(),
    }


def main(scale: float = 1.0, threads: int = 2) -> None:
    """Time it, print it, keep it."""
    run = timed(scale, threads)
    print(json.dumps(run, indent=1))
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept[f"scale {scale:g}, {threads} threads"] = run
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
