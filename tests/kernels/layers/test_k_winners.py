"""The k winners of each row: fast against naive."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.layers.k_winners import k_winners


@given(st.integers(1, 40), st.data())
def test_k_winners_fast_equals_naive(n: int, data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(st.lists(st.integers(0, 5), min_size=n, max_size=n), min_size=1, max_size=4)
    )
    k = data.draw(st.integers(0, n))
    values = np.array(rows, np.float64)
    assert np.array_equal(k_winners(values, k), k_winners(values, k, backend="naive"))


@given(st.integers(0, 2**31), st.integers(1, 12), st.integers(0, 200))
def test_few_winners_of_many_are_the_plain_ones(seed, k, more):
    values = np.random.default_rng(seed).integers(-3, 4, (3, 16 * k + more)).astype(np.float32)
    assert np.array_equal(k_winners(values, k), k_winners(values, k, backend="naive"))
