"""Noise pruning: a synapse is worth what it does to the noise that its two neurons share."""

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.pruning.covariance import Covariance, LinearNoise
from neurosparse.pruning.draw import Draw, Independent
from neurosparse.pruning.recurrent import Float, Recurrent
from neurosparse.pruning.sampled import Drawn, Generator, Matched, Sampled


class Size(Protocol):
    """How large each synapse is `[nnz]`, 0 or more."""

    def __call__(self, net: Recurrent, rng: Generator) -> Float: ...


@dataclass(frozen=True)
class Weight:
    """Size and score |w|.

    >>> net = Recurrent.begin(Connectivity.from_dense([[0, -2], [0, 0]]))
    >>> Weight()(net, np.random.default_rng(0)).tolist()
    [2.0]
    """

    def __call__(self, net: Recurrent, rng: Generator) -> Float:
        """Measure every synapse."""
        return np.abs(net.connectivity.weights_array()).astype(np.float64)


@dataclass(frozen=True)
class Alike:
    """Size and score 1 for all: pruning by chance alone."""

    def __call__(self, net: Recurrent, rng: Generator) -> Float:
        """Measure every synapse."""
        return np.ones(net.connectivity.nnz)


@dataclass(frozen=True)
class NoiseScore:
    """Score `size (C_ii + C_jj - 2 sgn(w_ij) C_ij)`: large where two neurons vary although a synapse ties them.

    With size |w| and a symmetric linear network this is weight times effective resistance.
    Source: E. Moore, R. Chaudhuri, "Using noise to probe recurrent neural network structure and
    prune synapses",
    NeurIPS 2020, arXiv:2011.06026.

    Args:
        covariance: `LinearNoise()`, or `Measured(rollout)` for networks that are not linear.
        size: `Weight()`, or `NeighbourExponents` as in Lyapunov noise pruning.
    """

    covariance: Covariance = field(default_factory=LinearNoise)
    size: Size = field(default_factory=Weight)

    def __call__(self, net: Recurrent, rng: Generator) -> Float:
        """Score every synapse."""
        pre, post = net.connectivity.edges()
        moments = self.covariance(net, rng)
        sign = np.sign(net.connectivity.weights_array())
        apart = moments.variance[pre] + moments.variance[post] - 2.0 * sign * moments.covariance
        return np.asarray(self.size(net, rng) * np.maximum(apart, 0.0))


def noise_prune(
    connectivity: Connectivity,
    keep: float = 0.5,
    *,
    leak: Any = None,
    covariance: Covariance | None = None,
    cap: float = 1.0,
    draw: Draw | None = None,
    rng: Any = None,
) -> Drawn:
    """Prune a linear(ised) recurrent network to a share of its synapses, so that its slow modes
    stay.

    For the parts by themselves see `Sampled` and `NoiseScore`.

    Args:
        connectivity: recurrent, at most one synapse a pair.
        keep: share of the synapses that stays.
        leak: 1 / τ `[n]`; without it `dominant_leak`, with which every draw is stable.
        covariance: `LinearNoise()` unless told otherwise.
        cap: quantile of 1 / p above which weights are not raised.
        draw: `Independent()`, or `Systematic()` for exact numbers.
        rng: seed or generator.

    Raises:
        ValueError: arguments that cannot be meant, or a linearisation that no shift makes stable.
        TypeError: no connectivity.

    >>> full = Connectivity.from_dense(np.ones((20, 20)) - np.eye(20))
    >>> drawn = noise_prune(full, 0.5, rng=0)
    >>> drawn.net.connectivity.nnz, bool((drawn.net.leak > 0).all())
    (170, True)
    """
    if not 0 < keep <= 1:
        raise bad_argument("keep", keep, "a share in (0, 1]")
    if not isinstance(connectivity, Connectivity):
        remedy = "of a Recurrent hand in net.connectivity, leak=net.leak"
        raise bad_type("connectivity", Said(type(connectivity).__name__), "a Connectivity", remedy)
    net = Recurrent.begin(connectivity, leak)
    rule = Sampled(
        NoiseScore(covariance or LinearNoise()), True, cap, draw or Independent(), Matched()
    )
    return rule.drawn(net, round(keep * connectivity.nnz), rng)
