"""The objects a model file can name: which class stands behind `kind = "..."`."""

import inspect
from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import numpy as np

from neurosparse.config.strict import ConfigError, Kind, refuse_unknown

# kind -> module that defines the class; loaded when a file names it
NEURONS = {
    "LIF": "neurosparse.neurons.lif",
    "LIFExp": "neurosparse.neurons.lif",
}
WIRING: dict[str, str] = {}
STIMULI: dict[str, str] = {}
PLASTICITY: dict[str, str] = {}


def make(kind: Kind, known: Mapping[str, str], where: str, **more: Any) -> Any:
    """Make the object that a table names; lists of numbers become arrays.

    Args:
        kind: the table.
        known: kind to module, one of the mappings of this file.
        where: the table's path, for errors.
        more: arguments that stand elsewhere in the file.

    Raises:
        ConfigError: an unknown kind or parameter, with the nearest suggested, or a value the class refuses.

    >>> make(Kind("LIF", {"tau_mem": 10.0}), NEURONS, "population[0].model").tau_mem
    10.0
    >>> make(Kind("LIF", {"tau_men": 10.0}), NEURONS, "population[0].model")
    Traceback (most recent call last):
    neurosparse.config.strict.ConfigError: population[0].model.tau_men: unknown key; did you mean 'tau_mem'?
    """
    if kind.kind not in known:
        near = get_close_matches(kind.kind, known, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"wants one of {', '.join(known)}"
        raise ConfigError(f"{where}.kind: unknown kind {kind.kind!r}; {remedy}")
    cls = getattr(import_module(known[kind.kind]), kind.kind)
    arguments = {name: p for name, p in inspect.signature(cls).parameters.items() if name not in more}
    refuse_unknown(kind.parameters, arguments, where)
    missing = [n for n, p in arguments.items() if p.default is p.empty and n not in kind.parameters]
    if missing:
        raise ConfigError(f"{where}.{missing[0]}: missing; {kind.kind} wants it")
    try:
        return cls(**{name: _array(value) for name, value in kind.parameters.items()}, **more)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _array(value: object) -> object:
    if isinstance(value, list) and value and all(type(item) in (int, float) for item in value):
        return np.array(value, np.float64)
    return value
