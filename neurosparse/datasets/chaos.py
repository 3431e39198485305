"""Chaotic series, generated: Lorenz-63, Rössler and Mackey-Glass."""

import numpy as np

from neurosparse.checks import positive, whole_number
from neurosparse.errors import bad_argument
from neurosparse.lyapunov import Lorenz63, Rossler
from neurosparse.typing import Float64, Seed


def lorenz63(
    n: int, *, system: Lorenz63 | None = None, transient: int = 1000, rng: Seed = None
) -> Float64:
    """Give n points of a Lorenz trajectory that began at random and forgot where.

    Args:
        n: points.
        system: parameters and time between points; `Lorenz63(dt=0.02)` when None, whose largest
            Lyapunov exponent is 0.906.
        transient: steps before the first point.
        rng: draws where it begins (SPEC 7).

    Returns:
        The series `[n, 3]`.

    >>> lorenz63(100, rng=0).shape
    (100, 3)
    """
    start = np.random.default_rng(rng).normal(0, 1, 3) + np.array([1.0, 1.0, 25.0])
    return _series(system or Lorenz63(dt=0.02), start, n, transient)


def rossler(
    n: int, *, system: Rossler | None = None, transient: int = 2000, rng: Seed = None
) -> Float64:
    """Give n points of a Rössler trajectory that began at random and forgot where.

    Args:
        n: points.
        system: parameters and time between points; `Rossler(dt=0.1)` when None, whose largest
            Lyapunov exponent is 0.071.
        transient: steps before the first point.
        rng: draws where it begins (SPEC 7).

    Returns:
        The series `[n, 3]`.

    >>> rossler(100, rng=0).shape
    (100, 3)
    """
    start = np.random.default_rng(rng).uniform(-1, 1, 3)
    return _series(system or Rossler(dt=0.1), start, n, transient)


def _series(system: Lorenz63 | Rossler, state: Float64, n: int, transient: int) -> Float64:
    """Follow a system from `state`; the points of the transient are left out."""
    n = whole_number("n", n, 1)
    transient = whole_number("transient", transient)
    positive("system.dt", system.dt)
    path = np.empty((transient + n, len(state)))
    for t in range(transient + n):
        state = system.step(state, t)
        path[t] = state
    return path[transient:]


def mackey_glass(
    n: int,
    *,
    tau: float = 17.0,
    beta: float = 0.2,
    gamma: float = 0.1,
    power: float = 10.0,
    dt: float = 1.0,
    substeps: int = 10,
    transient: int = 500,
    rng: Seed = None,
) -> Float64:
    """Give n values of a Mackey-Glass series that began at random and forgot where.

    dx/dt = beta x(t - tau) / (1 + x(t - tau)^power) - gamma x, chaotic for tau above 16.8, by the
    classical Runge-Kutta rule with steps of `dt / substeps`. The delayed value between two steps
    is the mean of its neighbours. The largest Lyapunov exponent is about 0.006 for tau = 17.
    Source: Mackey & Glass 1977, doi:10.1126/science.267326.

    Args:
        n: values.
        tau: delay, a multiple of the step.
        beta: rate of production.
        gamma: rate of decay.
        power: how steeply production falls with x.
        dt: time between values.
        substeps: steps between two values.
        transient: values before the first one.
        rng: draws the history before time 0 (SPEC 7).

    Returns:
        The series `[n, 1]`.

    >>> mackey_glass(100, rng=0).shape
    (100, 1)
    """
    n = whole_number("n", n, 1)
    transient = whole_number("transient", transient)
    h = positive("dt", dt) / whole_number("substeps", substeps, 1)
    lag = round(tau / h)
    if lag < 1 or abs(lag * h - tau) > 1e-9 * tau:
        raise bad_argument("tau", tau, f"a multiple of the step dt / substeps = {h:g}")

    def slope(x: float, delayed: float) -> float:
        rate: float = beta * delayed / (1 + delayed**power) - gamma * x
        return rate

    steps = (transient + n) * substeps
    x = np.empty(lag + steps + 1)
    x[: lag + 1] = 1.2 + 0.1 * np.random.default_rng(rng).uniform(-1, 1, lag + 1)
    for k in range(lag, lag + steps):
        past = x[k - lag]
        next_past = x[k - lag + 1]
        halfway = (past + next_past) / 2
        a = slope(x[k], past)
        b = slope(x[k] + h / 2 * a, halfway)
        c = slope(x[k] + h / 2 * b, halfway)
        d = slope(x[k] + h * c, next_past)
        x[k + 1] = x[k] + h / 6 * (a + 2 * b + 2 * c + d)
    return x[lag + 1 :][substeps - 1 :: substeps][transient:, None]
