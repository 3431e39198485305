"""Weights of whole rows and their slopes (Numba): collect what can weigh at all, find τ, write."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import even, run_shares
from neurosparse.kernels.memory.entmax.rules import NEAR, Rule
from neurosparse.kernels.memory.entmax.solve import FAST, raised, slack, threshold
from neurosparse.typing import Array


@njit(cache=True, nogil=True)
def _top(row: Array) -> float:
    top = -np.inf
    for i in range(len(row)):
        if row[i] != row[i]:
            return np.nan
        top = max(top, row[i])
    return top


@njit(cache=True, nogil=True, fastmath=FAST)
def _softmax(row: Array, top: float, p: Array) -> None:
    total = 0.0
    for i in range(len(row)):
        e = np.exp(row[i] - top)
        p[i] = e
        total += e
    for i in range(len(row)):
        p[i] /= total


@njit(cache=True, nogil=True, fastmath=False)
def _slacks(
    row: Array, top: float, scale: float, u: Array, power: float, total: float
) -> None:
    """How far each score is above τ, at most 1, written to u [size]."""
    least = -1.0 if total == 1.0 else -np.inf
    m = 0
    for i in range(len(row)):
        value = scale * (row[i] - top)
        if value > least:
            u[m] = value
            m += 1
    base, rest = threshold(u[:m], power, total)
    for i in range(len(row)):
        u[i] = min(slack(scale * (row[i] - top), base, rest), 1.0)


@njit(cache=True, nogil=True, fastmath=FAST)
def _weigh_row(
    row: Array, top: float, shape: Array, total: float, u: Array, p: Array
) -> None:
    scale, power, out = shape
    _slacks(row, top, scale, u, power, total)
    whole = 0.0
    for i in range(len(row)):
        w = raised(u[i], out) if u[i] > 0.0 else 0.0
        p[i] = w
        whole += w
    for i in range(len(row)):
        p[i] /= whole


@njit(cache=True, nogil=True)
def _weigh(z: Array, shapes: Array, total: float, p: Array, lo: int, hi: int) -> None:
    u = np.empty(z.shape[1], np.float64)
    for n in range(lo, hi):
        top = _top(z[n])
        if top == -np.inf:
            p[n] = 0.0
        elif not np.isfinite(top):
            p[n] = np.nan
        elif shapes[n, 0] == 0.0:
            _softmax(z[n], top, p[n])
        else:
            _weigh_row(z[n], top, shapes[n], total, u, p[n])


def shapes_of(alpha: Array) -> Array:
    """(scale, power, out) [n, 3] of the entmax of each row; zeros for α = 1, or nearly 1.

    >>> shapes_of(np.array([1.0, 1.5])).tolist()
    [[0.0, 0.0, 0.0], [0.5, 2.0, 2.0]]
    """
    scale = np.asarray(alpha, np.float64) - 1.0
    scale = np.where(scale < NEAR, 0.0, scale)
    power = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0)
    return np.stack([scale, power, power], 1)


def weigh_rows(z: Array, shapes: Array, total: float, threads: int) -> Array:
    """Weights of each row of z [n, size] by its own shape [n, 3].

    A row of -inf weighs nothing, NaN stays NaN.
    """
    p = np.empty_like(z)
    run_shares(lambda lo, hi: _weigh(z, shapes, total, p, lo, hi), even(len(z), threads))
    return p


def weigh(z: Array, rule: Rule, threads: int = 1) -> Array:
    """Weights of each row of z [n, size] by one rule."""
    shape = rule.shape
    return weigh_rows(z, np.tile(np.array(shape[:3]), (len(z), 1)), shape.total, threads)


@njit(cache=True, nogil=True)
def _steep_slopes(p: Array, dp: Array, alpha: float, dz: Array) -> None:
    """Slopes for α > 2: g of the smallest weight outweighs all, its slope is what others leave."""
    k = -1
    for i in range(len(p)):
        if p[i] > 0.0 and (k < 0 or p[i] < p[k]):
            k = i
    weight = 0.0
    along = 0.0
    for i in range(len(p)):
        if p[i] > 0.0:
            g = raised(float(p[i]), 2.0 - alpha)
            weight += g
            along += g * (float(dp[i]) - float(dp[k]))
    rest = 0.0
    for i in range(len(p)):
        dz[i] = 0.0
        if p[i] > 0.0 and i != k:
            lead = float(dp[i]) - float(dp[k])
            slope = raised(float(p[i]), 2.0 - alpha) * (lead - along / weight)
            dz[i] = slope
            rest += slope
    if k >= 0:
        dz[k] = -rest


@njit(cache=True, nogil=True, fastmath=FAST)
def _flat_slopes(p: Array, dp: Array, alpha: float, dz: Array) -> None:
    weight = 0.0
    along = 0.0
    for i in range(len(p)):
        if p[i] > 0.0:
            g = raised(float(p[i]), 2.0 - alpha)
            weight += g
            along += g * dp[i]
    mean = along / weight if weight > 0.0 else 0.0
    for i in range(len(p)):
        dz[i] = raised(float(p[i]), 2.0 - alpha) * (dp[i] - mean) if p[i] > 0.0 else 0.0


@njit(cache=True, nogil=True)
def score_slopes(p: Array, dp: Array, alpha: float, dz: Array) -> None:
    """dz = g∘dp - g Σ(g∘dp)/Σg with g = p^(2-α) on the support, of one row."""
    if alpha > 2.0:
        _steep_slopes(p, dp, alpha, dz)
    else:
        _flat_slopes(p, dp, alpha, dz)


@njit(cache=True, nogil=True)
def _curve(log: float, d: float) -> float:
    """(exp(-d·log) - 1 + d·log) / d², without cancellation; log²/2 at d = 0."""
    x = d * log
    if abs(x) < 1e-3:
        return float(log * log * (0.5 - x / 6.0 + x * x / 24.0))
    return float((np.expm1(-x) + x) / (d * d))


@njit(cache=True, nogil=True)
def alpha_slope(p: Array, dp: Array, alpha: float) -> float:
    """Σ dp_i ∂p_i/∂α of one row, in a form that has no singularity at α = 1.

    With d = α-1, L = ln p, w = (e^(-dL) - 1 + dL)/d², W = Σ p w, E = Σ p L, R = Σ p e^(-dL):
    ∂p_i/∂α = [p_i (W - w_i) - d (p_i L_i W - E p_i w_i)] / R, the published form with its poles
    cancelled.
    """
    d = alpha - 1.0
    w_mean = 0.0
    entropy = 0.0
    rest = 0.0
    for i in range(len(p)):
        if p[i] > 0.0:
            log = np.log(float(p[i]))
            w_mean += p[i] * _curve(log, d)
            entropy += p[i] * log
            rest += p[i] * np.exp(-d * log)
    slope = 0.0
    for i in range(len(p)):
        if p[i] > 0.0:
            log = np.log(float(p[i]))
            w = _curve(log, d)
            slope += dp[i] * p[i] * (w_mean - w - d * (log * w_mean - entropy * w))
    return slope / rest if rest > 0.0 else 0.0


@njit(cache=True, nogil=True)
def _backward(
    p: Array, dp: Array, alpha: Array, dz: Array, da: Array, lo: int, hi: int
) -> None:
    for n in range(lo, hi):
        score_slopes(p[n], dp[n], alpha[n], dz[n])
        da[n] = alpha_slope(p[n], dp[n], alpha[n])


def entmax_backward(
    p: Array, dp: Array, alpha: Array, threads: int = 1
) -> tuple[Array, Array]:
    """Slopes to scores [n, size] and to α [n] from weights p and their slopes dp [n, size]."""
    dz = np.empty_like(p)
    da = np.empty(len(p))
    run_shares(
        lambda lo, hi: _backward(p, dp, alpha, dz, da, lo, hi), even(len(p), threads)
    )
    return dz, da
