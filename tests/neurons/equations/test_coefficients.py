"""Coefficients: what depends on parameters alone is derived once, each under a name of its own."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from neurosparse.neurons import from_equations
from neurosparse.neurons.equations.coefficients import Coefficients
from tests.neurons.equations.test_reading import LEAK, read

NAMES = "xyz"


def symbols(text):
    return sp.symbols(text, real=True)


def test_constant_parts_become_coefficients():
    table = Coefficients(read())
    v, tau, rest, drive = symbols("v tau_mem v_rest i_ext")
    whole = table.hoist((rest - v) / tau + drive * sp.exp(rest / tau) + 3 * v)
    text = table.scalar(whole, {"v": "s.v"})
    assert table.source["per_tau_mem"] == "1.0/q.tau_mem"
    assert "np.exp(q.v_rest/q.tau_mem)" in table.source.values()
    assert "exp(" not in text
    assert text.count("p.") == len(set(text.replace("*", " ").split()) & {"p.i_ext"}) + 3


def test_names_do_not_meet():
    """A coefficient gives way to a parameter of its name, and to another coefficient."""
    table = Coefficients(
        read(LEAK, parameters=(("c0", 1.0, ""), *read().recipe.parameters))
    )
    assert table.named("c0", "2.0") == "p.c0_"
    assert table.named("c0", "3.0") == "p.c0__"
    assert table.named("c0", "2.0") == "p.c0_"
    assert table.parameter("c0") == "p.c0"


def linear_kind(matrix, pushes):
    """A model dx/dt = A x + b whose entries are parameters a_xy and b_x."""
    lines, parameters = [], {"i_ext": 0.0}
    for i, row in enumerate(matrix):
        terms = []
        for j, entry in enumerate(row):
            if entry:
                name = f"a_{NAMES[i]}{NAMES[j]}"
                parameters[name] = entry
                terms.append(f"{name} * {NAMES[j]}")
        if pushes[i]:
            parameters[f"b_{NAMES[i]}"] = pushes[i]
            terms.append(f"b_{NAMES[i]}")
        lines.append(f"d{NAMES[i]}/dt = {' + '.join(terms) or '0'} + i_ext")
    return from_equations(
        "\n".join(lines), threshold="False", receptors={}, parameters=parameters
    )


@st.composite
def systems(draw):
    n = draw(st.integers(1, 3))
    entry = st.sampled_from([0.0, 0.0, -0.4, 0.3, -1.7])
    matrix = draw(st.lists(st.lists(entry, min_size=n, max_size=n), min_size=n, max_size=n))
    return matrix, draw(st.lists(entry, min_size=n, max_size=n))


@given(systems(), st.floats(0.01, 20.0), st.floats(-2.0, 2.0))
@settings(max_examples=40, deadline=None)
def test_one_step_is_the_exponential_of_the_matrix(system, dt, drive):
    """Closed forms and matrices alike, whatever feeds what."""
    matrix, pushes = map(np.array, system)
    n = len(matrix)
    model = linear_kind(*system)(i_ext=drive)
    start = np.array([1.0, -2.0, 0.5])[:n]
    moved, _ = model.update(type(model).State(*start), model.coefficients(dt), 1)
    whole = np.zeros((n + 1, n + 1))
    whole[:n, :n] = matrix
    whole[:n, n] = pushes + drive
    expected = (expm(dt * whole) @ [*start, 1.0])[:n]
    scale = np.abs(expected).max() + 1.0
    np.testing.assert_allclose(moved, expected, rtol=1e-10, atol=1e-12 * scale)


@pytest.mark.parametrize("spread", [0.0, 1e-13, 1e-9, 1e-4])
def test_close_rates_are_no_special_case(spread):
    kind = from_equations(
        "dx/dt = y - x / a\ndy/dt = -y / b",
        threshold="False",
        receptors={},
        parameters={"a": 5.0, "b": 5.0},
    )
    model = kind(b=5.0 * (1 + spread))
    moved, _ = kind.update(kind.State(0.0, 1.0), model.coefficients(0.7), 1)
    np.testing.assert_allclose(moved.x, 0.7 * np.exp(-0.14), rtol=2 * spread + 1e-14)
