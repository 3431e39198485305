"""What a study found: one row a trial."""

import csv
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse import typing
from neurosparse.errors import missing_extra, unknown_name
from neurosparse.store.single import new_file
from neurosparse.studies.folder import StudyFolder
from neurosparse.studies.study import COLUMNS


@dataclass(frozen=True)
class StudyTable:
    """Complete trials, a row each, by the order of points and repeats.

    Args:
        columns: lists of equal length by name: key, what was varied, repeat, seed, measures,
            seconds.
        measures: names of the columns that a trial returned.
        failures: by key, what is known of trials that failed.
    """

    columns: dict[str, list[Any]]
    measures: tuple[str, ...]
    failures: dict[str, dict[str, Any]]

    def __len__(self) -> int:
        return len(self.columns["key"])

    def __getitem__(self, name: str) -> Any:
        """A column as an array `[trials]`; values that are lists stay objects."""
        if name not in self.columns:
            raise unknown_name("name", name, self.columns)
        column = self.columns[name]
        if any(isinstance(value, list | dict) for value in column):
            array = np.empty(len(column), dtype=object)
            array[:] = column
            return array
        return np.array(column)

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"StudyTable of {len(self)} trials{failed}: {', '.join(self.columns)}"

    def to_pandas(self) -> Any:
        """The table as a pandas DataFrame.

        Raises:
            ImportError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise missing_extra("pandas", "io") from error
        return pandas.DataFrame(self.columns)

    def save(self, path: typing.Path) -> None:
        """Write the table as CSV, whole or not at all."""
        with new_file(path) as file, open(file, "w", newline="", encoding="utf-8") as text:
            writer = csv.writer(text)
            writer.writerow(self.columns)
            writer.writerows(zip(*self.columns.values(), strict=True))


def read_study(path: typing.Path, keys: list[str] | None = None) -> StudyTable:
    """Read what a study left, also while it runs or after it was killed.

    Args:
        path: folder of the study.
        keys: trials to read, in this order; by default all that are complete, by their values.

    Raises:
        ValueError: the folder of no study; a damaged trial.

    >>> read_study("no/such/folder")
    Traceback (most recent call last):
    ValueError: path: got 'no/such/folder', wants the folder of a study
    """
    folder = StudyFolder(path)
    folder.head()
    names = folder.keys() if keys is None else [key for key in keys if folder.done(key)]
    rows = [(key, folder.result(key)) for key in names]
    if keys is None:
        rows.sort(key=lambda row: _order(row[1]))
    varied = list(dict.fromkeys(name for _, row in rows for name in row["point"]))
    measures = list(dict.fromkeys(name for _, row in rows for name in row["measures"]))
    columns: dict[str, list[Any]] = {"key": [key for key, _ in rows]}
    for name in varied:
        columns[name] = [row["point"].get(name) for _, row in rows]
    for name in ("repeat", "seed"):
        columns[name] = [row[name] for _, row in rows]
    for name in measures:
        label = f"measure {name}" if name in columns or name in COLUMNS else name
        columns[label] = [row["measures"].get(name, math.nan) for _, row in rows]
    columns["seconds"] = [row["seconds"] for _, row in rows]
    failures = folder.failures(keys or _failed(folder))
    return StudyTable(columns, tuple(measures), failures)


def _failed(folder: StudyFolder) -> list[str]:
    ending = ".error.json"
    return sorted(
        file.name.removesuffix(ending) for file in folder.trials.glob(f"*{ending}")
    )


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    """Numbers by size, then texts; then the repeat."""
    return (*map(_rank, row["point"].values()), row["repeat"])


def _rank(value: Any) -> tuple[bool, Any]:
    plain = isinstance(value, int | float)
    return (not plain, value if plain else str(value))
