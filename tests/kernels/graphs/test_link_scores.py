"""Cannistraci-Hebb path scores against their definition."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.graphs.link_scores import ch3_l3p


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 9),
    st.integers(0, 9),
    st.sampled_from([0.0, 0.2, 0.5, 1.0]),
    st.integers(0, 99),
)
def test_path_score_is_the_law(n_pre, n_post, density, seed):
    mask = np.random.default_rng(seed).random((n_pre, n_post)) < density
    support = Connectivity.from_dense(mask.astype(float))
    view = support.by_post()
    rows = support.indptr, support.indices, view.indptr, view.pre_indices
    whole = ch3_l3p(*rows, 0, n_pre)
    np.testing.assert_allclose(whole, ch3_l3p(*rows, 0, n_pre, backend="naive"), atol=1e-12)
    assert not whole[mask].any()
    half = n_pre // 2
    parts = [ch3_l3p(*rows, 0, half), ch3_l3p(*rows, half, n_pre)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_it_scores_something():
    support = Connectivity.from_dense([[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    view = support.by_post()
    assert (
        ch3_l3p(support.indptr, support.indices, view.indptr, view.pre_indices, 0, 3) > 0
    ).sum() == 3
