"""Whether a class keeps the contract of `NeuronModel`, said before anything is compiled."""

import inspect
from collections.abc import Mapping
from typing import Any

from neurosparse.errors import Said, bad_argument, bad_type, unknown_name

PARTS = ("State", "Coefficients", "receptors", "t_ref", "coefficients", "initial")
FUNCTIONS = {"update": ("s", "p", "since"), "reset": ("s", "p")}


def check_contract(where: str, model: Any) -> None:
    """Refuse a model that lacks a part, names what is not there, or has other arguments.

    Raises:
        TypeError: all that lacks, by name; a function with other arguments.
        ValueError: a receptor or drive that names no field.

    >>> from neurosparse.neurons import LIF
    >>> check_contract("model", LIF())
    """
    kind = type(model)
    check_parts(where, model, PARTS, FUNCTIONS, "a neuron model, as LIF()")
    for part in ("State", "Coefficients"):
        if not hasattr(getattr(kind, part), "_fields"):
            name = f"{kind.__name__}.{part}"
            raise bad_type(name, getattr(kind, part), "a NamedTuple class of numbers")
    if not isinstance(model.receptors, Mapping):
        expected = "a dict from receptors to fields of State"
        raise bad_type(f"{kind.__name__}.receptors", model.receptors, expected)
    for receptor, field in model.receptors.items():
        if field not in kind.State._fields:
            name = f"{kind.__name__}.receptors[{receptor!r}]"
            raise unknown_name(name, field, kind.State._fields)
    for receptor in getattr(model, "conductances", ()):
        if receptor not in model.receptors:
            raise unknown_name(f"{kind.__name__}.conductances", receptor, model.receptors)
    for field in getattr(model, "noise", ()):
        if field not in kind.State._fields:
            raise unknown_name(f"{kind.__name__}.noise", field, kind.State._fields)
    for receptor in getattr(model, "summed", ()):
        if receptor not in model.receptors:
            raise unknown_name(f"{kind.__name__}.summed", receptor, model.receptors)
    if hasattr(model, "drive"):
        _check_drive(kind.__name__, model)


def check_parts(
    where: str,
    thing: Any,
    parts: tuple[str, ...],
    functions: Mapping[str, tuple[str, ...]],
    expected: str,
) -> None:
    """Refuse a thing that lacks parts or functions, or whose functions take other arguments."""
    kind = type(thing)
    lacking = [part for part in (*parts, *functions) if not hasattr(thing, part)]
    if lacking:
        received = Said(f"{kind.__name__}, which lacks {', '.join(lacking)}")
        raise bad_type(where, received, expected)
    for verb, arguments in functions.items():
        # the class's own, as it is compiled: without an object before the arguments
        function = getattr(kind, verb, None)
        name = f"{kind.__name__}.{verb}"
        expected = f"a function of ({', '.join(arguments)})"
        remedy = f"write @staticmethod above def {verb}({', '.join(arguments)})"
        if not callable(function):
            raise bad_type(name, function, expected, remedy)
        try:
            signature = inspect.signature(function)
        except ValueError:
            continue  # of compiled code nothing is known
        try:
            signature.bind(*arguments)
        except TypeError:
            raise bad_type(name, Said(f"one of {signature}"), expected, remedy) from None


def _check_drive(kind: str, model: Any) -> None:
    drive = model.drive
    if not isinstance(drive, tuple | list) or len(drive) != 2:
        expected = '("coefficient", "parameter") or ("coefficient", "")'
        raise bad_argument(f"{kind}.drive", drive, expected)
    field, gain = drive
    if field not in model.Coefficients._fields:
        raise unknown_name(f"{kind}.drive", field, model.Coefficients._fields)
    if gain and not hasattr(model, gain):
        raise bad_argument(f"{kind}.drive", gain, 'the name of a parameter, or "" for 1')
