"""One network on one process and on two: the same spikes first, then the seconds of the loop.

Each side is a process, or two started by mpiexec, that builds the network anew, runs it once to
compile and warm up, and times the loop. Run on two cores that share one core's units, as on most
virtual machines, the gain is bounded by what two threads gain there. `kills` kills a rank again and
again. `large` builds and runs 2 x 10^9 synapses over two processes and wants their peak
together below 9.5 GB. `table` runs nothing: it predicts up to 1,024 ranks.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from harness import Gate, Report, arguments, interleave, median, peak_rss_mib

from neurosparse import Network, Population, Projection, Simulator
from neurosparse.neurons import LIF, LIFExp
from neurosparse.plasticity import PairSTDP
from neurosparse.recording import open_run
from neurosparse.stimuli import PoissonInput
from neurosparse.store.checkpoint import load_checkpoint
from neurosparse.wiring import Bernoulli, FixedInDegree, Normal

CASES = ("weights", "bits", "stdp", "cuba", "kills", "large", "table")
MODEL = Path(__file__).parents[1] / "examples" / "brunel.toml"
COMMAND = "from neurosparse.cli import main; main()"
WARM = 20.0  # ms
GOALS = {"weights": 1.6, "bits": 1.15, "stdp": 1.35, "cuba": 1.15}


def network(case: str, quick: bool) -> Network:
    """Brunel's network with a weight each, with common weights, learning; Vogels and Abbott's."""
    n = 4000 if quick else 10_000
    if case == "large":
        return large(2_000_000_000 // (1000 if quick else 1))
    if case == "cuba":
        n = 4000 if quick else 40_000
        cell = LIFExp(v_rest=-49.0, v_threshold=-50.0, v_reset=-60.0, t_ref=5.0)
        exc, inh = Bernoulli(80.0 / n), Bernoulli(80.0 / n)
        parts = [("E", "E", exc, 1.62), ("E", "I", exc, 1.62), ("I", "E", inh, -9.0)]
        return Network(
            Population("E", 4 * n // 5, cell, initial={"v": -55.0}, mode="clock"),
            Population("I", n // 5, cell, initial={"v": -52.0}, mode="clock"),
            *(Projection(a, b, w, weight=x, delay=0.1) for a, b, w, x in parts),
            PoissonInput("E", rate=100.0, weight=2.0),
        )
    cell = LIF(v_rest=0.0, v_threshold=20.0, v_reset=10.0, t_ref=2.0)
    k = n // 10
    rule = PairSTDP(0.001, 0.00105, w_max=0.3) if case == "stdp" else None
    weight: Any = Normal(0.1, 0.01) if case == "weights" else 0.1
    inhibition: Any = Normal(-0.5, 0.05) if case == "weights" else -0.5
    return Network(
        Population("E", n, cell, mode="clock"),
        Population("I", n // 4, cell, mode="clock"),
        Projection("E", "E", FixedInDegree(k), weight=weight, delay=1.5, plasticity=rule),
        Projection("E", "I", FixedInDegree(k), weight=weight, delay=1.5),
        Projection("I", "E", FixedInDegree(k // 4), weight=inhibition, delay=1.5),
        Projection("I", "I", FixedInDegree(k // 4), weight=inhibition, delay=1.5),
        PoissonInput(["E", "I"], rate=20_000.0, weight=0.1),
    )


def large(synapses: int, fan_in: int = 1000, delay: float = 1.5) -> Network:
    """One population with so many synapses of one weight, driven to fire now and then."""
    cell = LIF(v_rest=0.0, v_threshold=20.0, v_reset=10.0, t_ref=2.0)
    return Network(
        Population("E", synapses // fan_in, cell, mode="clock"),
        Projection("E", "E", FixedInDegree(fan_in), weight=-0.02, delay=delay),
        PoissonInput("E", rate=20_000.0, weight=0.1),
    )


def fits(report: Report, quick: bool) -> None:
    """The largest network: seconds, and the peak of both processes together."""
    result = run("large", quick, 2)
    gate = Gate()
    gate.true("large: it fires", result["spikes"][0] > 0)
    gate.demand()
    report.add("large", "peak of 2 ranks together", "GB", result["peak"] / 1e9, goal=9.5)
    report.add("large", "synapses a rank", "MB", result["megabytes"])
    report.add("large", "build", "s", result["build"])
    report.add("large", "2 ranks", "s a s", result["seconds"])


# neurons, synapses onto each, ms of delay, Hz
PREDICTED = {
    "microcircuit, 77,169 neurons, 3e8 synapses": (77_169, 3880, 0.1, 3.5),
    "1e6 neurons, 1e9 synapses": (1_000_000, 1000, 1.5, 5.0),
    "1e7 neurons, 1e10 synapses": (10_000_000, 1000, 1.5, 5.0),
}


def table() -> None:
    """Print what `measure` predicts for 1 to 1,024 ranks, as rows of Markdown."""
    from neurosparse.distributed import Contiguous, measure

    ranks = [2**k for k in range(11)]
    print("| seconds a second, ranks: |", " | ".join(f"{p:,}" for p in ranks), "|")
    print("|" + "---|" * (len(ranks) + 1))
    for name, (n, fan_in, delay, rate) in PREDICTED.items():
        net = large(n * fan_in, fan_in, delay)
        each = [measure(net, p, Contiguous(), rate=rate).seconds for p in ranks]
        print(f"| {name} |", " | ".join(f"{seconds:.3g}" for seconds in each), "|")


def work(case: str, quick: bool, threads: int) -> None:
    """Run as one of the processes; rank 0 prints a line of JSON."""
    from neurosparse.distributed import rank_report
    from neurosparse.distributed.mpi import launched

    ranks = launched()
    duration = 200.0 if quick else 500.0
    if case == "large":
        duration = 20.0
    names = ("E",) if case == "large" else ("E", "I")
    backend: Any = "cpu" if ranks.size == 1 else ranks
    begun = time.perf_counter()
    with Simulator(network(case, quick), threads=threads, backend=backend, seed=3) as sim:
        build = time.perf_counter() - begun
        sim.run(WARM)
        begun = time.perf_counter()
        sim.run(duration)
        seconds = time.perf_counter() - begun
        records = [sim.spikes(name) for name in names]
        each = rank_report(sim).ranks
        result = {
            "seconds": 1000 * seconds / duration,
            "build": build,
            "spikes": [int(r.i.size) for r in records],
            "sums": [int((r.i.astype(int) * (r.step % 997 + 1)).sum()) for r in records],
            "megabytes": max(r.megabytes for r in each),
            "windows": each[0].windows,
            "exchange": min(r.exchange for r in each),
            "peak": float(ranks.total(peak_rss_mib())) * 2**20,
        }
    if ranks.leads:
        print(json.dumps(result), flush=True)


def run(case: str, quick: bool, size: int, threads: int = 1) -> dict[str, Any]:
    """One side, in processes of its own."""
    own = [sys.executable, __file__, "--work", case, str(int(quick)), str(threads)]
    mpiexec = str(Path(sys.executable).with_name("mpiexec"))
    command = own if size == 1 else [mpiexec, "-n", str(size), *own]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def compare(report: Report, case: str, quick: bool) -> None:
    """Two ranks against one process, and two threads beside."""
    sides = {"one": (1, 1), "ranks": (2, 1), "threads": (1, 2)}
    runs = {name: lambda side=side: run(case, quick, *side) for name, side in sides.items()}
    results = interleave(runs, report.repeats)
    gate = Gate()
    first = results["one"][0]
    for name, each in results.items():
        for result in each:
            same = (result["spikes"], result["sums"]) == (first["spikes"], first["sums"])
            gate.true(f"{case}: spikes of {name}", same and min(result["spikes"]) > 100)
    gate.demand()

    def middle(name: str, what: str) -> float:
        return float(median([result[what] for result in results[name]]))

    one, ranks, threads = (middle(name, "seconds") for name in sides)
    report.add(
        case, "2 ranks", "s a s", ranks, one, peer_name="1 process", goal=GOALS[case]
    )
    report.add(case, "2 threads", "s a s", threads, one, peer_name="1 process")
    whole = middle("one", "megabytes")
    largest = middle("ranks", "megabytes")
    report.add(case, "synapses a rank", "MB", largest, whole, peer_name="1 process")
    pause = 1e6 * middle("ranks", "exchange") / max(middle("ranks", "windows"), 1.0)
    report.add(case, "exchange of the rank that waits least", "us", pause)


def kill_one(folder: Path, number: int) -> tuple[float, bool]:
    """Start a run of two ranks, kill one of them a while after the first checkpoint: seconds until
    the job was gone, and whether checkpoint and store opened and nothing was left.
    """
    options = ["--set", "simulation.duration=1000000", "--out", str(folder)]
    own = [sys.executable, "-c", COMMAND, "run", str(MODEL), *options]
    mpiexec = str(Path(sys.executable).with_name("mpiexec"))
    job = subprocess.Popen(
        [mpiexec, "-n", "2", *own], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not (folder / "checkpoint.zarr").exists():
        if job.poll() is not None:
            raise SystemExit("a run ended before it was killed")
        time.sleep(0.1)
    time.sleep(random.Random(number).random() * 3.0)
    children = psutil.Process(job.pid).children(recursive=True)
    ranks = [child for child in children if COMMAND in child.cmdline()]
    begun = time.perf_counter()
    ranks[number % 2].kill()
    job.wait(timeout=60)
    seconds = time.perf_counter() - begun
    gone = not any(child.is_running() for child in ranks)
    step = load_checkpoint(folder / "checkpoint.zarr").attributes["step"]
    spikes = open_run(folder / "recording.zarr").spikes["E"]
    return seconds, gone and job.returncode != 0 and step > 0 and len(spikes.i) > 0


def kills(report: Report, quick: bool) -> None:
    """Either rank is killed again and again."""
    with tempfile.TemporaryDirectory() as folder:
        ends = [kill_one(Path(folder, str(k)), k) for k in range(4 if quick else 20)]
    gate = Gate()
    gate.true("kills: files open, nobody is left", all(good for _, good in ends))
    gate.demand()
    report.add("kills", "longest until the job ends", "s", max(s for s, _ in ends), goal=10)


def main() -> None:
    """Compare the chosen cases and print one table."""
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2], sys.argv[3] == "1", int(sys.argv[4]))
        return
    args = arguments(__doc__, CASES)
    report = Report("numpy", "numba", "mpi4py", "mpich", repeats=args.repeats)
    for case in args.case:
        if case == "table":
            table()
            continue
        others: dict[str, Any] = {"kills": kills, "large": fits}
        run_case = others.get(case, partial(compare, case=case))
        run_case(report, quick=args.quick)
    report.finish(args.json)


if __name__ == "__main__":
    main()
