"""Running what a study still lacks: as many trials out as there are workers."""

import collections
import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from neurosparse import typing
from neurosparse.checks import whole_number
from neurosparse.console import Interruptible, Progress
from neurosparse.errors import bad_type
from neurosparse.studies.arrays import SlurmArray
from neurosparse.studies.attempt import Function, attempt
from neurosparse.studies.clusters import Address, Here, Local, Slurm
from neurosparse.studies.crew import ATTEMPTS, Crew, answered
from neurosparse.studies.folder import StudyFolder
from neurosparse.studies.study import Study, Trial
from neurosparse.studies.table import StudyTable, read_study

Cluster = Here | Local | Address | Slurm | SlurmArray
Note = Callable[[Trial, dict[str, Any]], None]

GRACE = 10.0
"""Seconds that trials under way have to end after Ctrl-C."""
FIRST = 20
"""Trials of which more than half must not fail."""
PAUSE = 5.0
"""Seconds between two writings of the table."""


class StudyFailed(RuntimeError):
    """More than half of the first trials failed; the message ends with the first reason."""


def run_study(
    study: Study,
    path: typing.Path,
    cluster: Cluster | None = None,
    *,
    attempts: int = ATTEMPTS,
    progress: bool = False,
) -> StudyTable:
    """Run the trials that are not in the folder yet, and return the table of all.

    The same call goes on after any end. A trial that raises is written down and does not end the
    study; the next call tries it again. One whose worker dies is tried `attempts` times. Ctrl-C
    lets trials under way end for ten seconds. `PATH/table.csv` is the table so far.

    Args:
        study: what is run.
        path: folder of results, a Zarr v3 group; see `read_study`.
        cluster: `Here()`, `Local(workers=2)`, `Address(url)`, `Slurm(jobs=20)` or `SlurmArray(20)`;
            by default in this process.
        attempts: how often a trial may lose its worker.
        progress: whether to show how far it is, with the time left.

    Raises:
        BlockingIOError: another process runs a study in this folder.
        ImportError: dask is not installed.
        StudyFailed: more than half of the first twenty trials failed.
        ValueError: the folder holds something else.

    >>> import tempfile
    >>> def double(trial):
    ...     return {"twice": 2 * trial.configuration["x"]}
    >>> folder = tempfile.mkdtemp()
    >>> table = run_study(Study(double, {"x": [1.0, 2.5]}), folder)
    >>> table["twice"].tolist(), read_study(folder)["x"].tolist()
    ([2.0, 5.0], [1.0, 2.5])
    """
    if not isinstance(study, Study):
        raise bad_type("study", study, "a Study", "write Study(function, {'x': [1, 2]})")
    attempts = whole_number("attempts", attempts, 1)
    place = Here() if cluster is None else cluster
    if not isinstance(place, Cluster):
        raise bad_type(
            "cluster", cluster, "Here(), Local(), Address(), Slurm() or SlurmArray()"
        )
    trials = study.trials()
    folder = StudyFolder(path)
    owner = folder.open(study)
    try:
        waiting = [trial for trial in trials if not folder.done(trial.key)]
        for trial in waiting:
            folder.forget(trial.key)
        with ledger(folder, trials, progress) as ledger_:
            if isinstance(place, Here):
                for trial in waiting:
                    ledger_.note(trial, attempt(str(folder.path), study.function, trial))
            elif isinstance(place, SlurmArray):
                place.run(str(folder.path), study.function, waiting, ledger_.note)
            elif waiting:
                with place.open() as client:
                    grid = Grid(waiting)
                    drive(client, folder, study.function, grid, attempts, ledger_.note)
    finally:
        owner.release()
    return read_study(folder.path, [trial.key for trial in trials])


class Grid:
    """Trials that wait, in their order.

    Args:
        trials: what a study still lacks.
    """

    learns = False
    """Whether an answer changes what is tried next."""

    def __init__(self, trials: Iterable[Trial]) -> None:
        self.queue = collections.deque(trials)

    def __len__(self) -> int:
        return len(self.queue)

    def take(self) -> Trial:
        """The next to be run."""
        return self.queue.popleft()

    def back(self, trial: Trial) -> None:
        """Let one wait again, before all others."""
        self.queue.appendleft(trial)


class Ledger:
    """Counts answers, shows how far the study is, writes the table from time to time."""

    def __init__(self, folder: StudyFolder, trials: list[Trial], progress: bool) -> None:
        self.folder = folder
        self.keys = [trial.key for trial in trials]
        self.finished = sum(folder.done(key) for key in self.keys)
        self.bar = Progress(progress, len(trials), "running trials")
        self.answers = 0
        self.failed = 0
        self.reason = ""
        self.due = time.monotonic() + PAUSE

    def note(self, trial: Trial, answer: dict[str, Any]) -> None:
        """Take one answer in.

        Raises:
            StudyFailed: more than half of the first twenty failed.
        """
        self.answers += 1
        self.finished += 1
        self.bar.show(self.finished)
        if "error" in answer:
            self.failed += 1
            self.reason = self.reason or str(answer["error"])
            self.folder.fail(trial.key, {"point": trial.point, **answer})
        self.folder.forget(trial.key)
        if self.answers <= FIRST and self.failed > FIRST // 2:
            counted = f"{self.failed} of the first {self.answers} trials failed"
            raise StudyFailed(f"function: {counted}; the first said:\n{self.reason}")
        if time.monotonic() > self.due:
            self.write()
            self.due = time.monotonic() + PAUSE

    def write(self) -> None:
        """Write the table of what is complete."""
        read_study(self.folder.path, self.keys or None).save(self.folder.path / "table.csv")


@contextlib.contextmanager
def ledger(folder: StudyFolder, trials: list[Trial], progress: bool) -> Iterator[Ledger]:
    """A ledger whose table is written at the end, whatever the end."""
    book = Ledger(folder, trials, progress)
    try:
        yield book
    finally:
        book.bar.close()
        book.write()


def drive(
    client: Any,
    folder: StudyFolder,
    function: Function,
    waiting: Grid,
    attempts: int,
    note: Note,
) -> None:
    """Keep every worker of a dask client busy with one trial until all are answered.

    No more trials are out than there are workers: dask blames all that wait on a worker that dies.
    """
    out: dict[Any, Trial] = {}
    answers: dict[Any, Trial] = {}
    compiled = False
    crew = Crew(client)

    def read() -> None:
        for future, trial in answers.items():
            if not _take(future, folder, trial, attempts, note):
                waiting.back(trial)
        if answers:
            crew.dismiss(list(answers))
            answers.clear()

    with Interruptible() as signals:
        while (len(waiting) or out or answers) and not signals.asked:
            # where the next do not hang on them, answers are read while the workers are busy
            if waiting.learns:
                read()
            # the first compiles what all the others load
            room = crew.size() - len(out) if compiled else 1 - len(out)
            for _ in range(min(room, len(waiting))):
                trial = waiting.take()
                out[_send(client, folder, function, trial)] = trial
            read()
            if out:
                answers |= {future: out.pop(future) for future in answered(out)}
            compiled = compiled or bool(answers)
        out |= answers
        if signals.asked:
            _leave(client, out, folder, attempts, note)
            raise signals.reason("stopped; the same call goes on")


def _send(client: Any, folder: StudyFolder, function: Function, trial: Trial) -> Any:
    name = f"{trial.key}-{folder.begun(trial.key)}-{time.monotonic_ns()}"
    path = str(folder.path.absolute())
    return client.submit(attempt, path, function, trial, key=name, retries=0, pure=False)


def _take(
    future: Any, folder: StudyFolder, trial: Trial, attempts: int, note: Note
) -> bool:
    """Note an answer; False where the worker died and the trial is to be tried again."""
    error = future.exception() if future.status == "error" else None
    if error is None and future.status == "finished":
        note(trial, future.result())
        return True
    if folder.done(trial.key):
        note(trial, {})
        return True
    begun = folder.begun(trial.key)
    # one that had not begun is not to blame for its worker
    if begun < attempts:
        return False
    words = f"attempt {begun}: the worker died; out of memory?"
    note(trial, {"error": words, "traceback": str(error or ""), "attempt": begun})
    return True


def _leave(
    client: Any, out: dict[Any, Trial], folder: StudyFolder, attempts: int, note: Note
) -> None:
    """Let trials under way end for a while, and forget the others."""
    due = time.monotonic() + GRACE
    while out and time.monotonic() < due:
        for future in answered(out):
            _take(future, folder, out.pop(future), attempts, note)
    for trial in out.values():
        folder.forget(trial.key)
    client.cancel(list(out), force=True)
