"""What is written for numbers and for arrays has the value of the text that was read."""

import math

import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neurosparse.neurons import exponential_blend
from neurosparse.neurons.equations.expressions import Scope, parse, to_sympy
from neurosparse.neurons.equations.printing import Arrays, Scalar

NAMES = {"a": sp.Symbol("a", real=True), "b": sp.Symbol("b", real=True)}
LEAF = st.one_of(
    st.integers(1, 9).map(str), st.sampled_from(["a", "b", "a", "b", "0.5", "2.25"])
)
TEXT = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(
            lambda x: f"({x[0]} {x[1]} {x[2]})"
        ),
        inner.map("exp(-abs({}))".format),
        inner.map("tanh(-{})".format),
        inner.map("exprel(tanh({}))".format),
        inner.map("sqrt(abs({}))".format),
        st.tuples(inner, st.sampled_from([2, 3, 5, 9])).map("{0[0]}**{0[1]}".format),
        st.tuples(inner, inner).map("min({0[0]}, {0[1]})".format),
        st.tuples(inner, inner, inner, inner).map(
            "({0[0]} if {0[1]} > {0[2]} or not {0[0]} < 2 and {0[3]} >= 1 else {0[3]})".format
        ),
    ),
    max_leaves=6,
)


def exprel(x):
    return math.expm1(x) / x if x else 1.0


PLAIN = {name: getattr(math, name) for name in ("exp", "sqrt", "tanh", "sin", "cos", "log")}
PLAIN |= {"abs": abs, "min": min, "max": max}


def symbolic(text):
    return to_sympy(parse(text, "here"), Scope(NAMES), "here")


def value(text, **names):
    return eval(text, {"__builtins__": {}}, names)


@example("exp(-abs(1))**2", 1.0, -1.0)
@example("min(1, 2)**3 + max(a, 2)**0.5", 1.0, -1.0)
@example("(2 * 3)**20 / 7**20", 1.0, -1.0)
@given(TEXT, st.floats(0.1, 3.0), st.floats(-3.0, -0.1))
@settings(max_examples=100, deadline=None)
def test_what_is_written_means_what_was_read(text, a, b):
    """All but where rounding turns a comparison of nearly equal numbers, or a sum cancels."""
    try:
        expected = value(text, a=a, b=b, exprel=exprel, **PLAIN)
        near = value(text, a=a * (1 + 1e-9), b=b * (1 - 2e-9), exprel=exprel, **PLAIN)
    except (ZeroDivisionError, OverflowError):
        return
    if not math.isclose(near, expected, rel_tol=1e-5):
        return
    try:
        form = symbolic(text)
    except RecursionError:
        return
    if form.has(sp.zoo, sp.nan, sp.oo):
        return
    number = value(Scalar({}).doprint(form), a=a, b=b, **PLAIN)
    assert math.isclose(number, expected, rel_tol=1e-7)
    arrays = Arrays({}).doprint(form)
    names = {"np": np, "exponential_blend": exponential_blend}
    both = value(arrays, a=np.array([a, a]), b=np.array([b, b]), **names)
    np.testing.assert_allclose(both, expected, rtol=1e-7)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a**2", "(s.a*s.a)"),
        ("a**2.0 / b", "(s.a*s.a)/b"),
        ("a**0.5", "sqrt(s.a)"),
        ("a**-1", "1.0/s.a"),
        ("a**-3", "1.0/((s.a*s.a*s.a))"),
        ("a**b", "s.a**b"),
        ("a**12", "s.a**12.0"),
        ("2 * a / 3", "2.0*s.a/3.0"),
        ("exp(1) * a", "2.718281828459045*s.a"),
        ("max(a, 3, b)", "max(s.a, 3.0, b)"),
        ("a if a > 3 else -a", "(s.a if s.a > 3.0 else -s.a)"),
        ("not (a > 1 and b < 2)", "not ((s.a > 1.0) and (b < 2.0))"),
        ("not a > 1", "s.a <= 1.0"),
    ],
)
def test_numbers_have_a_point_and_small_powers_are_products(text, written):
    """A number with a point takes the precision of the state."""
    assert Scalar({"a": "s.a"}).doprint(symbolic(text)) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("exp(-a)", "np.exp(-q.a)"),
        ("max(a, 3, b)", "np.maximum(np.maximum(q.a, 3.0), b)"),
        ("a if a > 3 and b < 2 else b", "np.where((q.a > 3.0) & (b < 2.0), q.a, b)"),
        ("abs(a) / sqrt(b)", "np.abs(q.a)/np.sqrt(b)"),
    ],
)
def test_arrays_are_written_for_numpy(text, written):
    assert Arrays({"a": "q.a"}).doprint(symbolic(text)) == written


@pytest.mark.parametrize("x", [0.0, 1e-300, -1e-9, 0.0156, 0.01563, -0.2, 3.0, -40.0])
def test_exprel_is_right_near_zero(x):
    text = Scalar({}).doprint(symbolic("exprel(a)"))
    assert math.isclose(value(text, a=x, **PLAIN), exprel(x), rel_tol=2e-14)
    text = Scalar({}).doprint(symbolic("exprel(a + b)"))
    assert math.isclose(value(text, a=x, b=1.0, **PLAIN), exprel(x + 1.0), rel_tol=2e-14)
