"""The k winners of each row: fast against naive; the k-th largest against NumPy's sort."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosparse.kernels.layers.k_winners import k_winners
from neurosparse.kernels.layers.k_winners.select import kth_largest, sort_few


@given(st.integers(1, 40), st.data())
def test_k_winners_fast_equals_naive(n: int, data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(
            st.lists(st.integers(0, 5), min_size=n, max_size=n), min_size=1, max_size=4
        )
    )
    k = data.draw(st.integers(0, n))
    values = np.array(rows, np.float64)
    assert np.array_equal(k_winners(values, k), k_winners(values, k, backend="naive"))


@given(st.integers(0, 2**31), st.integers(1, 12), st.integers(0, 200))
def test_few_winners_of_many_are_the_plain_ones(seed, k, more):
    values = (
        np.random.default_rng(seed).integers(-3, 4, (3, 16 * k + more)).astype(np.float32)
    )
    assert np.array_equal(k_winners(values, k), k_winners(values, k, backend="naive"))


NUMBERS = st.one_of(st.integers(-3, 3).map(float), st.floats(allow_nan=False))


@given(
    st.integers(1, 60).flatmap(lambda n: arrays(np.float64, n, elements=NUMBERS)), st.data()
)
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


def test_what_has_no_rank_is_refused() -> None:
    with pytest.raises(ValueError, match="k: got 4"):
        k_winners(np.ones((1, 3)), 4)
    with pytest.raises(ValueError, match="NaN"):
        k_winners(np.full((1, 3), np.nan), 1)
