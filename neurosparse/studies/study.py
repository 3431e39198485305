"""What a study runs: every point of a grid, several times, each trial with a key of its own."""

import hashlib
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from neurosparse.checks import function_like, whole_number
from neurosparse.errors import Said, bad_argument, bad_type, mapping

COLUMNS = ("key", "repeat", "seed", "seconds")
"""Names that every table of a study has."""

Point = dict[str, Any]
"""Values by name: one place of a grid."""


@dataclass(frozen=True)
class Trial:
    """One run of a study: what its function is handed.

    Args:
        key: 16 hexadecimal digits that stand for all else here but the folder.
        point: what was varied, by name.
        configuration: all values, those that were varied among them.
        repeat: which of the runs at this point.
        seed: a whole number below 2^63 that follows from the study's seed and the key.
        folder: where the function may leave files; kept with the result.
    """

    key: str
    point: Point
    configuration: dict[str, Any]
    repeat: int
    seed: int
    folder: Path | None = None

    def at(self, folder: Path) -> "Trial":
        """The same trial with a folder to leave files in."""
        return replace(self, folder=folder)


@dataclass(frozen=True)
class Study:
    """A function to be run at every point of a grid.

    The key of a trial is the beginning of SHA-256 over all its values, so adding values or repeats
    changes no other trial, and what was run once is not run again.

    Args:
        function: gets a `Trial` and returns numbers by name. Other processes import it by its
            name, so it stands in a module or at the top level of a script.
        vary: values by name; every combination is run.
        together: more values by name, of equal number, which change together.
        base: values that all trials share.
        repeats: runs at each point, each with a seed of its own.
        seed: of the study.
        resolve: makes the configuration of a point; by default `base` and the point, joined.

    Raises:
        TypeError: values that JSON does not know, a function that cannot be called.
        ValueError: no values, unequal numbers of them, a name twice.

    >>> def double(trial):
    ...     return {"twice": 2 * trial.configuration["x"]}
    >>> study = Study(double, {"x": [1.0, 2.0]}, repeats=2)
    >>> [(trial.point, trial.repeat) for trial in study.trials()][1:3]
    [({'x': 1.0}, 1), ({'x': 2.0}, 0)]
    """

    function: Callable[[Trial], Mapping[str, float]]
    vary: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    together: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    base: Mapping[str, Any] = field(default_factory=dict)
    repeats: int = 1
    seed: int = 0
    resolve: Callable[[Point], dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        remedy = "write def trial(trial): ... at the top level of a module"
        function_like("function", self.function, "a function of a Trial", remedy)
        whole_number("repeats", self.repeats, 1)
        whole_number("seed", self.seed)
        for name in ("vary", "together"):
            values = {key: listed(f"{name}[{key!r}]", v) for key, v in _items(self, name)}
            object.__setattr__(self, name, values)
        mapping("base", self.base, "a dictionary of settings")
        object.__setattr__(self, "base", plain("base", dict(self.base)))
        twice = sorted(self.vary.keys() & self.together.keys())
        if twice:
            fault = Said(f"{twice[0]!r}, which is in vary too")
            raise bad_argument("together", fault, "other names than those of vary")
        taken = [name for name in (*self.vary, *self.together) if name in COLUMNS]
        if taken:
            wants = f"other names than {', '.join(COLUMNS)}, which the table has"
            raise bad_argument("vary", taken[0], wants)
        lengths = {len(values) for values in self.together.values()}
        if len(lengths) > 1:
            fault = Said(f"lists of {', '.join(map(str, sorted(lengths)))} values")
            raise bad_argument("together", fault, "lists of equal length", "or use vary")

    @property
    def name(self) -> str:
        """Module and name of the function, by which a folder knows what it holds."""
        kind = type(self.function)
        owner = self.function if hasattr(self.function, "__qualname__") else kind
        return f"{owner.__module__}:{owner.__qualname__}"

    def points(self) -> list[Point]:
        """Every place of the grid, the last name changing fastest."""
        joined = [
            dict(zip(self.together, values, strict=True))
            for values in zip(*self.together.values(), strict=True)
        ]
        grid = itertools.product(*self.vary.values())
        rows = [dict(zip(self.vary, values, strict=True)) for values in grid]
        return [row | more for row in rows for more in (joined or [{}])]

    def trials(self) -> list[Trial]:
        """Every run that the study wants, in a fixed order, each key once."""
        runs = (self.trial(p, r) for p in self.points() for r in range(self.repeats))
        return list({trial.key: trial for trial in runs}.values())

    def trial(self, point: Point, repeat: int = 0) -> Trial:
        """The run at a point."""
        point = plain("point", point)
        joined = {**self.base, **point}
        configuration = joined if self.resolve is None else self.resolve(point)
        configuration = plain("configuration", configuration)
        key = trial_key(self.name, configuration, repeat)
        words = np.random.SeedSequence([self.seed, int(key, 16)]).generate_state(2)
        seed = (int(words[0]) << 31) | (int(words[1]) >> 1)
        return Trial(key, point, configuration, repeat, seed)


def trial_key(name: str, configuration: Mapping[str, Any], repeat: int) -> str:
    """16 hexadecimal digits that stand for a function, all its values, and the repeat.

    >>> trial_key("a:f", {"x": 1, "y": 2}, 0) == trial_key("a:f", {"y": 2, "x": 1}, 0)
    True
    """
    content = {"function": name, "configuration": configuration, "repeat": repeat}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def plain(name: str, value: Any) -> Any:
    """A value as JSON holds it, arrays and scalars of NumPy as lists and numbers.

    Raises:
        TypeError: an object, NaN or infinity.

    >>> plain("x", {"a": np.arange(2), "b": np.float64(0.5)})
    {'a': [0, 1], 'b': 0.5}
    """
    try:
        return json.loads(json.dumps(value, default=_from_numpy, allow_nan=False))
    except (TypeError, ValueError) as error:
        wants = "numbers without NaN, texts, lists and dictionaries of them"
        raise bad_type(name, Said(str(error)), wants) from error


def listed(name: str, values: Any) -> list[Any]:
    """Values to run through, at least one, none twice.

    Raises:
        TypeError: a text or a single value in the place of several.
        ValueError: none, or one of them twice.
    """
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, str | Mapping) or not isinstance(values, Sequence):
        raise bad_type(name, values, "a list of values", "write [value] for one")
    several = plain(name, list(values))
    texts = [json.dumps(value, sort_keys=True) for value in several]
    if not several or len(set(texts)) < len(texts):
        raise bad_argument(name, values, "at least one value, and none of them twice")
    return list(several)


def _items(study: Study, name: str) -> list[tuple[str, Any]]:
    value = getattr(study, name)
    if not isinstance(value, Mapping):
        wants = "a dictionary of lists, as {'weight': [0.1, 0.2]}"
        raise bad_type(name, value, wants)
    for key in value:
        if not isinstance(key, str) or not key:
            raise bad_type(name, key, "names that are texts")
    return list(value.items())


def _from_numpy(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is not written as JSON")
