"""Exact steps of linear equations dx/dt = A x + b, and how far they can rise when left alone."""

from functools import reduce
from itertools import combinations
from math import prod
from typing import Any

import numpy as np

from neurosparse.neurons.base import Value
from neurosparse.neurons.propagators import safe_level, transfer_peak, wear

_TERMS = 16  # of the series of e^x - 1 for |x| <= 1/2: the next would be 4e-20


def exponential_blend(dt: float, a: Any, b: Any) -> Any:
    """Return (e^(a dt) - e^(b dt)) / (a - b), for equal rates dt e^(a dt); rates in 1/ms.

    It is what a step of dt makes of an input e^(bt) to a variable that relaxes with e^(at); with
    b = 0 the input is constant.

    >>> round(float(exponential_blend(0.1, -0.05, -0.2)), 8), float(exponential_blend(0.5, 0, 0))
    (0.09875871, 0.5)
    """
    low = dt * np.minimum(a, b)
    x = dt * np.abs(np.subtract(a, b))
    # from the greater rate, so that nothing overflows that need not
    share = np.where(x > 1e-300, -np.expm1(-x) / np.where(x > 1e-300, x, 1.0), 1.0)
    return dt * np.exp(low + x) * share


def linear_step(dt: float, rates: Any, pushes: Any, mean: bool = False) -> Any:
    """Return what a step of dt ms adds to x, `[n, n + m]` of numbers or arrays, for any dt exactly.

    dx/dt = rates x + pushes u:   x(t + dt) - x(t) = (e^(rates dt) - 1) x + integral pushes u.

    Args:
        dt: in ms, or an array of it.
        rates: `[n][n]` of numbers or arrays, in 1/ms.
        pushes: `[n][m]`, what m constant inputs u add in 1 ms.
        mean: give the mean of x(t + s) - x(t) over 0 <= s <= dt instead.

    Method: the series of e^x - 1 for a step so short that it converges fast, doubled as often as
    needed by e^(2x) - 1 = 2 (e^x - 1) + (e^x - 1)^2. Nothing is divided by differences of rates, so
    equal ones are no special case (Higham 2005, doi:10.1137/04061101X, on scaling).

    >>> step = linear_step(0.1, [[-0.05, 0.05], [0.0, -0.2]], [[-3.25], [0.0]])
    >>> step.shape, round(float(step[0, 1]), 8)
    ((2, 3), 0.00493794)
    """
    n = len(rates)
    width = n + len(pushes[0])
    rows = [[*rate, *push] for rate, push in zip(rates, pushes, strict=True)]
    time, *flat = np.broadcast_arrays(
        np.asarray(dt, np.float64),
        *(np.asarray(x, np.float64) for row in rows for x in row),
    )
    size = 2 * width if mean else width
    matrix = np.zeros((*time.shape, size, size))
    matrix[..., :n, :width] = np.stack(flat, axis=-1).reshape(*time.shape, n, width)
    if mean:
        matrix[..., :width, width:] = np.eye(width)
    whole = _exponential_less_one(time[..., None, None] * matrix)
    step = np.moveaxis(whole, (-2, -1), (0, 1))  # the batch behind, to divide it by dt
    if not mean:
        return step[:n, :width]
    start = np.eye(n, width).reshape(n, width, *(1 for _ in time.shape))
    return step[:n, width:] / time - start


def linear_noise(dt: float, rates: Any, factors: Any) -> Any:
    """Return the lower triangle, `[n, n]` of numbers or arrays, that turns n independent normal
    numbers into what white noise adds to x in a step of dt ms, for any dt exactly.

    dx/dt = rates x + factors xi:   L L^T = integral of e^(rates s) factors factors^T e^(rates^T s).

    Args:
        dt: in ms.
        rates: `[n][n]` of numbers or arrays, in 1/ms.
        factors: `[n][m]`, of m independent white noises.

    Source: Van Loan 1978, doi:10.1109/TAC.1978.1101743.

    >>> float(linear_noise(0.5, [[-0.1]], [[2.0]])[0, 0].round(6))
    1.379584
    """
    n = len(rates)
    m = len(factors[0])
    flat = np.broadcast_arrays(
        *(
            np.asarray(x, np.float64)
            for rows in (rates, factors)
            for row in rows
            for x in row
        )
    )
    batch = flat[0].shape
    a = np.stack(flat[: n * n], axis=-1).reshape(*batch, n, n)
    b = np.stack(flat[n * n :], axis=-1).reshape(*batch, n, m)
    matrix = np.zeros((*batch, 2 * n, 2 * n))
    matrix[..., :n, :n] = -a
    matrix[..., :n, n:] = b @ np.swapaxes(b, -1, -2)
    matrix[..., n:, n:] = np.swapaxes(a, -1, -2)
    whole = _exponential_less_one(dt * matrix)
    moved = whole[..., n:, n:] + np.eye(n)
    covariance = np.swapaxes(moved, -1, -2) @ whole[..., :n, n:]
    return _triangle(np.moveaxis(covariance, (-2, -1), (0, 1)))


def _triangle(covariance: Any) -> Any:
    """Give Cholesky's factor of [n, n] arrays; rows without noise of their own are allowed."""
    n = len(covariance)
    lower = np.zeros_like(covariance)
    for i in range(n):
        for j in range(i + 1):
            left = covariance[i, j] - (lower[i, :j] * lower[j, :j]).sum(axis=0)
            if i == j:
                lower[i, i] = np.sqrt(np.maximum(left, 0.0))
            else:
                there = lower[j, j] > 0
                lower[i, j] = np.where(there, left / np.where(there, lower[j, j], 1.0), 0.0)
    return lower


def _exponential_less_one(matrix: Any) -> Any:
    """Return e^matrix - 1 of a stack of square matrices."""
    largest = float(np.abs(matrix).sum(axis=-1).max(initial=0.0))
    doublings = max(0, int(np.frexp(largest)[1]) + 1) if np.isfinite(largest) else 0
    small = matrix / 2.0**doublings
    total = small.copy()
    term = small
    for k in range(2, _TERMS):
        term = term @ small / k
        total += term
    for _ in range(doublings):
        total = 2.0 * total + total @ total
    return total


def settling_time(rate: Value) -> Any:
    """Return the time constant -1 / rate in ms of a variable that decays; 1 for one that does not.

    >>> float(settling_time(-0.05)), float(settling_time(0.0))
    (20.0, 1.0)
    """
    rates = np.asarray(rate, dtype=np.float64)
    return -1.0 / np.where(rates < 0, rates, -1.0)


def lasting_lift(dt: float, *rates: Value) -> Any:
    """Return the most that a decaying input of 1 (per ms) ever lifts a leaky variable, rounding
    included; 0 where one does not decay.

    Args:
        dt: in ms.
        rates: in 1/ms, of the variable, of what it is fed by (1 per ms of it), and so on to the
            input. Two exponentials are highest where their closed form says; each other one
            multiplies this by its time constant at most.

    >>> round(float(lasting_lift(0.1, -0.05, -0.2)), 3)
    3.15
    """
    taus = [settling_time(rate) for rate in rates]
    bounds = []
    for first, second in combinations(range(len(taus)), 2):
        rest = [tau for k, tau in enumerate(taus) if k not in (first, second)]
        bounds.append(taus[first] * transfer_peak(taus[first], taus[second]) * prod(rest))
    lift = reduce(np.minimum, bounds) * (1.0 + wear(dt, *taus))
    decaying = reduce(np.logical_and, [np.asarray(rate) < 0 for rate in rates])
    return np.where(decaying, lift, 0.0)


def firing_guard(dt: float, threshold: Any, rest: Any, *rates: Any) -> Any:
    """Return the level below the threshold that rounding cannot carry a variable over which relaxes
    to `rest` with the first of `rates` (1/ms); minus infinity where one of them does not decay.

    >>> round(float(firing_guard(0.1, -50.0, -65.0, -0.05)), 3), float(firing_guard(0.1, 1, 0, 0))
    (-50.006, -inf)
    """
    level = safe_level(dt, threshold, rest, settling_time(rates[0]))
    decaying = np.all([np.all(np.asarray(rate) < 0) for rate in rates])
    return np.where(decaying, level, -np.inf)
