"""`compare`: every method, sparsity and seed on the same budget; stops and goes on where it was."""

import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from neurosparse.analysis.compare.contestant import Contestant, baselines, methods
from neurosparse.analysis.compare.counts import macs, stored_bytes
from neurosparse.errors import bad_argument
from neurosparse.models.fit import Data, Plan, fit
from neurosparse.models.mlp import sparse_layers

Optimizers = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
Record = dict[str, Any]


def sgd(parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """SGD with momentum 0.9, rate 0.05 and weight decay 5e-4."""
    return torch.optim.SGD(parameters, 0.05, momentum=0.9, weight_decay=5e-4)


@dataclass(frozen=True)
class Study:
    """What is held equal for all.

    Args:
        widths: neurons from input to output of the reference network.
        densities: of the hidden layers; at least the ones at which sparse loses belong in.
        seeds: of initialisation, order of samples and rewiring, shared by all methods.
        epochs: for everyone; the last epoch counts.
        optimizer: made anew for every run; the rate falls linearly to a hundredth.
        contestants: who takes part.
    """

    widths: Sequence[int]
    densities: Sequence[float] = (0.5, 0.2, 0.1, 0.05, 0.01)
    seeds: Sequence[int] = (0, 1, 2, 3, 4)
    epochs: int = 20
    optimizer: Optimizers = sgd
    contestants: Sequence[Contestant] = field(default_factory=lambda: [*baselines(), *methods()])

    def __post_init__(self) -> None:
        if not self.densities or not all(0 < d <= 1 for d in self.densities):
            raise bad_argument("densities", self.densities, "shares in (0, 1]", "density is 1 - sparsity")
        names = [c.name for c in self.contestants]
        if len(set(names)) != len(names):
            raise bad_argument("contestants", names, "a name of its own for each")


def compare(study: Study, data: Data, folder: str | Path, *, minutes: float | None = None) -> list[Record]:
    """Run what has not been run yet and return all records; each is a JSON file in `folder`, written whole.

    Args:
        study: what is compared.
        data: with test samples.
        folder: where records are kept; a second call goes on there.
        minutes: no new run is begun after so long.

    Raises:
        ValueError: there are no test samples, or the folder belongs to a study of another budget.
    """
    if data.test_x is None:
        raise bad_argument("data", "no test samples", "test_x and test_y")
    begin, records = time.monotonic(), []
    for density, seed, who in _runs(study):
        path = Path(folder) / f"{_slug(who.name)}-{density:g}-{seed}.json"
        if path.exists():
            record = json.loads(path.read_text())
            if record["epochs"] != study.epochs or record["widths"] != list(study.widths):
                raise bad_argument("folder", str(folder), "records of the same widths and epochs", "use a new folder")
        elif minutes is not None and time.monotonic() - begin > 60 * minutes:
            continue
        else:
            record = run(study, who, data, density, seed)
            _write(path, record)
        records.append(record)
    return records


def _runs(study: Study) -> list[tuple[float, int, Contestant]]:
    """All seeds of the first density first; the dense network of full width needs each seed only once."""
    runs, once = [], set[tuple[str, int]]()
    for density in study.densities:
        for seed in study.seeds:
            for who in study.contestants:
                full = who.name == "dense, same width"
                if not full or (who.name, seed) not in once:
                    once.add((who.name, seed))
                    runs.append((1.0 if full else density, seed, who))
    return runs


def run(study: Study, who: Contestant, data: Data, density: float, seed: int) -> Record:
    """Train one network and write down everything the table needs."""
    torch.manual_seed(seed)
    model = who.build(study.widths, density, seed)
    optimizer = study.optimizer(model.parameters())
    steps = study.epochs * data.steps
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, max(steps, 1))
    began = time.perf_counter()
    result = fit(model, data, optimizer, Plan(study.epochs, seed), rewiring=who.rule(density, steps), scheduler=falling)
    if result.interrupted:
        raise KeyboardInterrupt
    rows = result.history
    return {
        "method": who.name,
        "kernel": who.kernel,
        "density": density,
        "seed": seed,
        "widths": list(study.widths),
        "epochs": study.epochs,
        "accuracy": rows[-1]["accuracy"],
        "curve": [row["accuracy"] for row in rows],
        "weights": sum(p.numel() for p in model.parameters()),
        "sparse_nnz": sum(layer.nnz for layer in sparse_layers(model).values()),
        "training_density": [row.get("density", 1.0) for row in rows],
        "dead_outputs": rows[-1].get("dead_outputs", 0),
        "moved": sum(row.get("moved", 0) for row in rows),
        "macs": macs(model),
        **stored_bytes(model, optimizer),
        "train_seconds": sum(row["seconds"] for row in rows),
        "rewiring_seconds": sum(row.get("rewiring_seconds", 0.0) for row in rows),
        "wall_seconds": time.perf_counter() - began,
        "threads": torch.get_num_threads(),
    }


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name.lower())


def _write(path: Path, record: Record) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(record, indent=1, allow_nan=False) + "\n")
    temporary.replace(path)
