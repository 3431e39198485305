"""How neurons vary together under noise: from a linear model, or from simulated activity."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.sampled_outer import sampled_outer
from neurosparse.pruning.linear import abscissa, is_positive, linearised, stationary_covariance
from neurosparse.pruning.recurrent import Float, Recurrent

Generator = np.random.Generator
Rollout = Callable[[Recurrent, Generator], Float]


class Moments(NamedTuple):
    """Variance of each neuron `[n]`, and covariance over each synapse `[nnz]`; nothing else is
    needed.
    """

    variance: Float
    covariance: Float


class Covariance(Protocol):
    """Find how a network's neurons vary under noise."""

    def __call__(self, net: Recurrent, rng: Generator) -> Moments: ...


@dataclass(frozen=True)
class LinearNoise:
    """Moments of dx/dt = (gain W - diag(leak) - shift) x + σ ξ by the Lyapunov equation, O(n³).

    The first shift is taken with which the system is stable and the covariance positive.
    Source: E. Moore, R. Chaudhuri, NeurIPS 2020, arXiv:2011.06026.

    Args:
        sigma: strength of the noise; only scales the answer.
        gain: slope of the neurons at their working point.
        shifts: additional leaks to try, in order.

    >>> net = Recurrent.begin(Connectivity.from_dense([[0, 0], [0, 0]]), [1.0, 2.0])
    >>> LinearNoise()(net, np.random.default_rng(0)).variance.tolist()
    [0.5, 0.25]
    """

    sigma: float = 1.0
    gain: float = 1.0
    shifts: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)

    def __call__(self, net: Recurrent, rng: Generator) -> Moments:
        """Solve the Lyapunov equation.

        Raises:
            ValueError: unstable with every shift; the message tells the abscissa and the shifts
                tried.
        """
        a = linearised(net, self.gain)
        top = abscissa(a)
        for shift in self.shifts:
            if top < shift:
                shifted = a - shift * np.eye(len(a))
                try:
                    c = stationary_covariance(shifted, self.sigma)
                except (ValueError, np.linalg.LinAlgError):
                    continue
                return _at_edges(c, net.connectivity)
        found = Said(
            f"a linearisation with spectral abscissa {top:.4g}; shifts tried: {list(self.shifts)}"
        )
        remedy = "raise the leak (dominant_leak makes any network stable), lower the gain, or allow a larger shift"
        raise bad_argument("net", found, "one that a shift makes stable", remedy)


@dataclass(frozen=True)
class Measured:
    """Moments of activity that somebody simulated: no linearisation, O(samples nnz).

    Args:
        rollout: of (net, rng), returns activity `[samples, n]`.

    >>> net = Recurrent.begin(Connectivity.from_dense([[0, 1], [0, 0]]))
    >>> Measured(lambda net, rng: np.array([[1.0, 2.0], [-1.0, -2.0]]))(net, np.random.default_rng(0))
    Moments(variance=array([1., 4.]), covariance=array([2.]))
    """

    rollout: Rollout

    def __call__(self, net: Recurrent, rng: Generator) -> Moments:
        """Simulate and take the moments.

        Raises:
            ValueError: activity of another shape, not finite, or that never varies.
        """
        return measured_moments(self.rollout(net, rng), net.connectivity)


def measured_moments(activity: Any, connectivity: Connectivity) -> Moments:
    """Take the moments of activity `[samples, n]`.

    Raises:
        ValueError: activity of another shape, not finite, or that never varies.
    """
    x = np.ascontiguousarray(activity, np.float64)
    if x.ndim != 2 or x.shape[1] != connectivity.n_pre or len(x) < 2:
        raise bad_argument(
            "activity", x, f"at least two samples, shape [samples, {connectivity.n_pre}]"
        )
    if not np.isfinite(x).all():
        raise bad_argument(
            "activity",
            Said("numbers that are not finite"),
            "a bounded simulation",
            "use a smaller dt",
        )
    x = x - x.mean(axis=0)
    variance = np.mean(x**2, axis=0)
    if not variance.any():
        raise bad_argument(
            "activity",
            Said("a covariance of zeros"),
            "activity that varies",
            "raise drive or noise",
        )
    shared = sampled_outer(connectivity.indptr, connectivity.indices, x, x) / len(x)
    return Moments(variance, shared)


def given(covariance: Any) -> Callable[[Recurrent, Generator], Moments]:
    """Use a covariance matrix `[n, n]` that is known already.

    Raises:
        ValueError: it is not symmetric or not positive.

    >>> net = Recurrent.begin(Connectivity.from_dense([[0, 1], [0, 0]]))
    >>> given([[1.0, 0.5], [0.5, 2.0]])(net, np.random.default_rng(0)).covariance.tolist()
    [0.5]
    """
    c = np.asarray(covariance, np.float64)
    if c.ndim != 2 or c.shape[0] != c.shape[1] or not np.allclose(c, c.T):
        raise bad_argument("covariance", c, "a symmetric matrix [n, n]")
    if not is_positive(c):
        low = np.linalg.eigvalsh(c)[0]
        found = Said(f"a matrix with the eigenvalue {low:.4g}")
        raise bad_argument("covariance", found, "no eigenvalue below 0", "take more samples")
    return lambda net, rng: _at_edges(c, net.connectivity)


def _at_edges(c: Float, connectivity: Connectivity) -> Moments:
    pre, post = connectivity.edges()
    return Moments(np.diagonal(c).copy(), c[post, pre])


@dataclass(frozen=True)
class RateRollout:
    """Noisy activity of τ-heterogeneous rate neurons, dx = (-leak x + W f(x)) dt + σ √dt ξ, several runs at once.

    Args:
        samples: kept, over all runs together.
        burn_in: steps left out of each run.
        share: step as a share of the fastest neuron's time constant.
        sigma: strength of the noise.
        runs: trajectories side by side.
        linear: f(x) = x; otherwise tanh.

    >>> net = Recurrent.begin(Connectivity.from_dense([[0, 1], [0, 0]]))
    >>> RateRollout(samples=50)(net, np.random.default_rng(0)).shape
    (50, 2)
    """

    samples: int = 25_000
    burn_in: int = 300
    share: float = 0.1
    sigma: float = 1.0
    runs: int = 50
    linear: bool = False

    def __call__(self, net: Recurrent, rng: Generator) -> Float:
        """Simulate by Euler and Maruyama."""
        from neurosparse.lyapunov.rate import through

        n = net.connectivity.n_pre
        dt = self.share / float(net.leak.max())
        x = np.zeros((self.runs, n))
        steps = -(-self.samples // self.runs)
        kept = np.empty((steps, self.runs, n))
        for t in range(-self.burn_in, steps):
            rate = x if self.linear else np.tanh(x)
            drift = through(net.connectivity, rate) - net.leak * x
            x = x + dt * drift + self.sigma * np.sqrt(dt) * rng.standard_normal(x.shape)
            if t >= 0:
                kept[t] = x if self.linear else np.tanh(x)
        return kept.reshape(-1, n)[: self.samples]
