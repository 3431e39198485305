"""Systems whose exponents are known, to check estimators with and to make data from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.typing import Float64


@dataclass(frozen=True, eq=False)
class LinearMap:
    """`x <- A x`; the exponents are ln|eigenvalue| / dt.

    >>> LinearMap([[0.0, 2.0], [1.0, 0.0]]).step(np.array([1.0, 5.0]), 0)
    array([10.,  1.])
    """

    matrix: Any
    dt: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", np.array(self.matrix, np.float64))
        if self.matrix.ndim != 2 or len(set(self.matrix.shape)) != 1:
            raise bad_argument("matrix", self.matrix, "a square matrix")

    def step(self, state: Float64, t: int) -> Float64:
        """Multiply states `[..., n]` by A."""
        return np.asarray(state @ self.matrix.T)

    def push(self, state: Float64, vectors: Float64, t: int) -> Float64:
        """Multiply tangent vectors `[k, n]` by A, which is its own derivative."""
        return np.asarray(vectors @ self.matrix.T)


@dataclass(frozen=True)
class Lorenz63:
    """The Lorenz attractor, stepped by fourth-order Runge-Kutta.

    x' = σ (y - x), y' = x (ρ - z) - y, z' = x y - β z; the exponents are (0.906, 0, -14.572) for
    these constants. Sources: E. N. Lorenz, J. Atmos. Sci. 20 (1963),
    doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2; exponents: J. C. Sprott, "Chaos and
    Time-Series Analysis" (2003).

    >>> Lorenz63().step(np.zeros(3), 0)
    array([0., 0., 0.])
    """

    sigma: float = 10.0
    rho: float = 28.0
    beta: float = 8.0 / 3.0
    dt: float = 0.01

    def flow(self, x: Float64) -> Float64:
        """Velocity of states `[..., 3]`."""
        a = x[..., 0]
        b = x[..., 1]
        c = x[..., 2]
        velocity = np.empty(x.shape)
        velocity[..., 0] = self.sigma * (b - a)
        velocity[..., 1] = a * (self.rho - c) - b
        velocity[..., 2] = a * b - self.beta * c
        return velocity

    def slope(self, x: Float64, q: Float64) -> Float64:
        """Derivative of the velocity at `x [3]`, applied to `q [k, 3]`."""
        a, b, c = x
        rows = [
            [-self.sigma, self.sigma, 0.0],
            [self.rho - c, -1.0, -a],
            [b, a, -self.beta],
        ]
        return np.asarray(q @ np.array(rows).T)

    def step(self, state: Float64, t: int) -> Float64:
        """Advance by dt."""
        return runge_kutta(self.flow, state, self.dt)

    def push(self, state: Float64, vectors: Float64, t: int) -> Float64:
        """Advance tangent vectors by dt."""
        return runge_kutta_tangent(self, state, vectors)


@dataclass(frozen=True)
class Rossler:
    """The Rössler attractor, stepped by fourth-order Runge-Kutta.

    x' = -y - z, y' = x + a y, z' = b + z (x - c); the exponents are (0.0714, 0, -5.394) for these
    constants. Source: O. E. Rössler, Phys. Lett. A 57 (1976), doi:10.1016/0375-9601(76)90101-8.

    >>> Rossler().flow(np.zeros(3))
    array([-0. ,  0. ,  0.2])
    """

    a: float = 0.2
    b: float = 0.2
    c: float = 5.7
    dt: float = 0.02

    def flow(self, x: Float64) -> Float64:
        """Velocity of states `[..., 3]`."""
        u = x[..., 0]
        v = x[..., 1]
        w = x[..., 2]
        velocity = np.empty(x.shape)
        velocity[..., 0] = -v - w
        velocity[..., 1] = u + self.a * v
        velocity[..., 2] = self.b + w * (u - self.c)
        return velocity

    def slope(self, x: Float64, q: Float64) -> Float64:
        """Derivative of the velocity at `x [3]`, applied to `q [k, 3]`."""
        rows = [[0.0, -1.0, -1.0], [1.0, self.a, 0.0], [x[2], 0.0, x[0] - self.c]]
        return np.asarray(q @ np.array(rows).T)

    def step(self, state: Float64, t: int) -> Float64:
        """Advance by dt."""
        return runge_kutta(self.flow, state, self.dt)

    def push(self, state: Float64, vectors: Float64, t: int) -> Float64:
        """Advance tangent vectors by dt."""
        return runge_kutta_tangent(self, state, vectors)


def runge_kutta(flow: Callable[[Float64], Float64], x: Float64, h: float) -> Float64:
    """Advance states along `flow` by a step h, by the classical rule of fourth order.

    >>> runge_kutta(lambda x: -x, np.ones(1), 0.1).round(5)
    array([0.90484])
    """
    a = flow(x)
    b = flow(x + h / 2 * a)
    c = flow(x + h / 2 * b)
    d = flow(x + h * c)
    return np.asarray(x + h / 6 * (a + 2 * b + 2 * c + d))


def runge_kutta_tangent(system: Lorenz63 | Rossler, x: Float64, q: Float64) -> Float64:
    """Advance tangent vectors q at x by the derivative of `runge_kutta` itself.

    So `push` is the derivative of `step` to the last bit, not that of the flow.
    """
    h = system.dt
    flow = system.flow
    slope = system.slope
    a = flow(x)
    b = flow(x + h / 2 * a)
    c = flow(x + h / 2 * b)
    da = slope(x, q)
    db = slope(x + h / 2 * a, q + h / 2 * da)
    dc = slope(x + h / 2 * b, q + h / 2 * db)
    dd = slope(x + h * c, q + h * dc)
    return np.asarray(q + h / 6 * (da + 2 * db + 2 * dc + dd))
