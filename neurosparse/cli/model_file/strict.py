"""Tables into dataclasses: unknown keys refused with the nearest suggested, missing ones named."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from difflib import get_close_matches
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from neurosparse.errors import describe

T = TypeVar("T")

NUMBERS = list[float]
"""A list of numbers in a table; `float | NUMBERS` is one number or one for each neuron."""


class ConfigError(ValueError):
    """A model file that cannot be meant; the message names the table and the key."""


@dataclass(frozen=True)
class Kind:
    """An object named by its class, with the parameters that follow it.

    Args:
        kind: name of the class, such as "LIF".
        parameters: the other keys of the table, checked when the object is made.
    """

    kind: str
    parameters: Mapping[str, Any]


def from_table(cls: type[T], table: object, where: str) -> T:
    """Make a dataclass from a table of exactly its fields.

    Raises:
        ConfigError: no table, an unknown or a missing key, a value of another type.

    >>> @dataclass(frozen=True)
    ... class Clock:
    ...     duration: float
    ...     seed: int = 1
    >>> from_table(Clock, {"duration": 100}, "simulation")
    Clock(duration=100.0, seed=1)
    >>> from_table(Clock, {"duration": 100, "sede": 3}, "simulation")
    Traceback (most recent call last):
    neurosparse.cli.model_file.strict.ConfigError: simulation.sede: unknown key; did you mean 'seed'?
    """
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: got {describe(table)}, wants a table")
    hints = get_type_hints(cls)
    known: dict[str, Field[Any]] = {field.name: field for field in fields(cast(Any, cls))}
    refuse_unknown(table, known, where)
    missing = [name for name, field in known.items() if name not in table and _required(field)]
    if missing:
        raise ConfigError(
            f"{where}: {missing[0]} is missing; wants {', '.join(map(repr, missing))}"
        )
    values = {key: convert(hints[key], value, f"{where}.{key}") for key, value in table.items()}
    try:
        return cls(**values)
    except ConfigError:
        raise
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def refuse_unknown(table: Mapping[str, object], known: Mapping[str, object], where: str) -> None:
    """Raise ConfigError for the first key of `table` that is not in `known`, suggesting the nearest."""
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            remedy = (
                f"did you mean {near[0]!r}?"
                if near
                else f"known here: {', '.join(known) or 'none'}"
            )
            raise ConfigError(f"{where}.{key}: unknown key; {remedy}")


def convert(wanted: Any, value: object, where: str) -> Any:
    """Check one value against a type hint; whole numbers pass for floats, nothing else is converted.

    >>> convert(float, 3, "x")
    3.0
    >>> convert(int, True, "x")
    Traceback (most recent call last):
    neurosparse.cli.model_file.strict.ConfigError: x: got True, wants a whole number
    """
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return _any_of(arguments, value, where)
    if origin in (tuple, list) and isinstance(value, list):
        made = [convert(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value)]
        return made if origin is list else tuple(made)
    if origin in (dict, Mapping) and isinstance(value, dict):
        return {key: convert(arguments[1], item, f"{where}.{key}") for key, item in value.items()}
    if wanted is Kind:
        return _kind(value, where)
    if is_dataclass(wanted):
        return from_table(cast(type[Any], wanted), value, where)
    if wanted is float and type(value) is int:
        return float(value)
    if wanted is Any or type(value) is wanted:
        return value
    raise ConfigError(f"{where}: got {describe(value)}, wants {_words(wanted)}")


def _any_of(choices: tuple[Any, ...], value: object, where: str) -> Any:
    for choice in choices:
        fits = choice is Kind and isinstance(value, dict)
        fits = fits or (get_origin(choice) is list and isinstance(value, list))
        if fits or type(value) is choice:
            return convert(choice, value, where)
    if float in choices and type(value) is int:
        return float(value)
    names = " or ".join(_words(choice) for choice in choices if choice is not type(None))
    raise ConfigError(f"{where}: got {describe(value)}, wants {names}")


def _kind(value: object, where: str) -> Kind:
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise ConfigError(f'{where}: got {describe(value)}, wants a table with kind = "NAME"')
    return Kind(value["kind"], {key: item for key, item in value.items() if key != "kind"})


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _words(wanted: Any) -> str:
    words = {
        int: "a whole number",
        float: "a number",
        str: "a text",
        bool: "true or false",
        Kind: "a table",
    }
    if wanted in words:
        return words[wanted]
    return "a list" if get_origin(wanted) in (list, tuple) else "a table"
