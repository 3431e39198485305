"""Tables of what is left of traces: powers, spans, what is too far."""

import numpy as np
import pytest

from neurosparse.engine.fading import (
    FINE,
    HIDDEN,
    around_now,
    powers_at,
    powers_of,
    span_tables,
)


def test_powers_are_those_of_the_factor_until_nothing_is_left():
    factors = np.exp(-1 / np.array([3.0, 200.0, 8000.0]))
    table = powers_of(factors)
    steps = np.array([0, 1, 77, FINE - 1, FINE, FINE + 1, 90_000, 10**6, 2**40])
    expected = factors[:, None] ** steps
    np.testing.assert_allclose(powers_at(table, steps), expected, rtol=1e-6, atol=1e-35)
    assert not powers_at(table, np.array([2**40])).any()
    assert powers_at(table, np.array([5000])).max() > 0.5


def test_a_trace_that_is_gone_after_a_step_and_one_that_stays():
    table = powers_of(np.array([0.0, 1.0]))
    assert powers_at(table, np.array([0, 1, 10**9])).tolist() == [[1, 0, 0], [1, 1, 1]]


@pytest.mark.parametrize(
    ("factor", "span"), [(0.999, 64), (0.8, 64), (0.6, 32), (0.1, 8), (0.0, 1), (1.0, 64)]
)
def test_spans_are_as_long_as_something_is_left(factor, span):
    got, left, more = span_tables(np.array([0.99999, factor]))
    assert got == span
    np.testing.assert_allclose(left[1, :span] * more[1, :span], 1.0, rtol=1e-6)


def test_looking_back_too_far_is_not_offered():
    assert around_now(np.array([0.99]), 40, 64).shape == (1, 40 + 2 * 64 + 1)
    assert around_now(np.array([0.1]), 40, 64) is None
    assert around_now(np.array([0.0]), 0, 1) is None
    assert HIDDEN < 0
