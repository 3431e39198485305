"""Folded lines: short, and the same to Python."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.neurons.equations.folding import WIDTH, closing, fold

NAME = st.sampled_from(["p.rate", "s.v", "s.i_exc", "0.25", "p.tau_mem_of_it"])
EXPRESSION = st.recursive(
    NAME,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " - ", "*", "/"]), inner).map("".join),
        st.tuples(inner, inner).map("max({0[0]}, {0[1]})".format),
        st.tuples(inner, inner).map("({0[0]} if {0[1]} > 0.0 else -{0[0]})".format),
        inner.map("({})".format),
        inner.map("[[{0}, {0}], [0.0, {0}]]".format),
    ),
    max_leaves=40,
)
LONG = " + ".join(["number"] * 20)


@given(EXPRESSION, st.sampled_from(["return ", "x = ", "", "rate="]), st.booleans())
def test_a_folded_line_means_the_same(content, head, tuple_of_two):
    """An argument is read inside of a call."""
    content = f"f({content}), {content}" if tuple_of_two and head != "rate=" else content
    line = f"    {head}{content}" + ("," if head == "rate=" else "")
    lines = fold(line)
    frame = "call({})" if head == "rate=" else "if True:\n{}"
    plain = ast.dump(ast.parse(frame.format(line)))
    assert ast.dump(ast.parse(frame.format("\n".join(lines)))) == plain
    assert (len(lines) == 1) == (len(line) <= WIDTH)


@pytest.mark.parametrize(
    "line",
    [
        f"    x = {LONG}",
        f"    return max({LONG.replace(' +', ',')})",
        f"    return State({LONG}), a > b",
        f"        rate=({LONG}) * f({LONG}),",
        f"from neurosparse.neurons import {LONG.replace(' +', ',')}",
        f"    x = a * (({LONG}) if b else 0.0)",
    ],
)
def test_no_line_is_long(line):
    lines = fold(line)
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) > 2


def test_words_are_left_alone():
    line = "    receptors = {" + "'a, (b': 'c', " * 10 + "}"
    assert fold(line) == [line]
    assert closing("f(a, [b])(c)", 1) == 8
