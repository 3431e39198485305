"""The folder of a study: a Zarr group in which each trial appears whole or not at all."""

import itertools
import json
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from neurosparse import typing
from neurosparse.errors import Said, bad_argument
from neurosparse.store.atomic import new_folder
from neurosparse.store.owner import FolderOwner
from neurosparse.store.single import new_file
from neurosparse.studies.study import Study, Trial

KIND = "neurosparse.study"
FORMAT = 1


class StudyFolder:
    """Names and files of a study. `trials/KEY` is there when that trial is complete.

    A trial that failed has `trials/KEY.error.json`, one that was begun `trials/KEY.began-N`.

    Args:
        path: the folder, a Zarr v3 group.
    """

    def __init__(self, path: typing.Path) -> None:
        self.path = Path(path)
        self.trials = self.path / "trials"

    def open(self, study: Study) -> FolderOwner:
        """Make the folder, or check that it belongs to this study, and own it.

        Raises:
            BlockingIOError: somebody else is at work there.
            ValueError: something else is there, or a study of another function or seed.
        """
        head = {"kind": KIND, "format": FORMAT, "function": study.name, "seed": study.seed}
        if self.path.exists() and any(self.path.iterdir()):
            known = self.head()
            for name in ("function", "seed"):
                if known[name] != head[name]:
                    fault = Said(f"{self.path}, a study whose {name} is {known[name]!r}")
                    wants = f"one whose {name} is {head[name]!r}"
                    raise bad_argument("path", fault, wants, "choose another folder")
        self.trials.mkdir(parents=True, exist_ok=True)
        owner = FolderOwner(self.path)
        if not (self.path / "zarr.json").exists():
            write_group(self.trials, {})
            write_group(self.path, head)
        return owner

    def head(self) -> dict[str, Any]:
        """What the folder says of itself.

        Raises:
            ValueError: no study, or one of a newer format.
        """
        wants = "the folder of a study"
        try:
            attributes = read_group(self.path)
        except (OSError, ValueError, KeyError) as error:
            raise bad_argument("path", str(self.path), wants) from error
        if attributes.get("kind") != KIND:
            raise bad_argument("path", str(self.path), wants)
        if attributes.get("format") != FORMAT:
            fault = Said(f"{self.path}, of format {attributes.get('format')}")
            raise bad_argument("path", fault, f"format {FORMAT}", "update neurosparse")
        return attributes

    def done(self, key: str) -> bool:
        """Whether a trial is complete."""
        return (self.trials / key).is_dir()

    def keys(self) -> list[str]:
        """The trials that are complete, in the order of their keys."""
        if not self.trials.is_dir():
            return []
        names = (entry.name for entry in self.trials.iterdir() if entry.is_dir())
        return sorted(name for name in names if not name.startswith("."))

    def result(self, key: str) -> dict[str, Any]:
        """Point, repeat, seed and measures of a complete trial.

        Raises:
            ValueError: its file is damaged.
        """
        path = self.trials / key
        try:
            attributes = read_group(path)
            measures = attributes["measures"]
            numbers = {name: float(value) for name, value in measures.items()}
            return {**attributes, "measures": numbers}
        except (OSError, ValueError, KeyError, AttributeError) as error:
            remedy = "remove that folder, and the study runs the trial again"
            raise bad_argument("path", str(path), "a whole trial", remedy) from error

    def begin(self, key: str) -> int:
        """Leave a mark that a trial was begun; the number of its marks."""
        number = self.begun(key) + 1
        (self.trials / f"{key}.began-{number}").touch()
        return number

    def begun(self, key: str) -> int:
        """How often a trial was begun since it last ended."""
        return len(self._marks(key))

    def forget(self, key: str) -> None:
        """Take away the marks of a trial."""
        # from the last, so that what is left after a kill counts from one
        for mark in reversed(self._marks(key)):
            mark.unlink(missing_ok=True)

    def _marks(self, key: str) -> list[Path]:
        # asked for by name: looking through all trials for one makes long studies slow
        marks = (self.trials / f"{key}.began-{number}" for number in itertools.count(1))
        return list(itertools.takewhile(Path.exists, marks))

    def keep(self, trial: Trial, work: Callable[[Trial], Any]) -> None:
        """Run a trial and keep what it returned, with the files it left; whole or not at all."""
        with new_folder(self.trials / trial.key) as folder:
            begun = time.perf_counter()
            measures = _numbers(work(trial.at(folder)))
            content = {
                "point": trial.point,
                "configuration": trial.configuration,
                "repeat": trial.repeat,
                "seed": trial.seed,
                "seconds": time.perf_counter() - begun,
                "measures": {name: _word(value) for name, value in measures.items()},
            }
            write_group(folder, content)
        (self.trials / f"{trial.key}.error.json").unlink(missing_ok=True)

    def fail(self, key: str, content: Mapping[str, Any]) -> None:
        """Write down why a trial failed."""
        with new_file(self.trials / f"{key}.error.json") as file:
            file.write_text(json.dumps(dict(content), indent=1), encoding="utf-8")

    def failures(self, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What is written down of trials that failed and were not mended since."""
        files = {key: self.trials / f"{key}.error.json" for key in keys}
        return {
            key: json.loads(file.read_text(encoding="utf-8"))
            for key, file in files.items()
            if file.is_file() and not self.done(key)
        }


def write_group(folder: Path, attributes: Mapping[str, Any]) -> None:
    """Make a folder a Zarr v3 group with these attributes."""
    content = {
        "zarr_format": 3,
        "node_type": "group",
        "attributes": dict(attributes),
    }
    with new_file(folder / "zarr.json") as file:
        file.write_text(json.dumps(content, indent=1, allow_nan=False), encoding="utf-8")


def read_group(folder: Path) -> dict[str, Any]:
    """The attributes of a Zarr v3 group."""
    content = json.loads((folder / "zarr.json").read_text(encoding="utf-8"))
    return dict(content["attributes"])


def _numbers(measures: Any) -> dict[str, float]:
    """What a trial returned, if it is numbers by name."""
    wants = "a dictionary of numbers by name, as {'rate': 3.1}"
    if not isinstance(measures, Mapping):
        raise TypeError(f"function: returned {type(measures).__name__}, wants {wants}")
    try:
        return {str(name): float(value) for name, value in measures.items()}
    except (TypeError, ValueError) as error:
        raise TypeError(f"function: returned {measures!r}, wants {wants}") from error


def _word(value: float) -> float | str:
    """A number as JSON has it; NaN and infinity as texts that float() reads."""
    return value if abs(value) < float("inf") else str(value)
