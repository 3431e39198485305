"""Estimates of wiring from activity: closed forms, and peers."""

import numpy as np
import pytest
from scipy.linalg import solve_continuous_lyapunov, solve_discrete_lyapunov

from neurosparse.analysis import (
    LaggedMoments,
    SpikeTrains,
    activity_correlation,
    correlation_matrix,
    lagged_correlation,
    lagged_moments,
    lagged_regression,
    partial_correlation,
    spike_count_matrix,
)

CYCLE = np.array([[0, 0.5, 0], [0, 0, 0.4], [0.3, 0, 0]])


def recorded(wiring, steps, seed=0):
    """x(t + 1) = W x(t) + noise."""
    rng = np.random.default_rng(seed)
    x = np.zeros((steps, len(wiring)))
    for t in range(steps - 1):
        x[t + 1] = wiring @ x[t] + rng.standard_normal(len(wiring))
    return x


def test_a_cycle_is_seen_by_lags_alone():
    """Exact covariances of a 3-cycle: no correlation at all, and the lags give the wiring."""
    now = solve_discrete_lyapunov(CYCLE, np.eye(3))
    moments = LaggedMoments(now, CYCLE @ now)
    np.testing.assert_allclose(np.diag(now), [1.294661, 1.178643, 1.116519], atol=1e-6)
    for blind in (activity_correlation(moments), partial_correlation(moments, 0.0)):
        np.testing.assert_allclose(blind, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(lagged_regression(moments, ridge=0.0), CYCLE, atol=1e-12)
    sparse = lagged_regression(moments, ridge=0.0, penalty=0.01)
    np.testing.assert_array_equal(sparse != 0, CYCLE != 0)


def test_a_recorded_cycle_is_recovered():
    x = recorded(CYCLE, 20_000)
    blind = activity_correlation(x)
    assert np.abs(blind - np.eye(3)).max() < 0.03
    np.testing.assert_allclose(lagged_regression(x), CYCLE, atol=0.03)
    np.testing.assert_array_equal(lagged_regression(x, penalty=0.05) != 0, CYCLE != 0)
    lagged = lagged_correlation(x)
    assert lagged[0, 1] > 0.4 > 10 * abs(lagged[1, 0])


def test_a_chain_of_ornstein_uhlenbeck_processes():
    drift = -np.eye(3) + 0.5 * (np.eye(3, k=1) + np.eye(3, k=-1))
    now = solve_continuous_lyapunov(drift, -np.eye(3))
    moments = LaggedMoments(now, now)
    correlation = activity_correlation(moments)
    assert correlation[0, 1:].tolist() == pytest.approx([0.577350, 0.333333], abs=1e-6)
    assert partial_correlation(moments, 0.0)[0].tolist() == pytest.approx(
        [1, 0.5, 0], abs=1e-12
    )


def test_directions_come_from_lags():
    """Thirty neurons wired at random, exact covariances."""
    from neurosparse.analysis import score_wiring
    from neurosparse.connectivity import Connectivity

    rng = np.random.default_rng(1)
    a = np.where(rng.random((30, 30)) < 0.12, rng.standard_normal((30, 30)), 0)
    np.fill_diagonal(a, 0)
    a *= 0.8 / np.abs(np.linalg.eigvals(a)).max()
    now = solve_discrete_lyapunov(a, np.eye(30))
    moments = LaggedMoments(now, a @ now)
    truth = Connectivity.from_dense(a.T.astype(np.float32))
    scores = {
        "correlation": score_wiring(activity_correlation(moments), truth).auc,
        "lagged": score_wiring(lagged_correlation(moments), truth).auc,
        "regression": score_wiring(lagged_regression(moments, ridge=0.0), truth).auc,
    }
    assert scores["regression"] == 1.0
    assert scores["correlation"] < 0.75 < scores["lagged"] < 1.0


def test_moments_are_those_of_numpy_and_sparse_counts_those_of_spikes():
    x = recorded(CYCLE, 50)
    both = np.cov(np.hstack([x[1:], x[:-1]]).T, bias=True)
    moments = lagged_moments(x)
    np.testing.assert_allclose(moments.now, both[3:, 3:])
    np.testing.assert_allclose(moments.later, both[:3, 3:])
    rng = np.random.default_rng(0)
    spikes = SpikeTrains.from_times(
        rng.random(200) * 100, rng.integers(0, 4, 200), 5, stop=100.0
    )
    np.testing.assert_allclose(
        activity_correlation(spike_count_matrix(spikes, 5.0)),
        correlation_matrix(spikes, 5.0),
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: activity_correlation([1.0, 2.0]), r"activity: got .*\[time, n\]"),
        (lambda: activity_correlation([[np.nan]]), "activity"),
        (lambda: lagged_moments(np.ones((3, 2)), 2), "at least 4 steps"),
        (lambda: lagged_regression(np.ones((9, 2)), ridge=0.0), "raise ridge"),
        (lambda: lagged_regression(recorded(CYCLE, 9), penalty=-1), "penalty"),
        (lambda: activity_correlation("spikes"), "spike_count_matrix"),
    ],
)
def test_bad_activity_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
