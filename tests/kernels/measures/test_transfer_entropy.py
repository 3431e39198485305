"""Transfer entropy of all pairs, against its law and where it is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.measures.transfer_entropy import transfer_entropy


@given(
    st.integers(0, 3),
    st.integers(0, 30),
    st.integers(2, 4),
    st.integers(1, 2),
    st.integers(0, 99),
)
@settings(max_examples=30)
def test_values_are_those_of_the_law_on_any_threads(n, time, levels, lag, seed):
    rng = np.random.default_rng(seed)
    symbols = rng.integers(0, levels, (n, max(time, lag + 1))).astype(np.uint8)
    law = transfer_entropy(symbols, levels, lag, backend="naive")
    for threads in (1, 2):
        ours = transfer_entropy(symbols, levels, lag, threads)
        np.testing.assert_allclose(ours, law, atol=1e-12)
        assert ours.min(initial=0.0) > -1e-12


def test_a_copy_carries_its_entropy_and_a_flip_of_one_in_ten_less(backend):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, 4000)
    flipped = x ^ (rng.random(4000) < 0.1)
    symbols = np.stack([x, np.roll(x, 2), np.roll(flipped, 2)]).astype(np.uint8)
    entropy = transfer_entropy(symbols, 2, 2, backend=backend)
    assert entropy[1, 0] == pytest.approx(np.log(2), abs=0.01)
    loss = -0.1 * np.log(0.1) - 0.9 * np.log(0.9)
    assert entropy[2, 0] == pytest.approx(np.log(2) - loss, abs=0.03)
    assert entropy[0, 1] < 0.002
