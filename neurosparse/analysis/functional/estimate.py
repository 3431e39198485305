"""Estimates of connectivity from activity, linear in the activity.

All return `[n, n]`, entry [post, pre] as in W x. Correlation and partial correlation have no
direction: they are symmetric. What is driven by unrecorded neurons misleads all of them.
"""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.checks import not_negative, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.measures.sparse_regression import sparse_regression
from neurosparse.typing import Float64

Activity = Any

MOST = 20_000  # neurons: a table of all pairs is held


class LaggedMoments(NamedTuple):
    """Covariance of all pairs `[n, n]`: at one time, and of x_i(t + lag) with x_j(t)."""

    now: Float64
    later: Float64


def lagged_moments(activity: Activity, lag: int = 1) -> LaggedMoments:
    """Covariances of activity `[time, n]`, both over the time - lag steps that have a later one.

    Args:
        activity: rates, counts (`spike_count_matrix`), calcium; an array or a SciPy matrix.
        lag: bins between cause and effect.

    >>> lagged_moments([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]).later[1, 0].round(3)
    np.float64(0.222)
    """
    x = activity_table(activity)
    whole_number("lag", lag, 0)
    if len(x) < lag + 2:
        raise bad_argument("activity", x, f"at least {lag + 2} steps, as the lag is {lag}")
    before = x[: len(x) - lag]
    before = before - before.mean(axis=0)
    after = x[lag:] - x[lag:].mean(axis=0)
    return LaggedMoments(before.T @ before / len(before), after.T @ before / len(before))


def activity_table(activity: Activity) -> Float64:
    """Activity as an array `[time, n]`, finite."""
    dense = activity.toarray() if hasattr(activity, "toarray") else activity
    try:
        x = np.asarray(dense, np.float64)
    except (TypeError, ValueError):
        remedy = "of spikes, write spike_count_matrix(spikes, width)"
        raise bad_argument("activity", activity, "numbers [time, n]", remedy) from None
    if x.ndim != 2 or not np.isfinite(x).all():
        raise bad_argument("activity", x, "finite numbers [time, n]")
    if x.shape[1] > MOST:
        raise bad_argument("activity", x, f"at most {MOST} neurons", "choose some")
    return x


def activity_correlation(activity: Activity | LaggedMoments) -> Float64:
    """Pearson correlation of every pair; NaN for a neuron that never changes.

    >>> activity_correlation([[0.0, 1.0], [1.0, 0.0], [2.0, -1.0]]).round(12).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    return _over_deviations(_moments(activity, 0).now, _moments(activity, 0).now)


def partial_correlation(activity: Activity | LaggedMoments, ridge: float = 1e-3) -> Float64:
    """Correlation of every pair once all other neurons are known, -P_ij / √(P_ii P_jj).

        P = (C + ridge · mean(diag C) · I)⁻¹

    >>> chain = np.array([[0.75, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 0.75]])
    >>> partial_correlation(LaggedMoments(chain, chain), 0.0).round(3)[0, :2].tolist()
    [1.0, 0.5]
    """
    covariance = _ridged(_moments(activity, 0).now, ridge)
    precision = np.asarray(np.linalg.inv(covariance), np.float64)
    partial = -_over_deviations(precision, precision)
    np.fill_diagonal(partial, 1.0)
    return partial


def lagged_correlation(activity: Activity | LaggedMoments, lag: int = 1) -> Float64:
    """Correlation of x_post(t + lag) with x_pre(t); of each neuron with itself on the diagonal.

    >>> lagged_correlation([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]])[1, 0].round(3)
    np.float64(1.0)
    """
    moments = _moments(activity, lag)
    return _over_deviations(moments.later, moments.now)


def lagged_regression(
    activity: Activity | LaggedMoments,
    lag: int = 1,
    *,
    ridge: float = 1e-3,
    penalty: float = 0.0,
) -> Float64:
    """Regress every neuron's activity on that of all neurons `lag` steps before.

        L = C_lag (C + ridge · mean(diag C) · I)⁻¹

    Of x(t + 1) = W x(t) + noise this is W. With a `penalty` (lasso) few weights are not 0; it is
    taken in units of mean(diag C), so that it does not depend on the unit of activity.

    Args:
        activity: `[time, n]`, or its `LaggedMoments`, with the lag that they have.
        lag: steps.
        ridge: keeps the inverse in bounds, ≥ 0; 0 where activity has no null direction.
        penalty: ≥ 0; 0.1 is strong for correlated noise, 0.01 weak.

    >>> W = np.array([[0, 0.5, 0], [0, 0, 0.4], [0.3, 0, 0]])
    >>> # of this cycle under unit noise: no correlation
    >>> C = np.diag([1.294661, 1.178643, 1.116519])
    >>> lagged_regression(LaggedMoments(C, W @ C), ridge=0.0).round(6).tolist()
    [[0.0, 0.5, 0.0], [0.0, 0.0, 0.4], [0.3, 0.0, 0.0]]
    """
    not_negative("penalty", penalty)
    moments = _moments(activity, lag)
    table = _ridged(moments.now, ridge)
    if penalty == 0:
        return np.asarray(np.linalg.solve(table, moments.later.T).T)
    scale = float(np.trace(moments.now)) / max(len(table), 1)
    return sparse_regression(table, moments.later, penalty * scale)


def _moments(activity: Activity | LaggedMoments, lag: int) -> LaggedMoments:
    return (
        activity if isinstance(activity, LaggedMoments) else lagged_moments(activity, lag)
    )


def _ridged(covariance: Float64, ridge: float) -> Float64:
    not_negative("ridge", ridge)
    n = len(covariance)
    table = covariance + ridge * np.trace(covariance) / max(n, 1) * np.eye(n)
    if n and np.linalg.matrix_rank(table, hermitian=True) < n:
        problem = Said("activity that does not span all neurons")
        remedy = "raise ridge, leave silent neurons out, or record longer"
        raise bad_argument("activity", problem, "an invertible covariance", remedy)
    return np.asarray(table)


def _over_deviations(table: Float64, variances: Float64) -> Float64:
    deviation = np.sqrt(np.diag(variances).copy())
    deviation[deviation == 0] = np.nan
    return np.asarray(table / np.outer(deviation, deviation))
