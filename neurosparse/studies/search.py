"""Trials that are chosen by what earlier ones returned, by Optuna."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neurosparse import typing
from neurosparse.checks import finite, truth, whole_number
from neurosparse.errors import bad_argument, bad_type, missing_extra
from neurosparse.studies.attempt import attempt
from neurosparse.studies.clusters import Address, Here, Local, Slurm
from neurosparse.studies.crew import ATTEMPTS
from neurosparse.studies.folder import StudyFolder
from neurosparse.studies.running import Cluster, Grid, Ledger, drive
from neurosparse.studies.study import Study, Trial
from neurosparse.studies.table import StudyTable, read_study


@dataclass(frozen=True)
class Range:
    """Numbers between two, both ends included.

    Args:
        low, high: the ends; whole numbers where both are.
        log: whether to choose by their logarithm.
    """

    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        finite("Range.low", self.low)
        finite("Range.high", self.high)
        truth("Range.log", self.log)
        if not self.low < self.high:
            raise bad_argument("Range.high", self.high, f"a number above low={self.low}")
        if self.log and self.low <= 0:
            raise bad_argument("Range.low", self.low, "a number above 0 where log=True")

    def suggest(self, trial: Any, name: str) -> float:
        """Ask a trial of Optuna for a number."""
        whole = isinstance(self.low, int) and isinstance(self.high, int)
        ask = trial.suggest_int if whole else trial.suggest_float
        return ask(name, self.low, self.high, log=self.log)  # type: ignore[no-any-return]


def search_study(
    study: Study,
    space: Mapping[str, Range | list[Any]],
    path: typing.Path,
    cluster: Cluster | None = None,
    *,
    trials: int,
    minimize: str = "",
    maximize: str = "",
    progress: bool = False,
) -> StudyTable:
    """Run trials whose values Optuna chooses (TPE), by what those before them returned.

    As many are out as there are workers; only this process opens `PATH/optuna.log`, where the
    choices are kept. The same call goes on to so many trials in all. Trials that raise, or lose
    their worker three times, are told to Optuna as failed, and count.

    Args:
        study: what is run; its `vary` and `together` are left empty.
        space: for each name a `Range`, or a list to choose from.
        path: folder of results, as of `run_study`.
        cluster: `Here()`, `Local(workers=2)`, `Address(url)` or `Slurm(jobs=20)`.
        trials: how many in all.
        minimize, maximize: the measure that is sought to be small, or large; one of both.
        progress: whether to show how far it is.

    Raises:
        ImportError: Optuna is not installed.
        ValueError: neither or both of minimize and maximize; a study that varies by itself.

    >>> import tempfile
    >>> def bowl(trial):
    ...     return {"height": (trial.configuration["x"] - 2.0) ** 2}
    >>> table = search_study(Study(bowl), {"x": Range(0.0, 5.0)}, tempfile.mkdtemp(),
    ...                      trials=30, minimize="height")
    >>> bool(abs(table["x"][table["height"].argmin()] - 2.0) < 0.5)
    True
    """
    try:
        import optuna
        from optuna.storages.journal import JournalFileBackend
    except ImportError as error:
        raise missing_extra("optuna", "search") from error
    if not isinstance(study, Study):
        raise bad_type("study", study, "a Study", "write Study(function)")
    if study.vary or study.together:
        raise bad_argument("study", study.name, "a Study without vary", "use space")
    if bool(minimize) == bool(maximize):
        wants = "the name of a measure, and none for the other"
        raise bad_argument("minimize", minimize, wants)
    for name, values in space.items():
        if not isinstance(values, Range | list) or not values:
            raise bad_type(f"space[{name!r}]", values, "a Range or a list of values")
    whole_number("trials", trials, 1)
    place = Here() if cluster is None else cluster
    if not isinstance(place, Here | Local | Address | Slurm):
        raise bad_type("cluster", cluster, "Here(), Local(), Address() or Slurm()")
    folder = StudyFolder(path)
    owner = folder.open(study)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        backend = JournalFileBackend(str(folder.path / "optuna.log"))
        sampler = optuna.samplers.TPESampler(seed=study.seed)
        known = optuna.create_study(
            storage=optuna.storages.JournalStorage(backend),
            study_name="study",
            load_if_exists=True,
            direction="maximize" if maximize else "minimize",
            sampler=sampler,
        )
        book = Ledger(folder, [], progress)
        book.bar.total = trials
        ended = [t for t in known.get_trials(deepcopy=False) if t.state.is_finished()]
        book.finished = len(ended)
        left = trials - len(ended)
        chosen = Chosen(known, study, space, left, folder, minimize or maximize, book)
        try:
            if isinstance(place, Here):
                while len(chosen):
                    trial = chosen.take()
                    chosen.note(trial, attempt(str(folder.path), study.function, trial))
            elif left > 0:
                with place.open() as client:
                    drive(client, folder, study.function, chosen, ATTEMPTS, chosen.note)
        finally:
            book.bar.close()
            read_study(folder.path).save(folder.path / "table.csv")
    finally:
        owner.release()
    return read_study(folder.path)


class Chosen(Grid):
    """Trials that Optuna is asked for when there is room, and told about when they end."""

    learns = True

    def __init__(
        self,
        known: Any,
        study: Study,
        space: Mapping[str, Range | list[Any]],
        left: int,
        folder: StudyFolder,
        measure: str,
        book: Ledger,
    ) -> None:
        super().__init__([])
        self.known, self.study = known, study
        self.space = space
        self.left = left
        self.folder, self.measure = folder, measure
        self.book = book
        # the same values may be chosen twice
        self.choices: dict[str, list[Any]] = {}

    def __len__(self) -> int:
        return max(self.left, 0) + super().__len__()

    def take(self) -> Trial:
        """One that waits again, or the next choice."""
        if self.queue:
            return super().take()
        self.left -= 1
        choice = self.known.ask()
        point = {name: _value(choice, name, one) for name, one in self.space.items()}
        trial = self.study.trial(point)
        self.choices.setdefault(trial.key, []).append(choice)
        return trial

    def note(self, trial: Trial, answer: dict[str, Any]) -> None:
        """Tell what a trial returned, or that it failed.

        Raises:
            ValueError: it returned no measure of that name.
        """
        from optuna.trial import TrialState

        self.book.note(trial, answer)
        choice = self.choices[trial.key].pop()
        if "error" in answer:
            self.known.tell(choice, state=TrialState.FAIL)
            return
        measures = self.folder.result(trial.key)["measures"]
        if self.measure not in measures:
            wants = f"one of {', '.join(measures)}, which the function returned"
            raise bad_argument("minimize or maximize", self.measure, wants)
        self.known.tell(choice, measures[self.measure])


def _value(choice: Any, name: str, values: Range | list[Any]) -> Any:
    if isinstance(values, Range):
        return values.suggest(choice, name)
    # Optuna chooses among texts and numbers only
    texts = [json.dumps(value) for value in values]
    return json.loads(choice.suggest_categorical(name, texts))
