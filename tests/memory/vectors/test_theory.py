"""Published check numbers, and bounds that bound."""

import numpy as np
import pytest

from neurosparse.kernels.memory.entmax.rules import as_rule
from neurosparse.memory import (
    HopfieldMemory,
    Normmax,
    exact_retrieval_radius,
    fixed_patterns,
    pattern_separations,
    softmax_capacity,
    softmax_error_bound,
    sparse_capacity,
    sparse_error_bound,
)


def sphere(n, d, seed=0):
    x = np.random.default_rng(seed).standard_normal((n, d))
    return x / np.linalg.norm(x, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("d", "norm", "base", "patterns"), [(20, 3.0, 3.15461, 7.41), (75, 1.0, 1.37188, 10.97)]
)
def test_dense_capacity(d, norm, base, patterns):
    found = softmax_capacity(d, beta=1.0, norm=norm, failure=1e-3)
    assert found.base == pytest.approx(base, abs=1e-5)
    assert found.patterns == pytest.approx(patterns, abs=0.01)


def test_capacity_grows_with_width():
    assert (
        sparse_capacity(200, 1.0, 10.0, 1.0).patterns
        > sparse_capacity(100, 1.0, 10.0, 1.0).patterns
        > 0
    )
    with pytest.raises(ValueError, match="d: got 1"):
        softmax_capacity(1)
    with pytest.raises(ValueError, match="beta: got 0"):
        softmax_capacity(20, beta=0)
    for call in (
        softmax_capacity,
        lambda d, failure: sparse_capacity(d, 1.0, 1.0, 1.0, failure),
    ):
        with pytest.raises(
            ValueError, match="failure: got 1.0, wants a probability below 1"
        ):
            call(20, failure=1.0)


def test_the_margin_laws_want_a_temperature():
    for law in (
        fixed_patterns,
        exact_retrieval_radius,
        lambda x, beta: softmax_error_bound(x, beta, 0.1),
    ):
        for beta in (0.0, -1.0, float("nan")):
            with pytest.raises(ValueError, match="beta: got"):
                law(np.eye(3), beta)
    assert exact_retrieval_radius(2 * np.eye(2, dtype=int), 1.0).tolist() == [0.75, 0.75]


def test_separations_against_all_pairs():
    x = sphere(40, 6) * np.random.default_rng(1).random((40, 1)) + 0.1
    dots = x @ x.T
    wanted = np.diag(dots) - np.where(np.eye(40, dtype=bool), -np.inf, dots).max(1)
    np.testing.assert_allclose(pattern_separations(x), wanted)
    assert pattern_separations(x[:1]).tolist() == [np.inf]


@pytest.mark.parametrize("rule", [1.5, 2.0, 3.0, Normmax(2.0)])
def test_fixed_points_are_those_that_stay(rule):
    x = sphere(300, 12)
    beta = 3.0 * as_rule(rule).gap
    stays = (HopfieldMemory(x, dtype=np.float64).retrieve(x, beta, rule).state == x).all(1)
    np.testing.assert_array_equal(fixed_patterns(x, beta, rule), stays)
    assert 0.02 < stays.mean() < 0.98
    assert not fixed_patterns(x, beta, 1.0).any()
    assert (exact_retrieval_radius(x, beta, rule)[~stays] == 0).all()


def test_error_bounds_hold():
    x = sphere(20, 32)
    memory = HopfieldMemory(x, dtype=np.float64)
    query = x + 0.02 * sphere(20, 32, 1)
    beta = 20.0
    error = np.linalg.norm(memory.retrieve(query, beta, 1.0).state - x, axis=1)
    # the distance must cover the way to the fixed point too
    fixed = np.linalg.norm(memory.retrieve(x, beta, 1.0, steps=50).state - x, axis=1)
    assert (error <= softmax_error_bound(x, beta, max(0.02, fixed.max()))).all()
    got = memory.retrieve(query, beta, 2.0, ask=["support"])
    sizes = got.support.sizes
    for i in range(20):
        bound = sparse_error_bound(x @ query[i], beta, 1.0, 32, int(sizes[i]))
        assert np.linalg.norm(got.state[i] - x[i]) <= bound
    with pytest.raises(ValueError, match="size: got 0"):
        sparse_error_bound(np.ones(3), 1.0, 1.0, 4, 0)


def test_patterns_of_any_kind():
    rows = [[1.0, 0.0], [0.5, 1.0]]
    assert pattern_separations(rows).tolist() == [0.5, 0.75]
    assert (
        exact_retrieval_radius(rows, 4.0).tolist()
        == exact_retrieval_radius(np.array(rows), 4.0).tolist()
    )
    with pytest.raises(ValueError, match="patterns: .*shape"):
        pattern_separations(np.zeros((2, 2, 2)))
