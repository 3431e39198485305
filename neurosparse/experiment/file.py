"""An experiment as a TOML file: connectome, sets by name, drive, interventions, controls."""

import contextlib
import pathlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from neurosparse.connectome import Connectome, NeuronSet, NeuronTable, read_connectome
from neurosparse.errors import unknown_name
from neurosparse.experiment.controls import Rewired
from neurosparse.experiment.experiment import Experiment
from neurosparse.experiment.interventions import (
    Inject,
    Intervention,
    Lesion,
    Silence,
    Stimulate,
)
from neurosparse.network.tables.kinds import NEURONS, make
from neurosparse.network.tables.strict import ConfigError, Kind, from_table, refuse_unknown
from neurosparse.typing import Path

Table = dict[str, Any]
ADULT = ("flywire", "banc", "male_cns", "hemibrain")
EMBEDDED = ("larva_brain", "c_elegans")
# what a set may say beside columns of the table of neurons
SET_WORDS = ("ids", "any", "all", "not", "within", "of", "direction", "synapses", "but")


@dataclass(frozen=True)
class ExperimentFile:
    """The tables of a file; `sets` and what follows name the sets by their keys."""

    connectome: Any
    model: Kind
    drive: list[dict[str, Any]] = field(default_factory=list)
    sets: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    intervention: list[dict[str, Any]] = field(default_factory=list)
    control: list[dict[str, Any]] = field(default_factory=list)
    readouts: Any = ""
    inhibit: str = ""
    title: str = "Experiment"
    weight: float = 1.0
    delay: float = 1.8
    receptor: str | None = None
    trials: int = 12
    duration: float = 1000.0
    warmup: float = 0.0
    dt: float = 0.1
    seed: int = 0


def read_experiment(path: Path) -> tuple[Experiment, str]:
    """Read an experiment and its title from a TOML file.

    `connectome` is "larva_brain", "c_elegans", or a table as `{ flywire = "FOLDER" }` or
    `{ edges = "e.csv", neurons = "n.csv", columns = { pre = "...", ... } }`; names of files are
    taken from the folder of the TOML file. `[sets]` names sets: `{ type = "KCs", side = "left" }`
    as in `Connectome.where`, `{ ids = [..] }`, `{ any = ["a", "b"] }`, `{ all = [..] }`,
    `{ not = "a" }`, `{ within = 2, of = "a", but = "a" }`; whatever asks for a set takes such a
    table too. `inhibit` names the set that inhibits where the source has no signs. An
    `[[intervention]]` has `silence`, `stimulate`, `inject` or `cut = ["a", "b"]`, with the
    arguments of the classes; `screen = "type"` silences each value of a column in turn,
    `together = [..]` makes one arm of several. `readouts` is a column, or a list of sets.

    Raises:
        FileNotFoundError: there is no such file, or none of its data.
        ValueError: no TOML, or what cannot be meant: the table, the key and the nearest name.
    """
    path = pathlib.Path(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    table = from_table(ExperimentFile, content, path.name)
    model = make(table.model, NEURONS, f"{path.name}: model")
    reader = _Reader(_connectome(table.connectome, path.parent), dict(table.sets))
    try:
        return reader.experiment(table, model), table.title
    except TypeError as error:
        raise ConfigError(f"{path.name}: {error}") from error


def _connectome(choice: Any, folder: pathlib.Path) -> Connectome:
    from neurosparse import datasets

    if isinstance(choice, str):
        if choice not in EMBEDDED:
            raise unknown_name("connectome", choice, EMBEDDED)
        embedded: Connectome = getattr(datasets, choice)()
        return embedded
    if not isinstance(choice, dict):
        raise ConfigError(f"connectome: got {choice!r}, wants a name or a table")
    options = dict(choice)
    for name in (name for name in ADULT if name in choice):
        where = folder / str(options.pop(name))
        return _called(getattr(datasets, name), where, **options)
    if "c_elegans" in choice:
        return datasets.c_elegans(choice["c_elegans"])
    known = ("edges", "neurons", "columns", "names", "threshold", "strangers")
    refuse_unknown(choice, dict.fromkeys((*known, *ADULT, "c_elegans")), "connectome")
    if not {"edges", "neurons"} <= set(choice):
        raise ConfigError("connectome: wants edges and neurons, or a data set")
    edges = folder / str(options.pop("edges"))
    names = {str(k): str(v) for k, v in options.pop("names", {"id": "id"}).items()}
    if "id" not in names.values():
        raise ConfigError('connectome.names: wants one for the ids, as { body = "id" }')
    neurons = NeuronTable(folder / str(options.pop("neurons")), names)
    return _called(read_connectome, edges, neurons, **options)


def _called(
    function: Callable[..., Connectome], *values: Any, **options: Any
) -> Connectome:
    try:
        return function(*values, **options)
    except TypeError as error:
        raise ConfigError(f"connectome: {error}") from error


@contextlib.contextmanager
def _at(where: str) -> Iterator[None]:
    """Say where in the file a fault is, unless it is said already."""
    try:
        yield
    except ConfigError:
        raise
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{where}: {error}") from error


class _Reader:
    """Turns the tables of a file into parts of an experiment."""

    def __init__(self, connectome: Connectome, tables: dict[str, Table]) -> None:
        self.connectome = connectome
        self.tables = tables
        self.sets: dict[str, NeuronSet] = {}
        self.open: list[str] = []

    def experiment(self, table: ExperimentFile, model: Any) -> Experiment:
        for name in self.tables:
            self.set_of(name)
        drive = [self.stimulate(one, f"drive[{k}]") for k, one in enumerate(table.drive)]
        arms: list[Any] = []
        for k, one in enumerate(table.intervention):
            arms += self.arms(one, f"intervention[{k}]")
        controls = [
            self.built(Rewired, one, f"control[{k}]") for k, one in enumerate(table.control)
        ]
        readouts = self.readouts(table.readouts)
        connectome = self.connectome
        if table.inhibit:
            connectome = connectome.inhibiting(self.set_of(table.inhibit))
        names = (
            "weight",
            "delay",
            "receptor",
            "trials",
            "duration",
            "warmup",
            "dt",
            "seed",
        )
        plain = {name: getattr(table, name) for name in names}
        return Experiment(connectome, model, drive, arms, controls, readouts, **plain)

    def set_of(self, choice: Any) -> NeuronSet:
        """A set by its name in the file, or by a table of its own."""
        if isinstance(choice, dict):
            return self.from_words(choice, "set")
        if choice not in self.tables:
            raise unknown_name("sets", str(choice), self.tables)
        if choice in self.open:
            circle = " -> ".join([*self.open, choice])
            raise ConfigError(f"sets.{choice}: is said by itself: {circle}")
        if choice not in self.sets:
            self.open.append(choice)
            with _at(f"sets.{choice}"):
                neurons = self.from_words(self.tables[choice], f"sets.{choice}")
            self.sets[choice] = neurons.named(choice)
            self.open.pop()
        return self.sets[choice]

    def from_words(self, words: Table, where: str) -> NeuronSet:
        known = [*self.connectome.table, *SET_WORDS]
        try:
            refuse_unknown(words, dict.fromkeys(known), where)
        except ConfigError as error:
            columns = ", ".join(self.connectome.table)
            raise ConfigError(f"{error} (columns of the table: {columns})") from None
        rest = dict(words)
        but = rest.pop("but", None)
        neurons = self.without_but(rest, where)
        return neurons if but is None else neurons - self.set_of(but)

    def without_but(self, words: Table, where: str) -> NeuronSet:
        if "within" in words:
            if "of" not in words:
                raise ConfigError(f"{where}: within wants of, the set to start from")
            start = self.set_of(words.pop("of"))
            return start.within(words.pop("within"), **words)
        columns = {name: words.pop(name) for name in list(words) if name not in SET_WORDS}
        parts = [self.connectome.where(**columns)] if columns else []
        if "ids" in words:
            parts.append(self.connectome.neurons(words.pop("ids")))
        if "not" in words:
            parts.append(~self.set_of(words.pop("not")))
        parts += self.listed(words, "all", where)
        if "any" in words:
            union = self.listed(words, "any", where)
            whole = union[0]
            for other in union[1:]:
                whole = whole | other
            parts.append(whole)
        if words or not parts:
            fault = ", ".join(words) or "nothing"
            raise ConfigError(f"{where}: {fault} says no set; see `Connectome.where`")
        neurons = parts[0]
        for other in parts[1:]:
            neurons = neurons & other
        return neurons

    def listed(self, words: Table, key: str, where: str) -> list[NeuronSet]:
        if key not in words:
            return []
        names = words.pop(key)
        if not isinstance(names, list) or not names:
            raise ConfigError(f"{where}.{key}: got {names!r}, wants a list of sets")
        return [self.set_of(name) for name in names]

    def stimulate(self, table: Table, where: str) -> Stimulate:
        values = dict(table)
        if "on" in values:
            windows = values["on"]
            if not all(isinstance(pair, list) for pair in windows):
                fault = f"{where}.on: got {windows!r}"
                raise ConfigError(f"{fault}, wants a list of [start, stop] in ms")
            values["on"] = [tuple(pair) for pair in windows]
        stimulus: Stimulate = self.built(Stimulate, values, where)
        return stimulus

    def built(self, kind: type[Any], table: Table, where: str, **sets: Any) -> Any:
        known = {part.name: None for part in fields(kind)}
        refuse_unknown(table, known, where)
        values = dict(table)
        missing = [
            part.name
            for part in fields(kind)
            if part.default is part.default_factory is MISSING
            and part.name not in {**values, **sets}
        ]
        if missing:
            raise ConfigError(f"{where}: wants {', '.join(missing)} too")
        with _at(where):
            if "neurons" in values:
                values["neurons"] = self.set_of(values["neurons"])
            return kind(**values, **sets)

    def arms(self, table: Table, where: str) -> list[Any]:
        if "together" in table:
            refuse_unknown(table, {"together": None}, where)
            parts = [self.arms(one, f"{where}.together") for one in table["together"]]
            return [[part for arms in parts for part in arms]]
        if "screen" in table:
            return list(self.screen(dict(table), where))
        return [self.intervention(table, where)]

    def screen(self, table: Table, where: str) -> list[Silence]:
        known = dict.fromkeys(("screen", "least", "among", "of"))
        refuse_unknown(table, known, where)
        among = self.set_of(table["among"]) if "among" in table else self.connectome.all
        parts = among.split(table["screen"], table.get("least", 1))
        return [Silence(part, table.get("of", "spikes")) for part in parts.values()]

    def intervention(self, table: Table, where: str) -> Intervention:
        kinds = {"silence": Silence, "stimulate": Stimulate, "inject": Inject}
        rest = dict(table)
        if "cut" in table:
            pre, post = (self.set_of(name) for name in _pair(rest.pop("cut"), where))
            cut: Lesion = self.built(Lesion, rest, where, pre=pre, post=post)
            return cut
        for word, kind in kinds.items():
            if word in table:
                rest["neurons"] = rest.pop(word)
                if kind is Stimulate:
                    return self.stimulate(rest, where)
                part: Intervention = self.built(kind, rest, where)
                return part
        expected = "silence, stimulate, inject, cut, screen or together"
        raise ConfigError(f"{where}: got {', '.join(table) or 'nothing'}, wants {expected}")

    def readouts(self, choice: Any) -> dict[str, NeuronSet]:
        if choice == "":
            return {}
        if isinstance(choice, str):
            return self.connectome.split(choice)
        if not isinstance(choice, list):
            raise ConfigError(f"readouts: got {choice!r}, wants a column or a list of sets")
        return {neurons.name: neurons for neurons in map(self.set_of, choice)}


def _pair(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise ConfigError(f"{where}.cut: got {value!r}, wants two sets, [from, to]")
    return value
