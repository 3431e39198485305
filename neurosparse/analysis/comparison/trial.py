"""One run of one contestant, alone in a process of its own, with everything the report needs."""

import math
import multiprocessing
import os
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
from neurosparse.analysis.comparison.settings import ComparisonSettings, contestant, load, widths
from neurosparse.analysis.comparison.timing import step_times
from neurosparse.models import Data, TrainingPlan, fit
from neurosparse.models.layers.mlp import sparse_layers
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
    >>> epochs, some = budget(ComparisonSettings(epochs=4), data, 0.3)
    >>> epochs, some.seen
    (2, 60)
    """
    if share >= 1:
        return settings.epochs, data
    total = settings.epochs * len(data.x) * share
    epochs = max(1, math.ceil(total / len(data.x)))
    return epochs, replace(data, samples=max(1, round(total / epochs)))


def trained(
    settings: ComparisonSettings, who: Contestant, trial: ComparisonTrial, data: Data
) -> tuple[Any, ...]:
    """Build and train a contestant: the network, its optimiser, the rows of its epochs."""
    torch.manual_seed(trial.seed)
    sizes = widths(settings, data)
    epochs, data = budget(settings, data, who.share(sizes, trial.density))
    model = who.build(sizes, trial.density, trial.seed)
    given = {"momentum": 0.9, "weight_decay": settings.weight_decay}
    optimizer = torch.optim.SGD(model.parameters(), settings.rate, **given)  # type: ignore[arg-type]
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, epochs * data.steps)
    rule = who.rule(trial.density, epochs * data.steps)
    rewiring_macs(rule, model, data.batch)  # what has no formula is said before the training

    def counted(history: Sequence[Row]) -> None:
        # at the density of this epoch: where it falls, an update at its end costs far less than one
        # before
        history[-1]["rewiring_macs"] = history[-1].get("updates", 0) * rewiring_macs(
            rule, model, data.batch
        )

    plan = TrainingPlan(epochs, trial.seed)
    result = fit(
        model, data, optimizer, plan, rewiring=rule, scheduler=falling, callbacks=[counted]
    )
    if result.interrupted:
        raise KeyboardInterrupt
    return model, optimizer, result.history, data


def measured(settings: ComparisonSettings, trial: ComparisonTrial, data: Data) -> Record:
    """Train a contestant in this process and write down everything the report needs."""
    who = contestant(trial.name)
    began = time.perf_counter()
    before = memory_baseline()
    model, optimizer, rows, seen = trained(settings, who, trial, data)
    peak = peak_memory_above(before)
    size = min(settings.batch, len(data.x))
    return {
        **trial._asdict(),
        "kernel": who.kernel,
        "budget": settings.budget,
        "accuracy": rows[-1]["accuracy"],
        "curve": [row["accuracy"] for row in rows],
        "samples_seen": len(rows) * seen.seen,
        "weights": sum(p.numel() for p in model.parameters()),
        "sparse_nnz": sum(layer.nnz for layer in sparse_layers(model).values()),
        "layer_density": [layer.density for layer in sparse_layers(model).values()],
        "training_density": [row.get("density", 1.0) for row in rows],
        "dead_outputs": rows[-1].get("dead_outputs", 0),
        "moved": sum(row.get("moved", 0) for row in rows),
        **costs(model, rows, seen),
        **stored_bytes(model, optimizer),
        "peak_rss_bytes": peak,
        "baseline_rss_bytes": before,
        **step_times(model, data.x[:size], data.y[:size], TrainingPlan().loss),
        "train_seconds": sum(row["seconds"] for row in rows),
        "rewiring_seconds": sum(row.get("rewiring_seconds", 0.0) for row in rows),
        "wall_seconds": time.perf_counter() - began,
        "threads": torch.get_num_threads(),
    }


def costs(model: nn.Module, rows: list[Record], data: Data) -> Record:
    """Multiply-accumulates of a sample forward, of the training (three times forward), of all rewiring."""
    one = macs(model)
    nnz = sum(layer.nnz for layer in sparse_layers(model).values())
    passes = sum(one - nnz + row.get("mean_nnz", nnz) for row in rows)
    updates, changing = (
        sum(row.get(name, 0) for row in rows) for name in ("updates", "rewiring_macs")
    )
    return {
        "macs": one,
        "training_macs": round(3 * passes * data.seen),
        "updates": updates,
        "rewiring_macs": changing,
    }


def alone(settings: ComparisonSettings, trial: ComparisonTrial) -> Record:
    """Run `measured` in a new process, on one thread, after what is compiled has been loaded.

    Raises:
        RuntimeError: the process ended without an answer, for example for want of memory.
    """
    start = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in start else "spawn")
    if "forkserver" in start:
        context.set_forkserver_preload(["neurosparse.analysis.comparison.preload"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_answer, args=(settings, trial, dict(os.environ), theirs), daemon=True
    )  # type: ignore[attr-defined]
    with _no_main():
        process.start()
    theirs.close()
    try:
        answer = ours.recv()
    except EOFError:
        process.join()
        raise RuntimeError(
            f"{trial.name}: its process ended with {process.exitcode}, without an answer"
        ) from None
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
    settings: ComparisonSettings, trial: ComparisonTrial, environment: dict[str, str], back: Any
) -> None:
    import signal

    # the server that processes are forked from may have been started under other settings, where
    # data lie for one
    os.environ.clear()
    os.environ.update(environment)

    # Ctrl-C is the parent's to handle; it ends this process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    try:
        data = load(settings)
        few = replace(data, samples=min(2 * data.batch, len(data.x)))
        small = replace(settings, hidden=tuple(8 for _ in settings.hidden), epochs=2)
        trained(small, contestant(trial.name), trial._replace(density=max(trial.density, 0.5)), few)
        back.send(measured(settings, trial, data))
    except Exception as error:  # whatever it is, the parent says it
        back.send(error)
