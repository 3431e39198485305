"""Trials that other processes import by name."""

import collections
import os
import signal
import time
from pathlib import Path


def mark(trial, name):
    """Leave a file that says that a trial was begun, and how often."""
    folder = Path(trial.configuration["marks"])
    (folder / f"{name}-{time.monotonic_ns()}-{os.getpid()}").touch()
    return len(list(folder.glob(f"{name}-*")))


def begun(marks):
    """How often each was begun."""
    return collections.Counter(path.name.split("-")[0] for path in marks.iterdir())


def double(trial):
    return {"twice": 2 * trial.configuration["x"]}


def eventful(trial):
    """Trial 3 raises, trial 5 kills its worker twice, trial 7 always."""
    x = trial.configuration["x"]
    begun = mark(trial, x)
    if x == 3:
        raise ValueError("three is too many")
    if x == 7 or (x == 5 and begun < 3):
        os.kill(os.getpid(), signal.SIGKILL)
    (trial.folder / "note.txt").write_text(f"{x}")
    return {"twice": 2 * x, "nothing": float("nan")}


def slow(trial):
    mark(trial, trial.configuration["x"])
    time.sleep(0.15)
    return {"seed": trial.seed % 1000}


def failing(trial):
    raise ZeroDivisionError("as always")
