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
    >>> from_table(Clock, {"duration": 100, "sede": 3}, "clock")
    Traceback (most recent call last):
    neurosparse.network.tables.strict.ConfigError: clock.sede: unknown key; did you mean 'seed'?
    """
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: got {describe(table)}, wants a table")
    hints = get_type_hints(cls)
    known: dict[str, Field[Any]] = {field.name: field for field in fields(cast(Any, cls))}
    refuse_unknown(table, known, where)
    missing = [
        name for name, field in known.items() if name not in table and _required(field)
    ]
    if missing:
        raise ConfigError(
            f"{where}: {missing[0]} is missing; wants {', '.join(map(repr, missing))}"
        )
    values = {
        key: convert(hints[key], value, f"{where}.{key}") for key, value in table.items()
    }
    try:
        return cls(**values)
    except ConfigError:
        raise
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def refuse_unknown(
    table: Mapping[str, object], known: Mapping[str, object], where: str
) -> None:
    """Refuse keys of `table` that are not in `known`.

    Raises:
        ConfigError: the first unknown key, with the nearest suggested.
    """
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            remedy = f"known here: {', '.join(known) or 'none'}"
            if near:
                remedy = f"did you mean {near[0]!r}?"
            raise ConfigError(f"{where}.{key}: unknown key; {remedy}")


def convert(hint: Any, value: object, where: str) -> Any:
    """Check one value against a type hint; of all, only whole numbers are converted, to floats.

    >>> convert(float, 3, "x")
    3.0
    >>> convert(int, True, "x")
    Traceback (most recent call last):
    neurosparse.network.tables.strict.ConfigError: x: got True, wants a whole number
    """
    hint = getattr(hint, "__value__", hint)  # of a name in neurosparse.typing
    origin = get_origin(hint)
    arguments = get_args(hint)
    if origin in (Union, types.UnionType):
        return _any_of(arguments, value, where)
    if origin in (tuple, list) and isinstance(value, list):
        items = [
            convert(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value)
        ]
        return items if origin is list else tuple(items)
    if origin in (dict, Mapping) and isinstance(value, dict):
        return {
            key: convert(arguments[1], item, f"{where}.{key}")
            for key, item in value.items()
        }
    if hint is Kind:
        return _kind(value, where)
    if is_dataclass(hint):
        return from_table(cast(type[Any], hint), value, where)
    if hint is float and type(value) is int:
        return float(value)
    if hint is Any or type(value) is hint:
        return value
    raise ConfigError(f"{where}: got {describe(value)}, wants {_words(hint)}")


def _any_of(choices: tuple[Any, ...], value: object, where: str) -> Any:
    for choice in choices:
        fits = choice is Kind and isinstance(value, dict)
        fits = fits or (get_origin(choice) is list and isinstance(value, list))
        fits = fits or (is_dataclass(choice) and isinstance(value, dict))
        if fits or type(value) is choice:
            return convert(choice, value, where)
    if float in choices and type(value) is int:
        return float(value)
    names = " or ".join(_words(choice) for choice in choices if choice is not type(None))
    raise ConfigError(f"{where}: got {describe(value)}, wants {names}")


def _kind(value: object, where: str) -> Kind:
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        raise ConfigError(
            f'{where}: got {describe(value)}, wants a table with kind = "NAME"'
        )
    return Kind(value["kind"], {key: item for key, item in value.items() if key != "kind"})


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _words(hint: Any) -> str:
    words = {
        int: "a whole number",
        float: "a number",
        str: "a text",
        bool: "true or false",
        Kind: "a table",
    }
    if hint in words:
        return words[hint]
    return "a list" if get_origin(hint) in (list, tuple) else "a table"
