"""One run of one contestant, alone in a process of its own, with everything the report needs."""

import math
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any, NamedTuple

import torch
from torch import nn

from neurosparse.analysis.comparison.contestant import Contestant
from neurosparse.analysis.comparison.counts import macs, rewiring_macs, stored_bytes
from neurosparse.analysis.comparison.memory import memory_baseline, peak_memory_above
from neurosparse.analysis.comparison.settings import (
    ComparisonSettings,
    contestant,
    load,
    widths,
)
from neurosparse.analysis.comparison.timing import step_times
from neurosparse.models import Data, TrainingPlan, fit, sparse_layers
from neurosparse.models.training.plan import Row

Record = dict[str, Any]


class ComparisonTrial(NamedTuple):
    """Which run: the contestant by name, density of the hidden layers, seed."""

    name: str
    density: float
    seed: int


def budget(settings: ComparisonSettings, data: Data, share: float) -> tuple[int, Data]:
    """Epochs and data of a contestant that may see only a share of the samples.

    >>> data = Data(torch.ones(100, 1), torch.zeros(100, dtype=torch.long), batch=10)
    >>> epochs, part = budget(ComparisonSettings(epochs=4), data, 0.3)
    >>> epochs, part.seen
    (2, 60)
    """
    if share >= 1:
        return settings.epochs, data
    total = settings.epochs * len(data.x) * share
    epochs = max(1, math.ceil(total / len(data.x)))
    return epochs, replace(data, samples=max(1, round(total / epochs)))


class Trained(NamedTuple):
    """A trained network, its optimiser, the rows of its epochs, and the data that it saw."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    rows: list[Record]
    data: Data


def trained(
    settings: ComparisonSettings, entry: Contestant, trial: ComparisonTrial, data: Data
) -> Trained:
    """Build and train a contestant."""
    torch.manual_seed(trial.seed)
    sizes = widths(settings, data)
    epochs, data = budget(settings, data, entry.share(sizes, trial.density))
    model = entry.build(sizes, trial.density, trial.seed)
    optimizer = torch.optim.SGD(
        model.parameters(), settings.rate, momentum=0.9, weight_decay=settings.weight_decay
    )
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, epochs * data.steps)
    rule = entry.rule(trial.density, epochs * data.steps)
    rewiring_macs(
        rule, model, data.batch
    )  # what has no formula is said before the training

    def counted(history: Sequence[Row]) -> None:
        # at the density of this epoch: where it falls, a later update costs far less
        updates = history[-1].get("updates", 0)
        history[-1]["rewiring_macs"] = updates * rewiring_macs(rule, model, data.batch)

    plan = TrainingPlan(epochs, trial.seed)
    result = fit(
        model, data, optimizer, plan, rewiring=rule, scheduler=falling, callbacks=[counted]
    )
    if result.interrupted:
        raise KeyboardInterrupt
    return Trained(model, optimizer, result.history, data)


def measured(settings: ComparisonSettings, trial: ComparisonTrial, data: Data) -> Record:
    """Train a contestant in this process and write down everything the report needs."""
    entry = contestant(trial.name)
    began = time.perf_counter()
    before = memory_baseline()
    model, optimizer, rows, trained_on = trained(settings, entry, trial, data)
    peak = peak_memory_above(before)
    layers = sparse_layers(model).values()
    x = data.x[: settings.batch]
    y = data.y[: settings.batch]
    return {
        **trial._asdict(),
        "kernel": entry.kernel,
        "budget": settings.budget,
        "accuracy": rows[-1]["accuracy"],
        "curve": [row["accuracy"] for row in rows],
        "samples_seen": len(rows) * trained_on.seen,
        "weights": sum(p.numel() for p in model.parameters()),
        "sparse_nnz": sum(layer.nnz for layer in layers),
        "layer_density": [layer.density for layer in layers],
        "training_density": [row.get("density", 1.0) for row in rows],
        "dead_outputs": rows[-1].get("dead_outputs", 0),
        "moved": sum(row.get("moved", 0) for row in rows),
        **costs(model, rows, trained_on),
        **stored_bytes(model, optimizer),
        "peak_rss_bytes": peak,
        "baseline_rss_bytes": before,
        **step_times(model, x, y, TrainingPlan().loss),
        "train_seconds": sum(row["seconds"] for row in rows),
        "rewiring_seconds": sum(row.get("rewiring_seconds", 0.0) for row in rows),
        "wall_seconds": time.perf_counter() - began,
        "threads": torch.get_num_threads(),
    }


def costs(model: nn.Module, rows: list[Record], data: Data) -> Record:
    """Multiply-accumulates of a sample forward, of the training, and of all rewiring."""
    forward = macs(model)
    nnz = sum(layer.nnz for layer in sparse_layers(model).values())
    # a sample an epoch, at the number of synapses that the epoch had
    passes = sum(forward - nnz + row.get("mean_nnz", nnz) for row in rows)
    return {
        "macs": forward,
        # forward, and backward to the inputs and to the weights
        "training_macs": round(3 * passes * data.seen),
        "updates": sum(row.get("updates", 0) for row in rows),
        "rewiring_macs": sum(row.get("rewiring_macs", 0) for row in rows),
    }


def alone(settings: ComparisonSettings, trial: ComparisonTrial) -> Record:
    """Run `measured` in a new process, on one thread, after what is compiled has been loaded.

    Raises:
        RuntimeError: the process ended without an answer, for example for want of memory.
    """
    if multiprocessing.current_process().daemon:
        remedy = "start it with DASK_DISTRIBUTED__WORKER__DAEMON=False"
        raise RuntimeError(f"{trial.name}: this worker may begin no process; {remedy}")
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(["neurosparse.analysis.comparison.preload"])
    receiver, sender = context.Pipe(duplex=False)
    arguments = (settings, trial, dict(os.environ), sender)
    process = context.Process(target=_answer, args=arguments, daemon=True)
    with _no_main():
        process.start()
    # the other end is the child's alone now: its death is the end of the pipe
    sender.close()
    try:
        answer = receiver.recv()
    except EOFError:
        process.join()
        ending = f"its process ended with {process.exitcode}, without an answer"
        raise RuntimeError(f"{trial.name}: {ending}") from None
    finally:
        process.terminate()
        process.join()
    if isinstance(answer, Exception):
        raise answer
    return dict(answer)


@contextmanager
def _no_main() -> Iterator[None]:
    """Start a process that does not run the script of its parent anew: it needs nothing of it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _answer(
    settings: ComparisonSettings,
    trial: ComparisonTrial,
    environment: dict[str, str],
    sender: Any,
) -> None:
    """What the process of a trial does."""
    # the server that processes are forked from may have been started in another environment
    os.environ.clear()
    os.environ.update(environment)

    # Ctrl-C is the parent's to handle; it ends this process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    try:
        data = load(settings)
        _rehearse(settings, trial, data)
        sender.send(measured(settings, trial, data))
    except Exception as error:  # whatever it is, the parent says it
        sender.send(error)


def _rehearse(settings: ComparisonSettings, trial: ComparisonTrial, data: Data) -> None:
    """Train a small network of this kind, so that all is compiled before time is taken."""
    few = replace(data, samples=min(2 * data.batch, len(data.x)))
    small = replace(settings, hidden=tuple(8 for _ in settings.hidden), epochs=2)
    denser = trial._replace(density=max(trial.density, 0.5))
    trained(small, contestant(trial.name), denser, few)
