"""Which variables are linear, in what order they reach each other, and the method of the rest."""

import re

import pytest
import sympy as sp

from neurosparse.neurons.equations.structure import (
    levels,
    linear_part,
    method_of,
    relaxation,
)
from tests.neurons.equations.test_reading import LEAK, read

CASCADE = """
dv/dt = (v_rest - v + r_mem * (i + i_ext)) / tau_mem : mV
di/dt = (rise - i) / tau_mem : pA
drise/dt = -rise / tau_mem : pA
"""


def test_a_linear_system_is_read_off():
    model = read(CASCADE)
    linear = linear_part(model)
    tau, r, rest = sp.symbols("tau_mem r_mem v_rest", real=True)
    assert linear.rates["v"] == {"v": -1 / tau, "i": r / tau}
    assert linear.push == {"v": rest / tau}
    assert linear.gain == {"v": r / tau}
    assert linear.reach("v") == {"v", "i", "rise"}
    assert linear.is_simple("rise")
    assert not linear.is_simple("i")
    assert linear.is_direct("i")
    assert not linear.is_direct("v")
    assert linear.paths("v") == [("v", "i"), ("v", "i", "rise")]
    assert method_of(model, linear) == "exponential_euler"


def test_what_stands_still_has_no_rates():
    still = linear_part(read(CASCADE)).frozen(("v", "i"))
    assert still.rates["v"] == still.rates["i"] == {}
    assert still.push == still.gain == {}
    assert list(still.rates["rise"]) == ["rise"]


@pytest.mark.parametrize(
    "line",
    [
        "drise/dt = (v - rise) / tau_mem",
        "drise/dt = (1 - rise) / tau_mem",
        "drise/dt = (i_ext - rise) / tau_mem",
        "drise/dt = 0 * i",
    ],
)
def test_circles_and_constant_feeds_have_no_paths(line):
    equations = re.sub("drise.*", line, CASCADE).replace(": pA", "").replace(": mV", "")
    assert linear_part(read(equations)).paths("v") is None


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("du/dt = -u / tau_mem", {"v", "u"}),
        ("du/dt = (v - u) / tau_mem", {"v", "u"}),
        ("du/dt = -u**2 / tau_mem", {"v"}),
        ("du/dt = -abs(u) / tau_mem", {"v"}),
        ("du/dt = (exp(v / mV) - u) / tau_mem", {"v"}),
        ("du/dt = -u * i_ext / tau_mem", {"v"}),
        ("du/dt = (1 if v > 0 else 0) - u", {"v"}),
        ("du/dt = (2 * u + 3)**2 - 4 * u**2", {"v", "u"}),
        ("du/dt = (u if tau_mem > 3 else v)", {"v", "u"}),
    ],
)
def test_the_largest_linear_part_is_taken(line, kept):
    assert set(linear_part(read(f"{LEAK}\n{line}")).rates) == kept


def test_what_feeds_on_bent_variables_is_bent():
    equations = LEAK + "\ndu/dt = -u**2\ndw/dt = u - w\ndx/dt = w - x"
    assert set(linear_part(read(equations)).rates) == {"v"}


def test_how_fast_a_variable_relaxes():
    model = read(LEAK + "\ndu/dt = v * (1 - u)\ndw/dt = -w**2")
    assert relaxation(model, "u") == -model.states["v"]
    assert relaxation(model, "w") is None


@pytest.mark.parametrize(
    ("line", "method", "words"),
    [
        ("du/dt = -u", "rk45", "method: got 'rk45', wants one of exact, exponential_euler"),
        (
            "du/dt = -u**2",
            "",
            "method (equations, line 2): got '' for du/dt, which is not linear in u,"
            ' wants one of "euler", "midpoint", "rk4"; and a small dt',
        ),
        ("du/dt = -u**2", "exponential_euler", "got 'exponential_euler' for du/dt, which"),
        (
            "du/dt = -u * v",
            "exact",
            "method (equations, line 2): got 'exact' for du/dt, which has no exact step,"
            " wants equations that are all linear; name one of exponential_euler, euler",
        ),
    ],
)
def test_a_method_that_cannot_be_is_refused(line, method, words):
    model = read(f"{LEAK}\n{line}", method=method)
    with pytest.raises(ValueError, match=re.escape(words)):
        method_of(model, linear_part(model))


@pytest.mark.parametrize("method", ["", "exact", "exponential_euler", "euler", "rk4"])
def test_linear_equations_need_no_method(method):
    model = read(method=method)
    expected = method if method in ("euler", "rk4") else "exponential_euler"
    assert method_of(model, linear_part(model)) == expected


def test_levels_of_a_condition():
    v, level = sp.symbols("v level")
    assert levels(v > level) == levels(level < v) == [(v, level)]
    assert levels(v + 1 > level) == levels(sp.And(v > 1, level > 2)) == []
    assert levels(v >= level) == levels(sp.false) == []
