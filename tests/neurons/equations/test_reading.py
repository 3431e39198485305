"""Texts of a model: each line is checked, and an error names the line."""

import re

import pytest
import sympy as sp

from neurosparse.neurons import from_equations
from neurosparse.neurons.equations.reading import (
    Recipe,
    describe_model,
    logical_lines,
    read_parameter,
)
from tests.neurons.equations.written import MEMBRANE

LEAK = "dv/dt = (v_rest - v) / tau_mem : mV"


def recipe(equations=LEAK, **options):
    defaults = {
        "name": "Model",
        "threshold": "v > v_threshold",
        "reset": "v = v_reset",
        "receptors": (("delta", "v"),),
        "parameters": tuple(read_parameter(*item) for item in MEMBRANE.items()),
        "initial": (),
        "method": "",
        "rests": None,
        "drive": "",
    }
    return Recipe(equations=equations, **(defaults | options))


def read(equations=LEAK, **options):
    return describe_model(recipe(equations, **options))


def test_lines_go_on_over_brackets_and_end_at_a_comment():
    text = "# a leak\ndv/dt = (v_rest  # towards rest\n  - v) / tau_mem : mV\n\nx = 2 * v\n"
    lines = list(logical_lines(text))
    assert lines == [(2, "dv/dt = (v_rest - v) / tau_mem : mV"), (5, "x = 2 * v")]
    model = read(text)
    v, rest, tau = sp.symbols("v v_rest tau_mem", real=True)
    assert sp.simplify(model.slopes["v"] - (rest - v) / tau) == 0
    assert model.lines == {"v": "equations, line 2"}


def test_named_values_may_come_in_any_order():
    model = read("dv/dt = (a - v) / tau_mem : mV\na = 2 * b\nb = v_rest / 2 : mV")
    assert model.slopes == read().slopes


def test_a_reset_is_read_line_after_line():
    equations = LEAK + "\ndw/dt = -w / tau_mem"
    model = read(equations, reset="w += 1; v = v_reset\nv += w\nw *= 2")
    w, reset = sp.symbols("w v_reset", real=True)
    assert model.settles == {"v": reset + w + 1, "w": 2 * (w + 1)}
    assert model.rests == ("v",)
    assert read(equations, reset="w += 1; v = v_reset", rests=("w",)).rests == ("w",)


def test_the_drive_is_i_ext_or_the_one_named():
    assert read().drive == "i_ext"
    assert read(drive="v_rest").drive == "v_rest"
    assert read(parameters=recipe().parameters[:4]).drive == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"equations": ""}, "equations: got '', wants at least one line dx/dt = ..."),
        ({"equations": "v' = 3"}, 'equations, line 1: got "v\' = 3", wants dx/dt = ...'),
        ({"equations": LEAK + "\nx = "}, "equations, line 2: got '', wants an expression"),
        ({"equations": LEAK + "\n\nx = v + u"}, "equations, line 3: got 'u', wants one of"),
        ({"equations": LEAK + "\nx = v > 3"}, "line 2: got 'v > 3', wants a number, not a"),
        ({"equations": LEAK + "\ndv/dt = v"}, "line 2: got v once more, wants one meaning"),
        ({"equations": LEAK + "\nx = 1\nx = 2"}, "line 3: got x once more, wants one"),
        ({"equations": LEAK + "\nr_mem = 1"}, "line 2: got r_mem once more, wants one"),
        ({"equations": LEAK + "\nexp = 1"}, "line 2: got 'exp', wants a name of letters"),
        ({"equations": LEAK + "\n_x = 1"}, "line 2: got '_x', wants a name of letters"),
        ({"equations": LEAK + "\na = b\nb = a"}, "line 2: got a by b, which in turn needs"),
        ({"equations": LEAK + "\na = a + 1"}, "line 2: got a by a, which in turn needs it"),
        (
            {"equations": "dv/dt = v / v_rest : mV"},
            "got dv/dt = v / v_rest in no unit, wan",
        ),
        (
            {"equations": "dv/dt = r_mem * i_ext : mV"},
            "got dv/dt = r_mem * i_ext in mV, wants mV/ms; mend the units",
        ),
        (
            {
                "equations": "dv/dt = v / tau_mem + 1000 * v / s : mV",
                "parameters": (("tau_mem", 1.0, "ms"), ("s", 1.0, "s")),
            },
            "got 1000 * v / s in 10^-3 V s^-1, wants mV/ms",
        ),
        (
            {"equations": LEAK + "\nx = v : V"},
            "line 2: got x = v in mV, wants V; a factor of 10^-3 lies between them",
        ),
        (
            {"equations": "dv/dt = v / 0"},
            "line 1: got 'v / 0', wants real and finite values",
        ),
        ({"equations": "dv/dt = v * sqrt(-1)"}, "wants real and finite values"),
        ({"equations": "dv/dt = v + log(0)"}, "wants real and finite values"),
        ({"equations": "dv/dt = v * 9**9**9**9"}, "wants real and finite values"),
        ({"equations": "dv/dt = v / (tau_mem - tau_mem)"}, "wants real and finite values"),
        ({"threshold": "v > 1 / 0"}, "threshold: got '1 / 0', wants real and finite"),
        ({"threshold": " "}, 'write threshold="False" for a neuron that never fires'),
        ({"threshold": "v"}, "threshold: got 'v', wants a condition, as v > v_threshold"),
        ({"threshold": "v > u"}, "threshold: got 'u', wants one of i_ext, r_mem, t_ref"),
        ({"threshold": "v > tau_mem"}, "threshold: got tau_mem in ms, wants mV, as v has"),
        ({"reset": "v == 3"}, "reset, line 1: got 'v == 3', wants assignments, as v ="),
        ({"reset": "v = v_reset; u = 3"}, "reset, line 2: got 'u', wants one of v"),
        ({"reset": "v = tau_mem"}, "reset, line 1: got v = tau_mem in ms, wants mV"),
        ({"reset": "v = v > 3"}, "reset, line 1: got 'v > 3', wants a number, not a"),
        ({"receptors": (("exc", "i"),)}, "receptors: got 'i', wants one of v"),
        ({"rests": ("u",)}, "rests: got 'u', wants one of v"),
        ({"initial": (("u", "3"),)}, "initial: got 'u', wants one of v"),
        ({"initial": (("v", "v"),)}, "initial['v']: got 'v', wants one of i_ext"),
        ({"drive": "v"}, "drive: got 'v', wants one of i_ext, r_mem, t_ref, tau_mem"),
        ({"parameters": (("lambda", 1.0, ""),)}, "parameters['lambda']: got 'lambda'"),
        (
            {"parameters": (("receptors", 1.0, ""),)},
            "got 'receptors', wants a name of lett",
        ),
        ({"parameters": (("mV", 1.0, ""),)}, "parameters['mV']: got 'mV', wants a name of"),
        ({"parameters": (("x", 1.0, "parsec"),)}, "parameters['x']: got 'parsec', wants"),
    ],
)
def test_a_mistake_is_named_with_its_line(options, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        read(**options)


@pytest.mark.parametrize("value", [None, "20mV", "twenty mV", [1.0], ""])
def test_other_defaults_are_refused(value):
    with pytest.raises(TypeError, match=r"parameters\['x'\]: got .*, wants one number"):
        from_equations(LEAK, threshold="False", receptors={}, parameters={"x": value})


def test_what_stands_alone_is_read():
    assert read_parameter("x", " -3.5   1/ms ") == ("x", -3.5, "1/ms")
    assert read_parameter("x", 3) == ("x", 3.0, "")
