"""Quantities that carry a unit: numbers here have none, so each is refused with what to write."""

from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_type
from neurosparse.typing import Float64

# unit of a parameter -> how its name begins, and what one of it is in SI
_UNITS = {
    "ms": (
        ("tau", "t_ref", "delay", "start", "stop", "bin", "dt", "times", "every"),
        "0.001 s",
    ),
    "mV": (("v_", "e_", "delta_t"), "0.001 V"),
    "Hz": (("rate", "frequency"), "1 / s"),
    "nS": (("g_",), "1e-9 S"),
    "pF": (("c_mem",), "1e-12 F"),
}
_REMEDIES = {
    "brian2": "Brian2 keeps SI numbers: write {name} / brian2.{unit}",
    "pint": "write {name}.to('{unit}').magnitude",
    "astropy": "write {name}.to_value('{unit}')",
    "quantities": "write {name}.rescale('{unit}').magnitude",
    "unyt": "write {name}.to_value('{unit}')",
}


def unit_of(name: str) -> str:
    """The unit that numbers of a parameter are in, or nothing where its name does not tell.

    >>> unit_of("tau_mem"), unit_of("v_rest"), unit_of("weight"), unit_of("delay_steps")
    ('ms', 'mV', '', '')
    """
    if name == "delay_steps":
        return ""
    fits = (unit for unit, (begins, _) in _UNITS.items() if name.startswith(begins))
    return next(fits, "")


def refuse_units(name: str, value: Any) -> None:
    """Refuse a quantity that carries a unit, alone or in a list: numbers here carry none.

    Raises:
        TypeError: says how to make a number of it.

    >>> refuse_units("tau_mem", [20.0, 30.0])
    """
    if isinstance(value, list | tuple):
        # a list of numbers has few types, so one look at each will do, but for lists in it
        kinds = {type(item): item for item in value}
        inner = [item for item in value if isinstance(item, list | tuple)]
        for item in [*kinds.values(), *inner]:
            refuse_units(name, item)
    elif type(value) is np.ndarray and value.dtype == object:
        refuse_units(name, value.ravel().tolist())
    elif not isinstance(value, int | float | str) and _has_unit(value):
        raise _with_unit(name, value)


def real_numbers(name: str, value: Any, expected: str) -> Float64:
    """Return an array of real numbers; shapes and ranges are the caller's.

    Raises:
        TypeError: words, complex numbers, quantities with a unit, rows of different lengths.

    >>> real_numbers("x", [1, 2], "numbers [n]").tolist()
    [1.0, 2.0]
    >>> real_numbers("x", "a", "numbers [n]")
    Traceback (most recent call last):
    TypeError: x: got 'a', wants numbers [n]
    """
    refuse_units(name, value)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        raise bad_type(name, value, expected) from None
    if array.dtype.kind not in "biuf":
        raise bad_type(name, value, expected)
    return array.astype(np.float64, copy=False)


def _with_unit(name: str, value: Any) -> TypeError:
    """The error that says in which unit the number is to be, and how to get it."""
    last = name.rpartition(".")[2]
    unit = unit_of(last)
    package = _package(value)
    received = Said(f"{value!r}"[:80] + f", a quantity of {package or 'another package'}")
    if not unit:
        remedy = "divide it by the unit of this argument (times are in ms, voltages in mV)"
        return bad_type(name, received, "a number without a unit", remedy)
    remedy = _REMEDIES.get(package, "divide {name} by {unit}").format(name=last, unit=unit)
    remedy += f" (1 {unit} = {_UNITS[unit][1]})"
    return bad_type(name, received, f"a number without a unit, in {unit}", remedy)


def _package(value: Any) -> str:
    """The package of units that a quantity comes from, or nothing."""
    roots = (kind.__module__.partition(".")[0] for kind in type(value).__mro__)
    return next((root for root in roots if root in _REMEDIES), "")


def _has_unit(value: Any) -> bool:
    """Whether a thing carries a unit: an attribute that says so, in the words of any package."""
    if type(value).__module__.partition(".")[0] in ("numpy", "pandas", "torch", "xarray"):
        return False  # a column may be called so, and a tensor has a method dim()
    for word in ("dim", "units", "unit", "dimensionality"):
        unit = getattr(value, word, None)
        if unit is not None and not callable(unit) and not isinstance(unit, int | float):
            # Brian2 and pint divide to quantities that are plain numbers again
            plain = getattr(
                unit, "is_dimensionless", getattr(value, "dimensionless", False)
            )
            return not plain and "dimensionless" not in str(unit)
    return False
