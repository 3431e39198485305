"""`compare`: every method, sparsity and seed on the same budget; stops and goes on where it was."""

import functools
import itertools
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from neurosparse.analysis.comparison.contestant import REFERENCE
from neurosparse.analysis.comparison.samples import OwnSamples
from neurosparse.analysis.comparison.settings import ComparisonSettings
from neurosparse.analysis.comparison.trial import ComparisonTrial, Record, alone
from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import new_file
from neurosparse.typing import Cluster

Runner = Callable[[ComparisonSettings, ComparisonTrial], Record]
Progress = Callable[[int, int, Record], object]


def compare(
    settings: ComparisonSettings,
    folder: str | Path,
    *,
    minutes: float | None = None,
    run: Runner = alone,
    progress: Progress = lambda done, total, record: None,
    cluster: Cluster | None = None,
) -> list[Record]:
    """Run what has not been run yet and return all records, each a JSON file in a folder.

    Args:
        settings: what is held equal, and who takes part.
        folder: where records are kept, each written whole; a second call goes on there.
        minutes: no new run is begun after so long.
        run: carries out one trial; by default each has a process of its own, which runs nothing of
            the calling script.
        progress: called with (runs done, runs in all, record) after each.
        cluster: where several run at a time, as `neurosparse.studies.Local(workers=2)`; the folder
            must be one that all workers see. Times in the records are then of runs that share a
            machine.

    Raises:
        ValueError: the folder holds a comparison of another budget or of other samples, or a file
            that is not a record.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     compare(ComparisonSettings(), folder, minutes=0)
    []
    """
    planned = trials(settings)
    names = {
        trial: Path(folder) / f"{_slug(trial.name)}-{trial.density:g}-{trial.seed}.json"
        for trial in planned
    }
    records: dict[ComparisonTrial, Record] = {}
    for trial, path in names.items():
        if path.exists():
            records[trial] = _read(path, settings)
            progress(len(records), len(planned), records[trial])
    due = math.inf if minutes is None else time.monotonic() + 60 * minutes
    missing = [trial for trial in planned if trial not in records]
    if not missing:
        return list(records.values())
    # asked for one by one, so that none is begun too late
    in_time = itertools.takewhile(lambda _: time.monotonic() < due, missing)
    place = cluster or _Here()
    with _sendable(settings, None if cluster is None else Path(folder)) as sent:
        for trial, record in place.each(functools.partial(run, sent), in_time):
            write_json(names[trial], record)
            records[trial] = record
            progress(len(records), len(planned), record)
    return [records[trial] for trial in planned if trial in records]


class _Here:
    """One trial after the other, begun by this process."""

    def each(
        self, function: Callable[[Any], Any], items: Iterable[Any]
    ) -> Iterator[tuple[Any, Any]]:
        """Yield each trial with its record."""
        return ((item, function(item)) for item in items)


@contextmanager
def _sendable(
    settings: ComparisonSettings, folder: Path | None
) -> Iterator[ComparisonSettings]:
    """Settings for other processes: samples of one's own lie in a file, not in the settings."""
    if not isinstance(settings.dataset, OwnSamples):
        yield settings
        return
    with settings.dataset.in_a_file(folder) as samples:
        yield replace(settings, dataset=samples)


def trials(settings: ComparisonSettings) -> list[ComparisonTrial]:
    """All runs, a seed after the other; the dense network of full width needs each seed only once.

    >>> len(trials(ComparisonSettings(sparsities=(0.9, 0.99), methods=(), seeds=1)))
    11
    """
    names = [one.name for one in settings.contestants() if one.name != REFERENCE]
    planned = []
    for seed in range(settings.seeds):
        planned.append(ComparisonTrial(REFERENCE, 1.0, seed))
        for sparsity in settings.sparsities:
            # 1 - 0.9 is not 0.1
            density = round(1 - sparsity, 9)
            planned += [ComparisonTrial(name, density, seed) for name in names]
    return planned


def _read(path: Path, settings: ComparisonSettings) -> Record:
    """Read a record, and refuse one of another budget."""
    try:
        record = json.loads(path.read_text())
        budget = record["budget"]
    except (ValueError, KeyError, TypeError) as error:
        problem = Said(f"{path}, not a record")
        raise bad_argument(
            "folder", problem, "records of comparisons", "remove it"
        ) from error
    differences = [
        f"{name} = {budget.get(name)!r}"
        for name, value in settings.budget.items()
        if budget.get(name) != value
    ]
    if budget != settings.budget:
        remedy = f"{', '.join(differences)} there; use a new folder"
        raise bad_argument("folder", str(path.parent), "records of the same budget", remedy)
    return dict(record)


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name.lower())


def write_json(path: Path, content: Any) -> None:
    """Write JSON under a temporary name, then rename: a reader never sees half a file."""
    write_text(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text under a temporary name, then rename."""
    with new_file(path) as temporary:
        temporary.write_text(text)
