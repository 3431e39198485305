"""Values of a model file replaced on the command line: `--set population.E.n=400`."""

import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from neurosparse.network.tables.strict import ConfigError


def override(document: dict[str, Any], settings: Iterable[str]) -> dict[str, Any]:
    """Return the document with each `path=value` put in; values are written as in TOML.

    A path leads through tables by key, and into a list of tables by position (from 0) or by the
    `name` (or `label`, or `pre->post`) that an entry carries. Tables on the way must be there; the
    last key may be new, and is checked with all others later.

    Raises:
        ConfigError: no `=`, a value that is not TOML, or a path that leads nowhere.

    >>> override({"simulation": {"seed": 1}}, ["simulation.seed=7", "simulation.dt=0.05"])
    {'simulation': {'seed': 7, 'dt': 0.05}}
    >>> document = {"population": [{"name": "E", "n": 80}]}
    >>> override(document, ["population.E.n=8", "population.0.mode='clock'"])
    {'population': [{'name': 'E', 'n': 8, 'mode': 'clock'}]}
    """
    values = {}
    for setting in settings:
        path, separator, text = setting.partition("=")
        steps = [step.strip() for step in path.split(".")]
        if not separator or not all(steps):
            raise ConfigError(
                f"--set {setting}: wants path=value, such as simulation.seed=3"
            )
        values[".".join(steps)] = _value(setting, text.strip())
    return placed(document, values, "--set ")


def placed(
    document: dict[str, Any], values: Mapping[str, Any], before: str = ""
) -> dict[str, Any]:
    """Return the document with values put in by path, as `override` has them.

    Raises:
        ConfigError: a path that leads nowhere; the message has `before` in front of it.

    >>> placed({"population": [{"name": "E", "n": 80}]}, {"population.E.n": 8})
    {'population': [{'name': 'E', 'n': 8}]}
    """
    result = deepcopy(document)
    for path, value in values.items():
        steps = path.split(".")
        place: Any = result
        for i, step in enumerate(steps[:-1]):
            place = _inside(place, step, before + ".".join(steps[: i + 1]))
        if not isinstance(place, dict):
            raise ConfigError(f"{before}{path}: {'.'.join(steps[:-1])} is no table")
        place[steps[-1]] = value
    return result


def _inside(place: Any, step: str, path: str) -> Any:
    if isinstance(place, dict) and step in place:
        return place[step]
    if isinstance(place, list):
        for i, entry in enumerate(place):
            if isinstance(entry, dict) and step in (_name(entry), str(i)):
                return entry
    raise ConfigError(f"{path}: nothing there; wants {_choices(place)}")


def _name(entry: dict[str, Any]) -> str:
    """What an entry is called: its name or label, or pre->post, as projections are elsewhere."""
    ends = f"{entry['pre']}->{entry['post']}" if {"pre", "post"} <= entry.keys() else ""
    return str(entry.get("name", entry.get("label", ends)))


def _choices(place: Any) -> str:
    if isinstance(place, dict):
        return "one of " + ", ".join(place)
    if isinstance(place, list):
        names = [_name(e) or str(i) for i, e in enumerate(place) if isinstance(e, dict)]
        return "one of " + ", ".join(names)
    return "a path that ends before"


def _value(setting: str, text: str) -> Any:
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError as error:
        remedy = f"a text needs quotes: --set '{setting.partition('=')[0]}=\"{text}\"'"
        raise ConfigError(
            f"--set {setting}: {text!r} is no TOML value; {remedy}"
        ) from error
    if set(parsed) != {"value"}:
        raise ConfigError(f"--set {setting}: wants one value")
    return parsed["value"]
