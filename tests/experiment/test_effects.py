"""Intervals and probabilities, against SciPy and against the interval of one column."""

import numpy as np
import pytest
from scipy import stats

from neurosparse.analysis import bootstrap_interval
from neurosparse.experiment.effects import (
    among,
    discoveries,
    effect_sizes,
    paired_bootstrap,
    sign_flip,
)

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("k", [1, 700])
def test_every_column_has_its_own_interval(k: int) -> None:
    values = RNG.normal(size=(7, k))
    low, high = paired_bootstrap(values)
    assert low.shape == (k,)
    for column in (0, k - 1):
        interval = bootstrap_interval(values[:, column])
        assert low[column] == pytest.approx(interval.low)
        assert high[column] == pytest.approx(interval.high)


def test_sign_flips_are_those_of_scipy() -> None:
    values = RNG.normal(0.4, 1.0, size=(8, 5))
    expected = stats.permutation_test(
        (values,), lambda x, axis: np.mean(x, axis=axis), permutation_type="samples",
        n_resamples=np.inf, axis=0, vectorized=True,
    ).pvalue  # fmt: skip
    assert sign_flip(values) == pytest.approx(expected)
    many = RNG.normal(0.0, 1.0, size=(40, 3))
    exact = stats.ttest_1samp(many, 0.0).pvalue
    assert sign_flip(many) == pytest.approx(exact, abs=0.03)
    assert sign_flip(np.ones((40, 1)))[0] == pytest.approx(1 / 10_001)


def test_predictions_hold_their_rate() -> None:
    """Where there is no effect, 5 % lie outside the interval, and have p below 0.05."""
    draws = RNG.normal(3.0, 2.0, size=(8, 20_000))
    near = among(draws[0], draws[1:])
    outside = (draws[0] < near.low) | (draws[0] > near.high)
    assert outside.mean() == pytest.approx(0.05, abs=0.006)
    assert np.array_equal(outside, near.p < 0.05)


def test_graphs_that_agree_or_are_alone() -> None:
    near = among(np.array([0.0, 2.0]), np.zeros((4, 2)))
    assert near.p.tolist() == [1.0, 0.2]
    assert near.low.tolist() == near.high.tolist() == [0.0, 0.0]
    assert np.isnan(among(np.array([1.0]), np.zeros((1, 1))).p[0])


def test_corrections_leave_gaps() -> None:
    p = np.array([0.001, np.nan, 0.02, 0.3])
    q = discoveries(p)
    assert np.isnan(q[1])
    assert q[[0, 2, 3]] == pytest.approx(stats.false_discovery_control(p[[0, 2, 3]]))
    assert np.isnan(discoveries(np.array([np.nan]))).all()


def test_sizes() -> None:
    values = np.array([[1.0, 2.0, 0.0, -1.0], [3.0, 2.0, 0.0, -1.0]])
    assert effect_sizes(values) == pytest.approx([np.sqrt(2.0), np.inf, 0.0, -np.inf])
    assert effect_sizes(values[:1]).tolist() == [np.inf, np.inf, 0.0, -np.inf]
