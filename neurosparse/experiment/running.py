"""Running a design: graphs drawn once, arms shared out to processes, one writer."""

import contextlib
import functools
import multiprocessing
import pathlib
import queue
import shutil
from collections.abc import Generator
from typing import Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.connectome import save_connectome
from neurosparse.console import Interruptible, Progress
from neurosparse.experiment.bench import Bench, Job, Outcome, job_of, put_graph
from neurosparse.experiment.design import Design
from neurosparse.experiment.evidence import Evidence
from neurosparse.experiment.results import CONNECTOME, NAME, Results
from neurosparse.typing import Cluster, Path

SHARED = "graphs"
# arms whose first trial is kept for rasters
RASTERS = 12
# units that a worker of a cluster takes at once: it builds their network anew each time
TOGETHER = 8
Unit = tuple[int, int]
Finished = tuple[Unit, Outcome | None, str]


def run(
    design: Design, path: Path, processes: int, progress: Any, cluster: Cluster | None
) -> Evidence:
    """Simulate what is missing in the folder, see `Experiment.run`."""
    count = whole_number("processes", processes, 1)
    folder = pathlib.Path(path)
    results = Results.begin(folder / NAME, about(design), design.connectome.n)
    if not (folder / CONNECTOME).exists():
        save_connectome(folder / CONNECTOME, design.connectome)
    done = results.done()
    units = [(int(g), int(a)) for g, a in np.argwhere(~done)]
    # arms of the plain network first: the others build one of their own
    job = job_of(design)
    units.sort(key=lambda unit: (unit[0], not job.tasks[unit[1]].plain, unit[1]))
    shared = folder / SHARED
    bar = Progress(progress, done.size, "arms")
    finished: Generator[Finished] | None = None
    try:
        _draw_first(design, shared, units)
        if cluster is None:
            finished = _work(design, job, shared, units, min(count, len(units)))
        else:
            finished = _spread(design, job, shared, units, cluster)
        with Interruptible() as interrupt:
            for k, (unit, outcome, fault) in enumerate(finished):
                if outcome is None:
                    name = design.arms[unit[1]].name
                    raise RuntimeError(f"{name}, graph {unit[0]}: {fault}")
                results.put(*unit, outcome, unit[1] < RASTERS)
                bar.show(done.size - len(units) + k + 1)
                if interrupt.asked:
                    finished.close()
                    raise interrupt.reason("stopped; the same call goes on from here")
    except Exception:
        if finished is not None:
            finished.close()
        # so that the design can be mended, and run into the same folder
        if not results.done().any():
            _forget(folder)
        raise
    finally:
        bar.close()
    shutil.rmtree(shared, ignore_errors=True)
    return Evidence(results, design.connectome)


def _forget(folder: pathlib.Path) -> None:
    """Remove what a run leaves behind of which nothing is complete."""
    for name in (NAME, CONNECTOME, SHARED):
        shutil.rmtree(folder / name, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def about(design: Design) -> dict[str, Any]:
    """What the store says of a design."""
    return {
        "fingerprint": design.fingerprint(),
        "graphs": [graph.name for graph in design.graphs()],
        "controls": {control.name: control.graphs for control in design.controls},
        "arms": [arm.name for arm in design.arms],
        "readouts": {name: len(neurons) for name, neurons in design.sets.items()},
        "drive": [part.name for part in design.drive],
        "trials": design.trials,
        "duration": design.duration,
        "warmup": design.warmup,
        "dt": design.dt,
        "seed": design.seed,
        "model": repr(design.model),
        "synapse": {"weight": design.weight, "delay": design.delay},
        "data": dict(design.connectome.about),
    }


def draw(design: Design, number: int, shared: pathlib.Path) -> None:
    """Write a graph into the folder that processes map, unless it is there.

    Raises:
        ValueError: a control that cannot be drawn.
    """
    folder = shared / f"graph-{number}"
    if folder.exists():
        return
    graph = design.graphs()[number]
    wiring = design.connectome.connectivity
    if graph.control is not None:
        place = list(design.controls).index(graph.control)
        rng = np.random.default_rng([design.seed, place, graph.k])
        try:
            wiring = graph.control.draw(design.connectome, rng)
        except ValueError as error:
            fault = f"control {graph.control.name!r}: cannot be drawn"
            raise ValueError(f"{fault}: {error}") from error
    put_graph(folder, wiring.with_weight(wiring.weights_array() * design.weight))


def _draw_first(design: Design, shared: pathlib.Path, units: list[Unit]) -> None:
    """Draw one graph of each control before anything runs: what cannot be drawn is said at once."""
    missing = {graph for graph, _ in units}
    graphs = design.graphs()
    for number in sorted(missing):
        if graphs[number].k == 0:
            draw(design, number, shared)


def _work(
    design: Design, job: Job, shared: pathlib.Path, units: list[Unit], processes: int
) -> Generator[Finished]:
    """Yield the outcome of each unit as it comes."""
    if processes > 1:
        yield from _share_out(design, job, shared, units, processes)
        return
    bench = Bench(job, shared)
    for unit in units:
        draw(design, unit[0], shared)
        yield unit, bench.run(*unit), ""


def _spread(
    design: Design, job: Job, shared: pathlib.Path, units: list[Unit], cluster: Cluster
) -> Generator[Finished]:
    """Yield the outcome of each unit, worked on in small groups by the workers of a cluster."""
    for number in sorted({graph for graph, _ in units}):
        draw(design, number, shared)
    work = functools.partial(work_on, job, shared.absolute())
    for _, outcomes in cluster.each(work, _groups(units)):
        yield from outcomes


def _groups(units: list[Unit]) -> list[tuple[Unit, ...]]:
    starts = range(0, len(units), TOGETHER)
    return [tuple(units[start : start + TOGETHER]) for start in starts]


def work_on(job: Job, shared: pathlib.Path, units: tuple[Unit, ...]) -> list[Finished]:
    """Run a group of units, on a worker that builds its networks for all of them."""
    bench = Bench(job, shared)
    return [_outcome(bench, unit) for unit in units]


def _outcome(bench: Bench, unit: Unit) -> Finished:
    try:
        return unit, bench.run(*unit), ""
    # whatever a model raises is for the person at the other end
    except Exception as error:
        return unit, None, f"{type(error).__name__}: {error}"


def _share_out(
    design: Design, job: Job, shared: pathlib.Path, units: list[Unit], processes: int
) -> Generator[Finished]:
    context = multiprocessing.get_context("spawn")
    tasks = context.Queue()
    outcomes = context.Queue()
    arguments = (job, shared, tasks, outcomes)
    workers = [
        context.Process(target=work, args=arguments, daemon=True) for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    try:
        for unit in units:
            draw(design, unit[0], shared)
            tasks.put(unit)
        for _ in workers:
            tasks.put(None)
        for _ in units:
            yield _next(outcomes, workers)
    finally:
        for worker in workers:
            worker.join(0.5)
            # one that works on was told to stop
            if worker.is_alive():
                worker.terminate()


def _next(outcomes: Any, workers: list[Any]) -> Finished:
    while True:
        try:
            finished: Finished = outcomes.get(timeout=1.0)
            return finished
        except queue.Empty:
            ends = [worker.exitcode for worker in workers]
            if any(end not in (None, 0) for end in ends):
                fault = f"a process ended with code {next(end for end in ends if end)}"
                remedy = "what is complete is kept; the same call goes on"
                raise RuntimeError(f"{fault}; {remedy}") from None


def work(job: Job, shared: pathlib.Path, tasks: Any, outcomes: Any) -> None:
    """Run units until there are no more, or nobody waits for them; the body of a process."""
    bench = Bench(job, shared)
    while (unit := _task_of(tasks)) is not None:
        outcomes.put(_outcome(bench, unit))
    if _orphaned():
        # nobody will read what waits in the pipe
        outcomes.cancel_join_thread()


def _orphaned() -> bool:
    """Whether the process that hands out units was killed."""
    parent = multiprocessing.parent_process()
    return parent is not None and not parent.is_alive()


def _task_of(tasks: Any) -> Unit | None:
    """The next unit; None at the end, or where nobody waits for it."""
    while not _orphaned():
        try:
            unit: Unit | None = tasks.get(timeout=2.0)
            return unit
        except queue.Empty:
            continue
    return None
