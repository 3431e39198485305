"""Noise pruning: a synapse is worth what it does to the noise that its two neurons share."""

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.pruning.covariance import Covariance, LinearNoise
from neurosparse.pruning.diagonal import Matched
from neurosparse.pruning.draw import Draw, Independent
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.pruning.sampled import DrawnNetwork, Sampled
from neurosparse.rewiring import Magnitude, SynapseScore
from neurosparse.typing import Float64, Seed


@dataclass(frozen=True)
class NoiseScore:
    """Score `size (C_ii + C_jj - 2 sgn(w_ij) C_ij)`: two neurons that vary though they are tied.

    With size |w| and a symmetric linear network this is weight times effective resistance.

    Source: E. Moore, R. Chaudhuri, "Using noise to probe recurrent neural network structure and
    prune synapses", NeurIPS 2020, arXiv:2011.06026.

    Args:
        covariance: `LinearNoise()`, or `MeasuredNoise(rollout)` for networks that are not linear.
        size: how large a synapse is, 0 or more: `Magnitude()`, or `NeighbourExponents` as in
            Lyapunov noise pruning.
    """

    covariance: Covariance = field(default_factory=LinearNoise)
    size: SynapseScore[RecurrentNet] = field(default_factory=Magnitude)

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Compute the size times the variance of the difference over every synapse."""
        pre, post = net.connectivity.edges()
        moments = self.covariance(net, rng)
        sign = np.sign(net.connectivity.weights_array())
        apart = (
            moments.variance[pre] + moments.variance[post] - 2.0 * sign * moments.covariance
        )
        return np.asarray(self.size(net, rng) * np.maximum(apart, 0.0))


def noise_prune(
    connectivity: Connectivity,
    keep: float = 0.5,
    *,
    leak: ArrayLike | None = None,
    covariance: Covariance | None = None,
    cap: float = 1.0,
    draw: Draw | None = None,
    rng: Seed = None,
) -> DrawnNetwork:
    """Prune a linear(ised) recurrent network to a share of its synapses; its slow modes stay.

    For the parts by themselves see `Sampled` and `NoiseScore`.

    Args:
        connectivity: recurrent, at most one synapse a pair.
        keep: share of the synapses that stays.
        leak: 1 / τ `[n]`; without it `dominant_leak`, with which every draw is stable.
        covariance: `LinearNoise()` by default.
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
        remedy = "of a RecurrentNet hand in net.connectivity, leak=net.leak"
        raise bad_type(
            "connectivity", Said(type(connectivity).__name__), "a Connectivity", remedy
        )
    net = RecurrentNet.begin(connectivity, leak)
    score = NoiseScore(covariance or LinearNoise())
    rule = Sampled(score, True, cap, draw or Independent(), Matched())
    return rule.drawn(net, round(keep * connectivity.nnz), rng)
