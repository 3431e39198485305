"""Expressions: what is accepted, what it means to sympy, and its unit."""

import re

import pytest
import sympy as sp

from neurosparse.neurons.equations.expressions import (
    NUMBER,
    Scope,
    is_condition,
    names_in,
    parse,
    to_sympy,
    unit_of,
)
from neurosparse.neurons.equations.units import ONE, parse_unit

UNITS = {"v": "mV", "tau": "ms", "i": "pA", "r": "GOhm", "x": "1"}
SCOPE = Scope(
    {name: sp.Symbol(name, real=True) for name in (*UNITS, "free")},
    {name: parse_unit(unit, name) for name, unit in UNITS.items()},
)


def unit(text):
    return unit_of(parse(text, "here"), SCOPE, "here")


@pytest.mark.parametrize(
    "text",
    [
        *("v.real", "__import__('os')", "foo(v)", "v[0]", "lambda: 1", "[v]", "'v'", "1j"),
        *(
            "exp()",
            "exp(x=1)",
            "v := 1",
            "v == 1",
            "v @ 1",
            "v // 2",
            "v % 2",
            "~v",
            "None",
        ),
        *("exp(*v)", "(yield)", "f'{v}'", "{v}", "v if v else [v]"),
    ],
)
def test_other_constructs_are_refused(text):
    with pytest.raises(ValueError, match=r"^here: got .*, wants "):
        parse(text, "here")


def test_a_power_is_not_written_with_a_hat():
    with pytest.raises(ValueError, match=r"here: got '\^'.*write \*\* for a power"):
        parse("v^2", "here")


@pytest.mark.parametrize("text", ["1 if v else 0", "v > 1 and x", "not x", "x or v > 1"])
def test_a_number_is_no_condition(text):
    with pytest.raises(ValueError, match="here: got '[vx]', wants a condition, as v > 0"):
        parse(text, "here")


@pytest.mark.parametrize("text", ["v * (v > 1)", "-(v > 1)", "exp(v > 1)", "(v > 1) < x"])
def test_a_condition_is_no_number(text):
    with pytest.raises(ValueError, match=r"here: got 'v > 1'.*write \(1 if v > 1 else 0\)"):
        parse(text, "here")


@pytest.mark.parametrize("text", ["", "v +", "(v", "v)", "v v", "a = 1", "\0", "(" * 500])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(ValueError, match=r"^here: got .*, wants an expression"):
        parse(text, "here")


def test_unknown_names_are_refused_with_those_near():
    with pytest.raises(ValueError, match="here: got 'taux', wants one of free, i, r, tau"):
        to_sympy(parse("v / taux", "here"), SCOPE, "here")


@pytest.mark.parametrize("name", ["t", "xi"])
def test_time_and_noise_are_refused_with_what_there_is(name):
    with pytest.raises(
        ValueError, match=f"got '{name}', wants .*StepCurrent.*xi to equations alone"
    ):
        to_sympy(parse(f"v + {name}", "here"), SCOPE, "here")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v", "mV"),
        ("v + 3", "mV"),
        ("-v * 2", "mV"),
        ("r * i", "mV"),
        ("v / tau", "mV/ms"),
        ("v**2 / v", "mV"),
        ("sqrt(v * v)", "mV"),
        ("max(v, -3, r * i)", "mV"),
        ("v if v > 0 else 2*mV", "mV"),
        ("exp(v / mV) * v", "mV"),
        ("v > 2", NUMBER),
        ("2 + 3", NUMBER),
        ("exp(x)", "1"),
        ("v * free", None),
        ("free + v", "mV"),
    ],
)
def test_units_follow(text, expected):
    known = expected in (None, NUMBER)
    assert unit(text) == (expected if known else parse_unit(expected, "there"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("v + tau", "got tau in ms, wants mV, as v has"),
        ("v > i", "got i in pA, wants mV, as v has"),
        ("max(v, tau)", "got tau in ms, wants mV"),
        ("v if x > 1 else i", "got i in pA, wants mV"),
        ("v + i * r * 1000 * tau", "wants mV, as v has; units of a sum have to be equal"),
        ("exp(v)", "got exp of v in mV, wants exp of a number without unit; divide by a"),
        ("exp(x, x)", "got exp of 2 values, wants exp of one"),
    ],
)
def test_units_that_do_not_fit_are_refused(text, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        unit(text)


def test_what_it_reads_and_whether_it_is_a_condition():
    assert names_in(parse("v > tau and not x < 3", "")) == {"v", "tau", "x"}
    assert is_condition(parse("not v > 3", ""))
    assert is_condition(parse("False", ""))
    assert not is_condition(parse("1", ""))
    assert unit("sqrt(x)") == ONE
