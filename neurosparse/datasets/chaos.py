"""Chaotic systems, generated: Lorenz-63, Rössler and Mackey-Glass, each with its largest Lyapunov
exponent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]


def _checked(n: int, dt: float, transient: int) -> None:
    if n < 1 or transient < 0 or not dt > 0:
        raise ValueError(
            f"got n={n}, dt={dt}, transient={transient}; wants n >= 1, dt > 0 and transient >= 0"
        )


def runge_kutta(rule: Callable[[Float64], Float64], start: Float64, n: int, dt: float) -> Float64:
    """Follow dx/dt = rule(x) for n steps by the classical fourth-order rule: `[n, variables]`, the
    start left out.

    >>> float(runge_kutta(lambda x: -x, np.ones(1), 10, 0.1)[-1, 0].round(5))
    0.36788
    """
    x = np.asarray(start, np.float64)
    path = np.empty((n, len(start)))
    for k in range(n):
        a = rule(x)
        b = rule(x + dt / 2 * a)
        c = rule(x + dt / 2 * b)
        d = rule(x + dt * c)
        x = x + dt / 6 * (a + 2 * b + 2 * c + d)
        path[k] = x
    return path


@dataclass(frozen=True)
class Lorenz63:
    """dx/dt = sigma (y - x), dy/dt = x (rho - z) - y, dz/dt = x y - beta z.

    Its largest exponent is 0.906 for the usual parameters. Source: Lorenz 1963,
    doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2.

    >>> Lorenz63()(100, rng=0).shape
    (100, 3)
    """

    sigma: float = 10.0
    rho: float = 28.0
    beta: float = 8 / 3
    dt: float = 0.02
    exponent: float = 0.906

    def rule(self, x: Float64) -> Float64:
        """Time derivative."""
        return np.array(
            [
                self.sigma * (x[1] - x[0]),
                x[0] * (self.rho - x[2]) - x[1],
                x[0] * x[1] - self.beta * x[2],
            ]
        )

    def __call__(self, n: int, *, transient: int = 1000, rng: Any = None) -> Float64:
        """Give n points `[n, 3]`, `dt` apart, of a trajectory that began at random and forgot it."""
        _checked(n, self.dt, transient)
        start = np.random.default_rng(rng).normal(0, 1, 3) + np.array([1.0, 1.0, 25.0])
        return runge_kutta(self.rule, start, transient + n, self.dt)[transient:]


@dataclass(frozen=True)
class Rossler:
    """dx/dt = -y - z, dy/dt = x + a y, dz/dt = b + z (x - c).

    Its largest exponent is 0.071 for the usual parameters. Source: Rössler 1976,
    doi:10.1016/0375-9601(76)90101-8.

    >>> Rossler()(100, rng=0).shape
    (100, 3)
    """

    a: float = 0.2
    b: float = 0.2
    c: float = 5.7
    dt: float = 0.1
    exponent: float = 0.071

    def rule(self, x: Float64) -> Float64:
        """Time derivative."""
        return np.array([-x[1] - x[2], x[0] + self.a * x[1], self.b + x[2] * (x[0] - self.c)])

    def __call__(self, n: int, *, transient: int = 2000, rng: Any = None) -> Float64:
        """Give n points `[n, 3]`, `dt` apart, of a trajectory that began at random and forgot it."""
        _checked(n, self.dt, transient)
        start = np.random.default_rng(rng).uniform(-1, 1, 3)
        return runge_kutta(self.rule, start, transient + n, self.dt)[transient:]


@dataclass(frozen=True)
class MackeyGlass:
    """dx/dt = beta x(t - tau) / (1 + x(t - tau)^power) - gamma x, chaotic for tau above 16.8.

    Followed by the classical Runge-Kutta rule with steps of `dt / substeps`, the delayed value
    between steps taken as the mean of its neighbours. The largest exponent is about 0.006 for tau =
    17. Source: Mackey & Glass 1977, doi:10.1126/science.267326.

    >>> MackeyGlass()(100, rng=0).shape
    (100, 1)
    """

    tau: float = 17.0
    beta: float = 0.2
    gamma: float = 0.1
    power: float = 10.0
    dt: float = 1.0
    substeps: int = 10
    exponent: float = 0.006

    def __call__(self, n: int, *, transient: int = 500, rng: Any = None) -> Float64:
        """Give n values `[n, 1]`, `dt` apart, of a trajectory that began at random and forgot it."""
        _checked(n, self.dt, transient)
        h = self.dt / self.substeps
        lag = round(self.tau / h)
        if lag < 1 or abs(lag * h - self.tau) > 1e-9 * self.tau:
            raise ValueError(
                f"tau: got {self.tau}, wants a multiple of the step dt / substeps = {h:g}"
            )
        steps = (transient + n) * self.substeps
        x = np.empty(lag + steps + 1)
        x[: lag + 1] = 1.2 + 0.1 * np.random.default_rng(rng).uniform(-1, 1, lag + 1)
        for k in range(lag, lag + steps):
            x[k + 1] = self._step(x[k], x[k - lag], x[k - lag + 1], h)
        return x[lag + 1 :][self.substeps - 1 :: self.substeps][transient:, None]

    def _step(self, x: float, then: float, next_then: float, h: float) -> float:
        def slope(now: float, late: float) -> float:
            rate: float = self.beta * late / (1 + late**self.power) - self.gamma * now
            return rate

        half = (then + next_then) / 2
        a = slope(x, then)
        b = slope(x + h / 2 * a, half)
        c = slope(x + h / 2 * b, half)
        d = slope(x + h * c, next_then)
        moved: float = x + h / 6 * (a + 2 * b + 2 * c + d)
        return moved
