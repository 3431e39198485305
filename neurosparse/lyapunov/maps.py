"""Systems whose exponents are known, to check estimators with and to make data from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.lyapunov.system import Float


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

    def step(self, state: Float, t: int) -> Float:
        """Multiply."""
        return np.asarray(state @ self.matrix.T)

    def push(self, state: Float, vectors: Float, t: int) -> Float:
        """Multiply."""
        return np.asarray(vectors @ self.matrix.T)


@dataclass(frozen=True)
class Lorenz63:
    """The Lorenz attractor, stepped by fourth-order Runge-Kutta; λ ≈ (0.906, 0, -14.572) for these constants.

    x' = σ (y - x), y' = x (ρ - z) - y, z' = x y - β z. Sources: E. N. Lorenz, J. Atmos. Sci. 20
    (1963), doi:10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2; exponents: J. C. Sprott, "Chaos and
    Time-Series Analysis"
    (2003).

    >>> Lorenz63().step(np.zeros(3), 0)
    array([0., 0., 0.])
    """

    sigma: float = 10.0
    rho: float = 28.0
    beta: float = 8.0 / 3.0
    dt: float = 0.01

    def flow(self, x: Float) -> Float:
        """Velocity of states `[..., 3]`."""
        a, b, c = np.moveaxis(x, -1, 0)
        return np.stack(
            [self.sigma * (b - a), a * (self.rho - c) - b, a * b - self.beta * c], axis=-1
        )

    def slope(self, x: Float, q: Float) -> Float:
        """Derivative of the velocity at `x [3]`, applied to `q [k, 3]`."""
        a, b, c = x
        rows = [[-self.sigma, self.sigma, 0.0], [self.rho - c, -1.0, -a], [b, a, -self.beta]]
        return np.asarray(q @ np.array(rows).T)

    def step(self, state: Float, t: int) -> Float:
        """Advance by dt."""
        return _rk4(self.flow, state, self.dt)

    def push(self, state: Float, vectors: Float, t: int) -> Float:
        """Advance tangent vectors by dt."""
        return _rk4_tangent(self, state, vectors)


@dataclass(frozen=True)
class Rossler:
    """The Rössler attractor, as `Lorenz63`; λ ≈ (0.0714, 0, -5.394) for these constants.

    x' = -y - z, y' = x + a y, z' = b + z (x - c). Source: O. E. Rössler, Phys. Lett. A 57 (1976),
    doi:10.1016/0375-9601(76)90101-8.

    >>> Rossler().flow(np.zeros(3))
    array([-0. ,  0. ,  0.2])
    """

    a: float = 0.2
    b: float = 0.2
    c: float = 5.7
    dt: float = 0.02

    def flow(self, x: Float) -> Float:
        """Velocity of states `[..., 3]`."""
        u, v, w = np.moveaxis(x, -1, 0)
        return np.stack([-v - w, u + self.a * v, self.b + w * (u - self.c)], axis=-1)

    def slope(self, x: Float, q: Float) -> Float:
        """Derivative of the velocity at `x [3]`, applied to `q [k, 3]`."""
        rows = [[0.0, -1.0, -1.0], [1.0, self.a, 0.0], [x[2], 0.0, x[0] - self.c]]
        return np.asarray(q @ np.array(rows).T)

    def step(self, state: Float, t: int) -> Float:
        """Advance by dt."""
        return _rk4(self.flow, state, self.dt)

    def push(self, state: Float, vectors: Float, t: int) -> Float:
        """Advance tangent vectors by dt."""
        return _rk4_tangent(self, state, vectors)


def _rk4(flow: Callable[[Float], Float], x: Float, h: float) -> Float:
    a = flow(x)
    b = flow(x + h / 2 * a)
    c = flow(x + h / 2 * b)
    return np.asarray(x + h / 6 * (a + 2 * b + 2 * c + flow(x + h * c)))


def _rk4_tangent(system: Lorenz63 | Rossler, x: Float, q: Float) -> Float:
    """Differentiate the Runge-Kutta step itself, so that `push` is the derivative of `step` to the last bit."""
    h = system.dt
    flow = system.flow
    slope = system.slope
    a = flow(x)
    b = flow(x + h / 2 * a)
    c = flow(x + h / 2 * b)
    da = slope(x, q)
    db = slope(x + h / 2 * a, q + h / 2 * da)
    dc = slope(x + h / 2 * b, q + h / 2 * db)
    return np.asarray(q + h / 6 * (da + 2 * db + 2 * dc + slope(x + h * c, q + h * dc)))
