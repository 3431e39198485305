"""A fly-sized connectome as an experiment: how fast it loads, and what a silenced set costs.

The stand-in has 138,639 neurons, about 15.3 million connections with signed synapse counts and
invented types (the network of `engine.py`, after Shiu et al. 2024, with its neuron and drive).
`load`: the cached form is read in a process of its own. `screen`: 100 types of about 100 neurons
silenced in turn, one second of biological time each; seconds are processor time of one core, least
and median of the sets. Before any figure is shown, a silenced set must give the spikes of a network
without its synapses, and two processes must map each graph once.
"""

import multiprocessing
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from engine_models.constants import FLY_DRIVES, Fly
from engine_models.fly_neuron import FlyNeuron
from engine_models.wiring import cached, fly_driven
from harness import Gate, Report, arguments, median

CASES = ("load", "screen")
KINDS = 1_386  # types of about 100 neurons
SETS = 100


def stand_in(n: int) -> Any:
    """The drawn network as a connectome with a table such as FlyWire's."""
    from neurosparse.connectivity import Connectivity
    from neurosparse.connectome import Connectome

    edges = cached("fly", n, 0).projections["all"]
    rng = np.random.default_rng(11)
    wiring = Connectivity(edges.indptr, edges.indices, n, weight=edges.weight)
    names = np.array([f"type {k:04d}" for k in range(max(2, n * KINDS // 138_639))])
    table: dict[str, Any] = {
        "id": 720575940600000000 + np.arange(n),
        "type": names[rng.integers(0, len(names), n)],
        "side": np.array(["left", "right"])[rng.integers(0, 2, n)],
        "transmitter": np.array(["ACH", "GABA", "GLUT"])[rng.integers(0, 3, n)],
    }
    table |= {axis: rng.random(n) * 1e6 for axis in "xyz"}
    return Connectome(wiring, table, {"dataset": "stand-in", "version": "0"})


def experiment(brain: Any, sets: int) -> Any:
    """The published drive, and one arm a type."""
    from neurosparse.experiment import Experiment, Silence, Stimulate

    c = Fly()
    drive = FLY_DRIVES["448x38"]
    driven = fly_driven(brain.n, drive.neurons, 0)
    rest = np.full(brain.n, c.refractory)
    rest[driven] = 0.0
    model = FlyNeuron(c.tau_m, c.tau_g, c.theta, rest)
    push = Stimulate(brain.numbered(driven), drive.rate, c.drive, receptor="v")
    kinds = list(brain.split("type").values())[:sets]
    return Experiment(
        brain, model, [push], [Silence(kind) for kind in kinds], readouts=kinds[:10],
        weight=c.w, delay=c.delay, receptor="g", trials=1,
    )  # fmt: skip


def load(path: Path, queue: Any) -> None:
    """Read the cached form; seconds, growth of memory and bytes of what was read."""
    from neurosparse.connectome import load_connectome

    _warm(load_connectome, path.with_name("small.zarr"))
    before = _memory("VmRSS")
    start = time.perf_counter()
    cpu = time.process_time()
    brain = load_connectome(path)
    seconds = (time.perf_counter() - start, time.process_time() - cpu)
    held = brain.connectivity.nbytes + sum(a.nbytes for a in brain.table.values())
    queue.put((*seconds, _memory("VmHWM") - before, held, brain.connectivity.nnz))


def _warm(call: Any, path: Path) -> None:
    """Import and compile what a first call would."""
    call(path)


def _memory(name: str) -> int:
    """Bytes that are resident now ("VmRSS") or were at most ("VmHWM"); Linux.

    `ru_maxrss` would count what the parent held when this process began.
    """
    text = Path("/proc/self/status").read_text()
    return int(text.split(f"{name}:")[1].split()[0]) * 1024


def work(job: Any, folder: Path, arms: list[int], meet: Any, queue: Any) -> None:
    """Run arms one after the other; processor seconds of each, then what is mapped, when all are
    done.
    """
    from neurosparse.experiment.bench import Bench

    bench = Bench(job, folder)
    start = time.process_time()
    bench.run(0, 0)
    first = time.process_time() - start
    seconds = []
    spikes = []
    for arm in arms:
        start = time.process_time()
        outcome = bench.run(0, arm)
        seconds.append(time.process_time() - start)
        spikes.append(int(outcome.counts.sum()))
    meet.wait()
    mapped = mapped_bytes(folder)
    meet.wait()
    queue.put((first, seconds, spikes, mapped))


def mapped_bytes(folder: Path) -> dict[str, int]:
    """Resident and proportional bytes of the mapped files of a folder (Linux)."""
    total = {"Rss": 0, "Pss": 0, "Private_Dirty": 0}
    inside = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            inside = str(folder) in line
        name, _, rest = line.partition(":")
        if inside and name in total:
            total[name] += int(rest.split()[0]) * 1024
    return total


def check(brain: Any, design: Any) -> Gate:
    """A silenced set gives the spikes of a network without its synapses."""
    from neurosparse.experiment import Experiment, Lesion
    from neurosparse.experiment.bench import Bench, job_of
    from neurosparse.experiment.running import draw

    gate = Gate()
    silence = design.arms[1].parts[0].neurons
    names = ("model", "drive", "weight", "delay", "receptor", "trials")
    same = {name: getattr(design, name) for name in names}
    cut = Experiment(brain, interventions=[Lesion(silence, brain.all)], **same)
    counts = []
    for one in (design, cut):
        with tempfile.TemporaryDirectory() as folder:
            draw(one, 0, Path(folder))
            counts.append(Bench(job_of(one), Path(folder)).run(0, 1).counts)
    others = ~silence.mask
    gate.true("silenced as cut", bool((counts[0][others] == counts[1][others]).all()))
    gate.true("silenced is silent", not counts[0][silence.mask].any())
    gate.true("it fires", bool(counts[0].sum() > 100))
    return gate


def measure_load(brain: Any, folder: Path, report: Report, repeats: int) -> None:
    """Rows of the case `load`."""
    from neurosparse.connectome import save_connectome
    from neurosparse.datasets import c_elegans

    save_connectome(folder / "brain.zarr", brain)
    save_connectome(folder / "small.zarr", c_elegans())
    context = multiprocessing.get_context("spawn")
    rows = []
    for _ in range(repeats):
        queue = context.Queue()
        process = context.Process(target=load, args=(folder / "brain.zarr", queue))
        process.start()
        rows.append(queue.get())
        process.join()
    wall, cpu, growth, held, nnz = (median(column) for column in zip(*rows, strict=True))
    disk = sum(p.stat().st_size for p in (folder / "brain.zarr").rglob("*") if p.is_file())
    case = f"load, {nnz:,.0f} connections"
    report.add(case, "wall time", "s", wall, goal=3.0)
    report.add(case, "processor time", "s", cpu)
    report.add(case, "growth of memory over bytes held", "x", growth / held, goal=1.5)
    report.add(case, "on disk", "MB", disk / 1e6)


def measure_screen(brain: Any, folder: Path, report: Report, quick: bool) -> None:
    """Rows of the case `screen`."""
    from neurosparse.experiment.bench import job_of
    from neurosparse.experiment.running import draw

    design = experiment(brain, 10 if quick else SETS)
    check(brain, design).demand()
    draw(design, 0, folder)
    job = job_of(design)
    graph = sum(p.stat().st_size for p in folder.rglob("*.npy"))
    context = multiprocessing.get_context("spawn")
    arms = list(range(1, len(design.arms)))
    for processes in (1, 2):
        queue = context.Queue()
        meet = context.Barrier(processes)
        workers = [
            context.Process(
                target=work, args=(job, folder, arms[k::processes], meet, queue)
            )
            for k in range(processes)
        ]
        for worker in workers:
            worker.start()
        rows = [queue.get() for _ in workers]
        for worker in workers:
            worker.join()
        seconds = [one for row in rows for one in row[1]]
        case = f"screen, {len(seconds)} sets of about 100 neurons, 1 s each"
        more = {"threads": processes}
        goal = None if quick else 0.03
        report.add(
            case, "processor time a set, median", "s", median(seconds), goal=goal, **more
        )
        report.add(case, "processor time a set, least", "s", min(seconds), **more)
        report.add(
            case, "start of a process", "s", median([row[0] for row in rows]), **more
        )
        pss = sum(row[3]["Pss"] for row in rows)
        dirty = sum(row[3]["Private_Dirty"] for row in rows)
        report.add(case, "graph in memory, all processes", "copies", pss / graph, **more)
        report.add(case, "of it changed by a process", "MB", dirty / 1e6, **more)


def main() -> None:
    """Measure and print."""
    args = arguments(__doc__, CASES)
    brain = stand_in(13_864 if args.quick else 138_639)
    report = Report(repeats=args.repeats)
    with tempfile.TemporaryDirectory() as folder:
        if "load" in args.case:
            measure_load(brain, Path(folder), report, args.repeats)
        if "screen" in args.case:
            measure_screen(brain, Path(folder) / "graphs", report, args.quick)
    report.finish(args.json)


if __name__ == "__main__":
    main()
