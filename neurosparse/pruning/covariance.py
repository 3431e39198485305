"""How neurons vary together under noise: from a linear model, or from simulated activity."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.sampled_outer import sampled_outer
from neurosparse.pruning.linear import (
    abscissa,
    is_positive,
    linearised,
    stationary_covariance,
)
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.typing import Float64

Rollout = Callable[[RecurrentNet, Generator], Float64]


class Moments(NamedTuple):
    """How neurons vary, as far as a score needs it.

    Args:
        variance: of each neuron, shape `[n]`.
        covariance: over each synapse, shape `[nnz]`.
    """

    variance: Float64
    covariance: Float64


class Covariance(Protocol):
    """Find how a network's neurons vary under noise."""

    def __call__(self, net: RecurrentNet, rng: Generator, /) -> Moments: ...


@dataclass(frozen=True)
class LinearNoise:
    """Moments of dx/dt = (gain W - diag(leak) - shift) x + σ ξ by the Lyapunov equation, O(n³).

    The first shift is taken with which the system is stable and the covariance positive.

    Source: E. Moore, R. Chaudhuri, NeurIPS 2020, arXiv:2011.06026.

    Args:
        sigma: strength of the noise; only scales the answer.
        gain: slope of the neurons at their working point.
        shifts: additional leaks to try, in order.

    >>> net = RecurrentNet.begin(Connectivity.from_dense([[0, 0], [0, 0]]), [1.0, 2.0])
    >>> LinearNoise()(net, np.random.default_rng(0)).variance.tolist()
    [0.5, 0.25]
    """

    sigma: float = 1.0
    gain: float = 1.0
    shifts: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)

    def __call__(self, net: RecurrentNet, rng: Generator) -> Moments:
        """Solve the Lyapunov equation.

        Raises:
            ValueError: unstable with every shift; the message tells the abscissa and the shifts
                tried.
        """
        a = linearised(net, self.gain)
        top = abscissa(a)
        for shift in self.shifts:
            if top >= shift:
                continue
            shifted = a - shift * np.eye(len(a))
            try:
                c = stationary_covariance(shifted, self.sigma)
            except (ValueError, np.linalg.LinAlgError):
                continue
            return _at_edges(c, net.connectivity)
        tried = f"shifts tried: {list(self.shifts)}"
        received = Said(f"a linearisation with spectral abscissa {top:.4g}; {tried}")
        remedy = (
            "raise the leak (dominant_leak makes any network stable), lower the gain, or allow a "
            "larger shift"
        )
        raise bad_argument("net", received, "one that a shift makes stable", remedy)


@dataclass(frozen=True)
class MeasuredNoise:
    """Moments of activity that somebody simulated: no linearisation, O(samples nnz).

    Args:
        rollout: of (net, rng), returns activity `[samples, n]`.

    >>> net = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [0, 0]]))
    >>> noise = MeasuredNoise(lambda net, rng: np.array([[1.0, 2.0], [-1.0, -2.0]]))
    >>> noise(net, np.random.default_rng(0))
    Moments(variance=array([1., 4.]), covariance=array([2.]))
    """

    rollout: Rollout

    def __call__(self, net: RecurrentNet, rng: Generator) -> Moments:
        """Simulate and take the moments.

        Raises:
            ValueError: activity of another shape, not finite, or that never varies.
        """
        return measured_moments(self.rollout(net, rng), net.connectivity)


def measured_moments(activity: ArrayLike, connectivity: Connectivity) -> Moments:
    """Take the moments of activity `[samples, n]`.

    Raises:
        ValueError: activity of another shape, not finite, or that never varies.
    """
    x = np.ascontiguousarray(activity, np.float64)
    if x.ndim != 2 or x.shape[1] != connectivity.n_pre or len(x) < 2:
        expected = f"at least two samples, shape [samples, {connectivity.n_pre}]"
        raise bad_argument("activity", x, expected)
    if not np.isfinite(x).all():
        received = Said("numbers that are not finite")
        raise bad_argument("activity", received, "a bounded simulation", "use a smaller dt")
    x = x - x.mean(axis=0)
    variance = np.mean(x**2, axis=0)
    if not variance.any():
        received = Said("a covariance of zeros")
        raise bad_argument(
            "activity", received, "activity that varies", "raise drive or noise"
        )
    shared = sampled_outer(connectivity.indptr, connectivity.indices, x, x) / len(x)
    return Moments(variance, shared)


class KnownCovariance:
    """Moments by a covariance matrix that is known already.

    Args:
        covariance: symmetric and positive, shape `[n, n]`.

    Raises:
        ValueError: it is not symmetric or not positive.

    >>> net = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [0, 0]]))
    >>> known = KnownCovariance([[1.0, 0.5], [0.5, 2.0]])
    >>> known(net, np.random.default_rng(0)).covariance.tolist()
    [0.5]
    """

    def __init__(self, covariance: ArrayLike) -> None:
        c = np.asarray(covariance, np.float64)
        if c.ndim != 2 or c.shape[0] != c.shape[1] or not np.allclose(c, c.T):
            raise bad_argument("covariance", c, "a symmetric matrix [n, n]")
        if not is_positive(c):
            received = Said(f"a matrix with the eigenvalue {np.linalg.eigvalsh(c)[0]:.4g}")
            raise bad_argument(
                "covariance", received, "no eigenvalue below 0", "take more samples"
            )
        self.covariance = c

    def __call__(self, net: RecurrentNet, rng: Generator) -> Moments:
        """Take the entries over the synapses of the network."""
        return _at_edges(self.covariance, net.connectivity)


def _at_edges(c: Float64, connectivity: Connectivity) -> Moments:
    pre, post = connectivity.edges()
    return Moments(np.diagonal(c).copy(), c[post, pre])
