"""Checks of single arguments: each hands the value back in one type, or says what is wrong.

A kind that cannot be meant (a string, a bool for a number) is a TypeError; a value out of range is
a ValueError.
"""

import math
import mmap
from dataclasses import Field, fields
from functools import cache
from typing import Any

import numpy as np

from neurosparse.errors import bad_argument, bad_type
from neurosparse.quantities import refuse_units
from neurosparse.typing import Array

memoised: Any = cache  # its own types deny that classes can be hashed
# what neither carries a unit nor belongs to someone else
PLAIN = frozenset((float, int, str, type(None)))


def _number(name: str, value: Any, expected: str) -> float:
    """Refuse what is no number, or NaN."""
    refuse_units(name, value)
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise bad_type(name, value, expected)
    if math.isnan(value):
        raise bad_argument(name, value, expected)
    return float(value)


def whole_number(name: str, value: Any, least: int = 0, most: int | None = None) -> int:
    """Return a whole number from `least` to `most`.

    Raises:
        TypeError: a bool, or no number.
        ValueError: a fraction, or a number out of range.

    >>> whole_number("k", np.int32(3), 1)
    3
    >>> whole_number("k", 0, 1)
    Traceback (most recent call last):
    ValueError: k: got 0, wants a whole number, 1 or more
    """
    span = f"{least} or more" if most is None else f"from {least} to {most}"
    expected = f"a whole number, {span}"
    refuse_units(name, value)
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise bad_type(name, value, expected)
    if not isinstance(value, int | np.integer) or value < least:
        raise bad_argument(name, value, expected)
    if most is not None and value > most:
        raise bad_argument(name, value, expected)
    return int(value)


def keep_counts(value: Any, least: int, *names: str) -> None:
    """Let a frozen dataclass keep whole numbers as Python's: small ones of NumPy overflow.

    Raises:
        TypeError: a bool, or no number.
        ValueError: a fraction, or a number below `least`.
    """
    for name in names:
        object.__setattr__(value, name, whole_number(name, getattr(value, name), least))


def truth(name: str, value: Any) -> bool:
    """Return True or False; 0, 1 and text are neither.

    >>> truth("wrap", np.bool_(True))
    True
    """
    if not isinstance(value, bool | np.bool_):
        raise bad_type(name, value, "True or False")
    return bool(value)


def keep_numbers(value: Any, *others: str) -> None:
    """Check the numbers of a frozen dataclass by their annotations.

    What is called int is whole, 0 or more, and kept as Python's; what is called float is finite;
    what is called bool is True or False. Fields named in `others` are left alone.

    Raises:
        TypeError: no number, or no truth value.
        ValueError: NaN, infinity, a fraction where a count is meant, or a negative count.
    """
    for field in fields(value):
        kind = getattr(field.type, "__name__", field.type)
        before = getattr(value, field.name)
        if kind not in ("int", "float", "bool") or field.name in others:
            continue
        check: Any = {"int": whole_number, "float": finite, "bool": truth}[kind]
        number = check(field.name, before)
        # a float stays of its type: single precision is coarser where it meets a grid
        object.__setattr__(value, field.name, before if kind == "float" else number)


def positive(name: str, value: Any, unit: str = "") -> float:
    """Return a finite number above 0.

    >>> positive("tau_mem", 20, "ms")
    20.0
    >>> positive("tau_mem", 0, "ms")
    Traceback (most recent call last):
    ValueError: tau_mem: got 0, wants a number above 0 in ms
    """
    expected = "a number above 0" + (f" in {unit}" if unit else "")
    number = _number(name, value, expected)
    if not 0 < number < math.inf:
        raise bad_argument(name, value, expected)
    return number


def not_negative(name: str, value: Any, unit: str = "") -> float:
    """Return a finite number, 0 or more.

    >>> not_negative("delay", 1.5, "ms")
    1.5
    """
    expected = "a number, 0 or more" + (f", in {unit}" if unit else "")
    number = _number(name, value, expected)
    if not 0 <= number < math.inf:
        raise bad_argument(name, value, expected)
    return number


def finite(name: str, value: Any) -> float:
    """Return a number that is neither infinite nor NaN.

    >>> finite("v_rest", -65)
    -65.0
    """
    number = _number(name, value, "a finite number")
    if not math.isfinite(number):
        raise bad_argument(name, value, "a finite number")
    return number


def probability(name: str, value: Any) -> float:
    """Return a number from 0 to 1.

    >>> probability("p", 2)
    Traceback (most recent call last):
    ValueError: p: got 2, wants a probability from 0 to 1
    """
    expected = "a probability from 0 to 1"
    number = _number(name, value, expected)
    if not 0 <= number <= 1:
        raise bad_argument(name, value, expected)
    return number


def density(name: str, value: Any) -> float:
    """Return the share of places that hold a synapse: above 0, at most 1.

    >>> density("density", 0.1)
    0.1
    >>> density("density", 0)
    Traceback (most recent call last):
    ValueError: density: got 0, wants a share in (0, 1]; density is 1 - sparsity
    """
    number = _number(name, value, "a share in (0, 1]")
    if not 0 < number <= 1:
        raise bad_argument(name, value, "a share in (0, 1]", "density is 1 - sparsity")
    return number


def no_nan(name: str, value: Any) -> float:
    """Return a number, which may be infinite.

    >>> no_nan("stop", math.inf)
    inf
    """
    return _number(name, value, "a number")


def text(name: str, value: Any, expected: str, remedy: str = "") -> str:
    """Return a text.

    >>> text("Rates.population", 3, "the name of a population")
    Traceback (most recent call last):
    TypeError: Rates.population: got 3, wants the name of a population
    """
    if not isinstance(value, str):
        raise bad_type(name, value, expected, remedy)
    return value


def generator(rng: Any, name: str = "rng") -> np.random.Generator:
    """Return the generator that a seed stands for, or the one that was handed in.

    >>> generator("abc")
    Traceback (most recent call last):
    TypeError: rng: got 'abc', wants None, a whole number of 0 or more, or a numpy Generator
    """
    expected = "None, a whole number of 0 or more, or a numpy Generator"
    if isinstance(rng, bool):
        raise bad_type(name, rng, expected)
    try:
        return np.random.default_rng(rng)
    except TypeError:
        raise bad_type(name, rng, expected) from None
    except ValueError:
        raise bad_argument(name, rng, expected) from None


def share(name: str, value: Any) -> float:
    """Return a number above 0 and below 1.

    >>> share("p", 0.25)
    0.25
    """
    expected = "a number above 0 and below 1"
    number = _number(name, value, expected)
    if not 0 < number < 1:
        raise bad_argument(name, value, expected)
    return number


def fraction(name: str, value: Any) -> float:
    """Return a part of a whole, both ends included.

    >>> fraction("active_share", 0.02)
    0.02
    >>> fraction("active_share", 1.5)
    Traceback (most recent call last):
    ValueError: active_share: got 1.5, wants a number from 0 to 1
    """
    expected = "a number from 0 to 1"
    number = _number(name, value, expected)
    if not 0 <= number <= 1:
        raise bad_argument(name, value, expected)
    return number


def function_like(name: str, value: Any, expected: str, remedy: str = "") -> None:
    """Refuse what cannot be called, and a class in the place of an object of it.

    >>> function_like("score", int, "a score, as Magnitude()")
    Traceback (most recent call last):
    TypeError: score: got <class 'int'>, wants a score, as Magnitude(); write int(...)
    """
    if isinstance(value, type):
        raise bad_type(name, value, expected, f"write {value.__name__}(...)")
    if not callable(value):
        raise bad_type(name, value, expected, remedy)


def unchangeable(array: Array) -> Array:
    """Return an array of these values that nobody can write to.

    One that is read-only down to the memory it lies in is shared; any other is copied and frozen.

    >>> mine = np.arange(3.0)
    >>> kept = unchangeable(mine)
    >>> mine[0] = 7.0
    >>> kept.tolist(), unchangeable(kept) is kept
    ([0.0, 1.0, 2.0], True)
    """
    owner: Any = array
    while isinstance(owner, np.ndarray) and not owner.flags.writeable:
        owner = owner.base
    if owner is None or isinstance(owner, bytes | mmap.mmap):
        return array
    copy = np.array(array)  # a plain array, in the order in memory of the other
    copy.setflags(write=False)
    return copy


@memoised
def fields_of(kind: Any) -> "tuple[Field[Any], ...]":
    """The fields of a dataclass, looked for once.

    >>> from neurosparse.neurons import PoissonSource
    >>> [field.name for field in fields_of(PoissonSource)]
    ['rate', 'bin', 'start', 'stop']
    """
    return fields(kind)


def keep_fields(value: Any, *others: str) -> None:
    """Let a frozen dataclass keep what it was given, whatever the caller does with it later.

    Arrays are kept as `unchangeable`, lists as tuples; quantities with units are refused, and what
    is not True or False where the default is. Fields named in `others` are left alone.
    """
    kind = type(value).__name__
    for field in fields_of(type(value)):
        if field.name in others:
            continue
        before = getattr(value, field.name)
        choice = field.default is True or field.default is False
        if type(before) in PLAIN and not choice:
            continue
        refuse_units(f"{kind}.{field.name}", before)
        if choice:
            truth(f"{kind}.{field.name}", before)
        after = kept(before)
        if after is not before:
            object.__setattr__(value, field.name, after)


class ReadOnly(dict[str, Any]):
    """A dict that keeps what it was made of.

    >>> ReadOnly(v=-60.0)["v"]
    -60.0
    """

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError(
            "this dict is to be read only: what is in it was checked when it was made"
        )

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __reduce__(self) -> Any:
        return ReadOnly, (dict(self),)


def kept(value: Any) -> Any:
    """What later changes of the caller do not reach; other things than arrays and lists as is."""
    if isinstance(value, np.ndarray):
        return unchangeable(value)
    if isinstance(value, list):
        return tuple(kept(item) for item in value)
    module = type(value).__module__.partition(".")[0]
    if module in ("torch", "pandas", "jax", "xarray") and hasattr(value, "__array__"):
        # what wants a gradient is refused where it is read, with its own words
        return (
            value
            if getattr(value, "requires_grad", False)
            else unchangeable(np.asarray(value).copy())
        )
    return value
