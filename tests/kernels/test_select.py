"""The k-th largest value and short sorts, against NumPy's sort."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosparse.kernels.layers.k_winners.select import kth_largest, sort_few

NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.floats(allow_nan=False))


@given(st.integers(1, 60).flatmap(lambda n: arrays(np.float64, n, elements=NUMBERS)), st.data())
def test_any_rank_of_any_numbers(values, data):
    k = data.draw(st.integers(1, values.size))
    before = values.copy()
    assert kth_largest(values, k) == np.sort(values)[values.size - k]
    assert np.array_equal(values, before)


@pytest.mark.parametrize("order", ["rising", "falling", "equal", "organ pipe"])
def test_orders_that_make_bad_pivots(order):
    rising = np.arange(2001.0)
    values = {
        "rising": rising,
        "falling": -rising,
        "equal": np.ones(2001),
        "organ pipe": np.minimum(rising, rising[::-1]),
    }[order]
    for k in (1, 2, 1000, 2000, 2001):
        assert kth_largest(values, k) == np.sort(values)[values.size - k]


@given(arrays(np.int32, st.integers(0, 20), elements=st.integers(-5, 5)))
def test_short_sorts(values):
    wanted = np.sort(values)
    sort_few(values)
    assert np.array_equal(values, wanted)
