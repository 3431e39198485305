"""The objects that tables can name: `kind = "LIF"` is `neurosparse.neurons.LIF`, and so on.

A kind is a name on the face of a room whose class is of the sort that the table wants. Rooms are
loaded when a file names something in them.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import numpy as np

from neurosparse.network.tables.strict import ConfigError, Kind, refuse_unknown


@dataclass(frozen=True)
class Kinds:
    """What one sort of table may name.

    Args:
        faces: modules that have the names, such as "neurosparse.neurons".
        fits: tells whether an object of a face is of this sort.

    >>> "LIF" in NEURONS, "Bernoulli" in NEURONS
    (True, False)
    """

    faces: tuple[str, ...]
    fits: Callable[[Any], bool]

    def find(self, name: str) -> Any:
        """Return what has this name, or None."""
        for face in map(import_module, self.faces):
            if not name.startswith("_") and name in getattr(face, "__all__", dir(face)):
                kind = getattr(face, name)
                if self.fits(kind):
                    return kind
        return None

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    def __iter__(self) -> Iterator[str]:
        for face in map(import_module, self.faces):
            yield from (
                name for name in getattr(face, "__all__", dir(face)) if name in self
            )


def _is_neuron(cls: Any) -> bool:
    # a source, which nothing can reach, has no receptors and nothing to update
    return is_dataclass(cls) and (
        hasattr(cls, "update") or getattr(cls, "receptors", None) == {}
    )


def _is_wiring(rule: Any) -> bool:
    from neurosparse.wiring import WiringRule

    if getattr(rule, "__module__", "") == _CONNECTOMES:
        return True
    return is_dataclass(rule) and hasattr(rule, "build") and rule is not WiringRule


def _is_parameter(cls: Any) -> bool:
    if getattr(cls, "__module__", "").startswith(_NETWORK):
        return hasattr(cls, "value")  # a function that synapses carry
    if getattr(cls, "__module__", "").startswith(_PLASTICITY):
        return isinstance(cls, type) and cls.__name__ == "TripletFit"
    return is_dataclass(cls) and not hasattr(cls, "build")


_CONNECTOMES = "neurosparse.datasets.connectomes"
_WIRING = "neurosparse.wiring"
_NETWORK = "neurosparse.network"
_PLASTICITY = "neurosparse.plasticity"
NEURONS = Kinds(("neurosparse.neurons",), _is_neuron)
WIRING = Kinds((_WIRING, _CONNECTOMES), _is_wiring)
STIMULI = Kinds(
    ("neurosparse.stimuli",),
    lambda cls: "target" in getattr(cls, "__dataclass_fields__", ()),
)
PLASTICITY = Kinds((_PLASTICITY,), lambda cls: is_dataclass(cls) and hasattr(cls, "on_pre"))
SHORT_TERM = Kinds(
    (_PLASTICITY,), lambda cls: is_dataclass(cls) and hasattr(cls, "efficacy")
)
# what may stand for a parameter: weight = { kind = "Normal", mean = 1.0, sd = 0.1 }
PARAMETERS = Kinds((_WIRING, _NETWORK, _PLASTICITY), _is_parameter)
TRANSMITS = Kinds((_NETWORK,), lambda cls: hasattr(cls, "carried"))


def make(kind: Kind, known: Kinds, where: str, **more: Any) -> Any:
    """Make the object that a table names.

    Lists of numbers become arrays, tables with a kind objects.

    Args:
        kind: the table.
        known: what it may name, one of the constants of this file.
        where: the table's path, for errors.
        more: arguments that stand elsewhere in the file.

    Raises:
        ConfigError: an unknown kind or parameter, with the nearest suggested, or a value the class
            refuses.

    >>> make(Kind("LIF", {"tau_mem": 10.0}), NEURONS, "population[0].model").tau_mem
    10.0
    >>> make(Kind("LIF", {"tau_men": 10.0}), NEURONS, "E")
    Traceback (most recent call last):
    neurosparse.network.tables.strict.ConfigError: E.tau_men: unknown key; did you mean 'tau_mem'?
    """
    cls = known.find(kind.kind)
    if cls is None:
        raise _unknown(kind.kind, known, where)
    signature = inspect.signature(cls).parameters
    arguments = {name: p for name, p in signature.items() if name not in more}
    refuse_unknown(kind.parameters, arguments, where)
    for name, parameter in arguments.items():
        if parameter.default is parameter.empty and name not in kind.parameters:
            raise ConfigError(f"{where}.{name}: missing; {kind.kind} wants it")
    try:
        values = {
            name: _parameter(value, f"{where}.{name}")
            for name, value in kind.parameters.items()
        }
        return cls(**values, **more)
    except ConfigError:
        raise
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _unknown(name: str, known: Kinds, where: str) -> ConfigError:
    names = list(known)
    near = get_close_matches(name, names, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else f"wants one of {', '.join(names)}"
    return ConfigError(f"{where}.kind: unknown kind {name!r}; {remedy}")


def _parameter(value: object, where: str) -> object:
    if isinstance(value, dict) and isinstance(value.get("kind"), str):
        rest = {key: item for key, item in value.items() if key != "kind"}
        return make(Kind(value["kind"], rest), PARAMETERS, where)
    if isinstance(value, list):
        return _array(value)
    return value


def _array(values: list[Any]) -> Any:
    """An array of the numbers, or of rows of them that are equally long; else the list."""
    rows = values if values and all(type(row) is list for row in values) else [values]
    items = [item for row in rows for item in row]
    if not items or not all(map(_is_number, items)) or len({len(row) for row in rows}) > 1:
        return values
    whole = all(type(item) is int for item in items)
    return np.array(values, np.int64 if whole else np.float64)


def _is_number(value: object) -> bool:
    return type(value) in (int, float)
