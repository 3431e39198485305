"""Checks of single arguments: a kind that cannot be meant is a TypeError, a range a ValueError."""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from neurosparse import checks

NUMBERS = (
    "positive",
    "not_negative",
    "finite",
    "no_nan",
    "probability",
    "density",
    "share",
)


@pytest.mark.parametrize("name", [*NUMBERS, "whole_number"])
@pytest.mark.parametrize("value", [True, np.True_, "3", None, [1.0]])
def test_what_is_no_number_is_a_type_error(name, value):
    with pytest.raises(TypeError, match=r"x: got "):
        getattr(checks, name)("x", value)


@pytest.mark.parametrize("name", [*NUMBERS, "whole_number"])
def test_nan_is_in_no_range(name):
    with pytest.raises(ValueError, match="x: got nan"):
        getattr(checks, name)("x", math.nan)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("positive", [0.1, 7], [0, -1, math.inf]),
        ("not_negative", [0, 2.5], [-0.1, math.inf]),
        ("finite", [-7, 0, 1e30], [math.inf, -math.inf]),
        ("no_nan", [-7, 1e30, math.inf, -math.inf], [math.nan]),
        ("probability", [0, 0.5, 1], [-0.1, 1.1]),
        ("density", [1e-9, 1], [0, 1.1]),
        ("share", [0.5], [0, 1, 1.1]),
    ],
)
def test_ranges(name, good, bad):
    check = getattr(checks, name)
    for value in good:
        assert check("x", value) == value
        assert type(check("x", np.float32(value))) is float
    for value in bad:
        with pytest.raises(ValueError, match="x: got"):
            check("x", value)


def test_whole_numbers():
    assert checks.whole_number("n", np.int8(3), 3, 3) == 3
    assert type(checks.whole_number("n", np.int64(3))) is int
    for value in (2, 5, 3.0, np.float64(3)):
        with pytest.raises(
            ValueError, match=r"n: got .*, wants a whole number, from 3 to 4"
        ):
            checks.whole_number("n", value, 3, 4)


@dataclass(frozen=True)
class Kept:
    """A value with a choice, a text and an array."""

    array: object = None
    choice: bool = True


def test_a_choice_is_true_or_false_and_a_text_is_a_text():
    kept = Kept([[1, 2], [3]], np.False_)
    checks.keep_fields(kept)
    assert kept == Kept(((1, 2), (3,)), False)
    for wrong in (1, 0, "no", None, np.ones(2)):
        with pytest.raises(TypeError, match=r"Kept.choice: got .*, wants True or False"):
            checks.keep_fields(Kept(choice=wrong))
    assert checks.text("x", "E", "a name") == "E"
    for wrong in (1, None, b"E", ["E"]):
        with pytest.raises(TypeError, match="x: got .*, wants a name"):
            checks.text("x", wrong, "a name")
