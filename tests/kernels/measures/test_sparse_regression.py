"""Lasso from moments, against its law, its conditions and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.measures.sparse_regression import sparse_regression


def problem(n, targets, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((50, n))
    y = x @ (rng.standard_normal((n, targets)) * (rng.random((n, targets)) < 0.3))
    y += rng.standard_normal((50, targets))
    return x, y, x.T @ x / 50, y.T @ x / 50


@given(
    st.integers(0, 6),
    st.integers(0, 4),
    st.integers(0, 99),
    st.sampled_from([0.0, 0.2, 5.0]),
)
@settings(max_examples=25)
def test_weights_are_those_of_the_law_and_fulfil_the_conditions(n, targets, seed, penalty):
    _, _, moments, cross = problem(n, targets, seed)
    ours = sparse_regression(moments, cross, penalty)
    law = sparse_regression(moments, cross, penalty, backend="naive")
    assert ours.shape == (targets, n)
    np.testing.assert_allclose(ours, law, atol=1e-7)
    # no step downhill: the slope is the penalty where a weight stands, at most that where none does
    slope = cross - ours @ moments
    active = ours != 0
    np.testing.assert_allclose(slope[active], penalty * np.sign(ours[active]), atol=1e-6)
    assert (np.abs(slope[~active]) <= penalty + 1e-6).all()


def test_weights_are_those_of_scikit_learn():
    from sklearn.linear_model import Lasso

    x, y, moments, cross = problem(8, 3, 1)
    for penalty in (0.05, 0.3):
        peer = Lasso(alpha=penalty, fit_intercept=False, tol=1e-10).fit(x, y)
        ours = sparse_regression(moments, cross, penalty)
        assert 0 < (ours != 0).sum() < ours.size
        np.testing.assert_allclose(ours, peer.coef_, atol=1e-6)


def test_without_penalty_it_solves_and_silence_has_no_weight(backend):
    moments = np.diag([2.0, 0.0, 1.0])
    ours = sparse_regression(moments, np.array([[1.0, 0.0, 3.0]]), 0.0, backend=backend)
    assert ours.tolist() == [[0.5, 0.0, 3.0]]
    assert ours[0, 1] == pytest.approx(0.0)
