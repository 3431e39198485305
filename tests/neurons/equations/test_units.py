"""Units of equations: products and powers, scales, and what each text is read as."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.neurons.equations.units import (
    COHERENT,
    MILLISECOND,
    ONE,
    describe_unit,
    parse_unit,
)

NAMES = ("mV", "pA", "nS", "pF", "ms", "MOhm", "kHz", "uA", "cm", "V", "s", "1")


def read(text):
    return parse_unit(text, "here")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pA", "nS * mV"),
        ("mV", "GOhm * pA"),
        ("mV", "MOhm*nA"),
        ("ms", "pF/nS"),
        ("mV/ms", "uA/cm^2 / uF * cm^2"),
        ("1/ms", "kHz"),
        ("Hz", "1/s"),
        ("mV^2", "mV*mV"),
        ("nS", "nS**2 / nS"),
        ("1", "mV/mV"),
    ],
)
def test_equal_units(one, other):
    assert read(one) == read(other)


@pytest.mark.parametrize(
    ("one", "other"), [("mV", "V"), ("MOhm * pA", "mV"), ("ms", "mV"), ("nS", "uS")]
)
def test_scales_and_kinds_count(one, other):
    assert read(one) != read(other)


@given(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(-3, 3))
def test_products_are_those_of_texts(one, other, power):
    left = read(one)
    right = read(other)
    assert left * right == right * left == read(f"{one} * {other}")
    assert left / right == read(f"{one} / {other}")
    assert left.raised(Fraction(power)) == read(f"{one}^{power}")
    assert left * right / right == left
    assert read(str(left)) == left if "10^" not in str(left) else True


def test_numbers_stand_for_coherent_units():
    """A voltage by a conductance is a current, without any factor."""
    v, i, g, c = (read(name) for name in ("mV", "pA", "nS", "pF"))
    assert g * v == i
    assert c / g == MILLISECOND
    assert set(COHERENT) == {"ms", "mV", "pA", "nS", "pF"}
    assert describe_unit(ONE) == "no unit"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mv", "mv"),
        ("mV (unless refractory)", "(unless"),
        ("volt", "volt"),
        ("mV^x", "mV^x"),
    ],
)
def test_other_words_are_refused(text, name):
    words = "units of ms, mV, pA, nS, MOhm, pF, Hz, cm and the like, or 1"
    with pytest.raises(ValueError, match=re.escape(f"here: got {name!r}, wants {words}; ")):
        read(text)
