"""What a study file may say, and the study that it means."""

import pathlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurosparse.cli.model_file.build import build_network
from neurosparse.cli.model_file.files import parse_config, to_document
from neurosparse.cli.model_file.overrides import placed
from neurosparse.cli.studies.measures import Measure, measure
from neurosparse.cli.studies.model import run_model
from neurosparse.errors import unknown_name
from neurosparse.network.tables.strict import ConfigError, Kind, convert, from_table
from neurosparse.studies import Range, Study
from neurosparse.typing import Path

KEPT = ("recording",)


@dataclass(frozen=True)
class SearchTable:
    """`[study.search]`: values chosen by Optuna, by what earlier trials returned.

    Args:
        trials: how many in all.
        minimize, maximize: the measure that is to be small, or large; one of both.
        space: for each setting a list, or a table {low, high, log}.
    """

    trials: int
    space: Mapping[str, Any]
    minimize: str = ""
    maximize: str = ""


@dataclass(frozen=True)
class StudyTable:
    """`[study]`: a model, what is varied, what is measured.

    Args:
        model: a model file; its path starts from the folder of this file.
        measure: by name, `kind` is Rate, CV, Fano, Synchrony or Correlation.
        vary: lists by setting, as "population.E.n", or tables {from, to, n, log}; all
            combinations.
        together: more of them, of equal length, which change together.
        repeats: runs at each point, with seeds of their own.
        seed: of the study.
        keep: ["recording"] keeps all spikes of each trial too.
        search: a search in the place of a grid.
    """

    model: str
    measure: Mapping[str, Kind]
    vary: Mapping[str, Any] = field(default_factory=dict)
    together: Mapping[str, Any] = field(default_factory=dict)
    repeats: int = 1
    seed: int = 0
    keep: tuple[str, ...] = ()
    search: SearchTable | None = None


@dataclass(frozen=True)
class StudyFile:
    """A study file, read and checked.

    Args:
        study: what is run.
        table: what the file says.
        space: of the search, if there is one.
    """

    study: Study
    table: StudyTable
    space: dict[str, Range | list[Any]]


def read_study_file(path: Path) -> StudyFile:
    """Read a study file and the model it names, and check the model at the first of its points.

    Raises:
        ConfigError: not TOML, an unknown key, a setting that leads nowhere, an unknown measure or
            population.
        FileNotFoundError: no such file, or no such model.
    """
    file = pathlib.Path(path)
    document = _toml(file, "a study in TOML")
    if set(document) != {"study"}:
        others = ", ".join(sorted(set(document) - {"study"})) or "nothing"
        raise ConfigError(f"{file}: got {others} at the top, wants one table [study]")
    table = from_table(StudyTable, document["study"], "study")
    for i, name in enumerate(table.keep):
        if name not in KEPT:
            raise ConfigError(f"study.keep[{i}]: got {name!r}, wants {KEPT[0]!r}")
    if not table.measure:
        raise ConfigError("study.measure: got none, wants at least one measure by name")
    measures = {name: measure(name, kind) for name, kind in table.measure.items()}
    # a file that has no seed of its own gets that of the trial
    model = _toml(file.parent / table.model, "a model in TOML")

    def resolve(point: dict[str, Any]) -> dict[str, Any]:
        config = parse_config(placed(model, point))
        return {
            "model": to_document(config),
            "measure": {name: to_document(kind) for name, kind in table.measure.items()},
            "keep": list(table.keep),
            "seeded": "simulation.seed" in point,
        }

    study = Study(
        run_model,
        {name: values(f"study.vary.{name}", v) for name, v in table.vary.items()},
        {name: values(f"study.together.{name}", v) for name, v in table.together.items()},
        repeats=table.repeats,
        seed=table.seed,
        resolve=resolve,
    )
    space = {} if table.search is None else _space(table.search)
    if table.search is not None and (table.vary or table.together):
        raise ConfigError("study.vary: got settings beside a search, wants one of both")
    firsts = {name: _first(values_) for name, values_ in space.items()}
    trials = [study.trial(firsts)] if space else study.trials()
    for trial in trials if len(trials) < FEW else trials[:FEW]:
        _check(trial.configuration["model"], measures)
    return StudyFile(study, table, space)


FEW = 64
"""Points whose models are built before any work; the others as they are run."""


def values(where: str, value: Any) -> list[Any]:
    """The list that a table of `from`, `to` and `n` means; a list as it is.

    Raises:
        ConfigError: neither.

    >>> values("study.vary.w", {"from": 1.0, "to": 100.0, "n": 3, "log": True})
    [1.0, 10.0, 100.0]
    """
    if isinstance(value, list):
        return value
    if not isinstance(value, dict) or not {"from", "to", "n"} <= value.keys() <= STEPS:
        raise ConfigError(f"{where}: got {value!r}, wants a list, or {{from, to, n, log}}")
    first = convert(float, value["from"], f"{where}.from")
    last = convert(float, value["to"], f"{where}.to")
    n = convert(int, value["n"], f"{where}.n")
    if n < 1 or (value.get("log") and min(first, last) <= 0):
        raise ConfigError(
            f"{where}: got {value!r}, wants n above 0, and ends above 0 by log"
        )
    space = (
        np.geomspace
        if convert(bool, value.get("log", False), f"{where}.log")
        else np.linspace
    )
    return [float(number) for number in space(first, last, n).round(12)]


STEPS = {"from", "to", "n", "log"}


def _space(table: SearchTable) -> dict[str, Range | list[Any]]:
    space: dict[str, Range | list[Any]] = {}
    for name, value in table.space.items():
        where = f"study.search.space.{name}"
        if isinstance(value, dict) and not {"low", "high"} <= value.keys() <= RANGE:
            raise ConfigError(
                f"{where}: got {value!r}, wants a list, or {{low, high, log}}"
            )
        try:
            space[name] = Range(**value) if isinstance(value, dict) else value
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{where}: {error}") from error
    return space


RANGE = {"low", "high", "log"}


def _first(value: Range | list[Any]) -> Any:
    return value.low if isinstance(value, Range) else value[0]


def _check(model: dict[str, Any], measures: Mapping[str, Measure]) -> None:
    """Build the network of a point, and look for the populations that are measured."""
    network = build_network(parse_config(model))
    names = list(network.populations)
    for name, one in measures.items():
        if one.population not in names:
            where = f"study.measure.{name}.population"
            raise ConfigError(str(unknown_name(where, one.population, names)))


def _toml(file: pathlib.Path, what: str) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(f"{file}: no such file; wants {what}") from None
    except IsADirectoryError:
        raise IsADirectoryError(f"{file}: a folder; wants {what}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not TOML: {error}") from error
