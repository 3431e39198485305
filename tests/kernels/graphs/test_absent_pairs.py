"""Unconnected pairs above a bar, against the law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.graphs.absent_pairs import absent_pairs


@given(
    st.integers(0, 2**31),
    st.integers(1, 9),
    st.integers(1, 40),
    st.sampled_from([0.0, 0.4, 2.0]),
)
def test_is_the_law(seed, n_pre, n_post, least):
    rng = np.random.default_rng(seed)
    support = Connectivity.from_dense(rng.random((n_pre, n_post)) < 0.3)
    first = int(rng.integers(0, n_pre))
    scores = rng.integers(-2, 4, (n_pre - first, n_post)).astype(np.float32) / 2
    scores[rng.random(scores.shape) < 0.1] = np.nan
    fast, plain = (
        absent_pairs(scores, support.indptr, support.indices, first, least, backend=b)
        for b in ("cpu", "naive")
    )
    for ours, theirs in zip(fast, plain, strict=True):
        assert np.array_equal(ours, theirs)
        assert ours.dtype == theirs.dtype


def test_something_is_found_and_what_is_connected_is_not():
    support = Connectivity.from_dense([[1, 0, 1], [0, 0, 0]])
    keys, found = absent_pairs(
        np.full((2, 3), 5.0), support.indptr, support.indices, 0, 1.0
    )
    assert keys.tolist() == [1, 3, 4, 5]
    assert found.tolist() == [5.0] * 4


def test_bad_input_names_the_argument():
    support = Connectivity.empty(2, 3)
    for scores, first in ((np.zeros((2, 3)), 1), (np.zeros(3), 0)):
        with pytest.raises(ValueError, match="scores: got"):
            absent_pairs(scores, support.indptr, support.indices, first, 0.0)
    with pytest.raises(ValueError, match="backend"):
        absent_pairs(
            np.zeros((2, 3)), support.indptr, support.indices, 0, 0.0, backend="gpu"
        )
