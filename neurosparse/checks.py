"""Checks of single arguments: each hands the value back in one type, or says what is wrong.

A kind that cannot be meant (a string, a bool for a number) is a TypeError; a value out of range is
a ValueError.
"""

import math
from typing import Any

import numpy as np

from neurosparse.errors import bad_argument, bad_type


def _number(name: str, value: Any, expected: str) -> float:
    """Refuse what is no number, or NaN."""
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
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise bad_type(name, value, expected)
    if not isinstance(value, int | np.integer) or value < least:
        raise bad_argument(name, value, expected)
    if most is not None and value > most:
        raise bad_argument(name, value, expected)
    return int(value)


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
