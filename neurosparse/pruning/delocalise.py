"""Add synapses between neurons two hops apart, so that the leading mode spreads over more."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.random import Generator

from neurosparse.checks import whole_number
from neurosparse.pruning.linear import linearised
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.selection import member, pair_keys
from neurosparse.typing import Array, Float64, Int64, Seed

Edges = tuple[Int64, Int64]


class NewSynapseScore(Protocol):
    """How welcome a new synapse `pre [k] -> post [k]` of weight `weight [k]` is."""

    def __call__(
        self, net: RecurrentNet, pre: Int64, post: Int64, weight: Float64, /
    ) -> Float64: ...


def mode_localisation(net: RecurrentNet, gain: float = 1.0) -> float:
    """Σ|v|⁴ of the leading eigenvector of A (Σ|v|² = 1): 1 on one neuron, 1/n when spread evenly.

    >>> from neurosparse.connectivity import Connectivity
    >>> mode_localisation(RecurrentNet.begin(Connectivity.from_dense([[0, 1], [1, 0]]), 2.0))
    0.5
    """
    values, vectors = np.linalg.eig(linearised(net, gain))
    weight = np.abs(vectors[:, np.argmax(values.real)]) ** 2
    return float(round((weight**2).sum() / weight.sum() ** 2, 12))


@dataclass(frozen=True)
class LessLocalised:
    """Score how much a synapse lowers the localisation Y = Σ|v|⁴ of the leading mode, first order.

    A synapse i -> j of weight w changes the mode v (eigenvalue λ) by δv = w v_i G e_j, G the
    reduced resolvent Σ_m v_m u_mᵀ / (λ - λ_m), so that

        δY = w Re(v_i h_j),  h = Gᵀ g,  g = 4 (|v|² - Y) v*

    One decomposition, O(n³), serves all pairs. A definition of this library: of the paper's third
    step only the aim is known.

    Args:
        gain: slope of the neurons at their working point.
    """

    gain: float = 1.0

    def __call__(
        self, net: RecurrentNet, pre: Int64, post: Int64, weight: Float64
    ) -> Float64:
        """Compute -δY of every pair `[k]`."""
        sender, receiver = localisation_gradient(net, self.gain)
        return np.asarray(-weight * (sender[pre] * receiver[post]).real)


def localisation_gradient(net: RecurrentNet, gain: float = 1.0) -> tuple[Array, Array]:
    """Return v `[n]` and h `[n]` with dY / dA[j, i] = Re(v_i h_j); see `LessLocalised`."""
    values, right = np.linalg.eig(linearised(net, gain))
    left = np.linalg.inv(right)
    top = int(np.argmax(values.real))
    v = right[:, top] / np.linalg.norm(right[:, top])
    away = values[top] - values
    # a mode that coincides with the leading one has no direction of its own
    apart = np.abs(away) > 1e-9 * np.abs(values).max()
    share = np.divide(1.0, away, out=np.zeros_like(away), where=apart)
    size = np.abs(v) ** 2
    pull = 4.0 * (size - (size**2).sum()) * v.conj()
    return v, ((pull @ right) * share) @ left


@dataclass(frozen=True)
class MoreHeterogeneous:
    """Score how far degrees at both ends stand above those around them: hubs grow locally."""

    def __call__(
        self, net: RecurrentNet, pre: Int64, post: Int64, weight: Float64
    ) -> Float64:
        """Add both differences for every pair `[k]`."""
        c = net.connectivity
        degree = (c.in_degree + c.out_degree).astype(np.float64)
        around = c.to_scipy().astype(bool)
        around = (around + around.T).astype(np.float64)
        number = np.maximum(around @ np.ones(c.n_pre), 1.0)
        above = degree - around @ degree / number
        return np.asarray(above[pre] + above[post])


@dataclass(frozen=True)
class Delocalise:
    """Add the best of the pairs that are two hops apart and not joined.

    A new synapse has the mean |w| of its sender's others and their prevailing sign; its delay is
    their median.

    Args:
        score: `LessLocalised()` or `MoreHeterogeneous()`.
        candidates: pairs looked at, at most.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2, 3], [1, 2, 3, 0], n_pre=4, n_post=4)
    >>> Delocalise()(RecurrentNet.begin(ring), 2, rng=0).connectivity.nnz
    6
    """

    score: NewSynapseScore = field(default_factory=LessLocalised)
    candidates: int = 100_000

    def __call__(self, net: RecurrentNet, edges: int, rng: Seed = None) -> RecurrentNet:
        """Add so many synapses, or as many as there are candidates."""
        whole_number("edges", edges)
        pre, post = two_hops(net, self.candidates, np.random.default_rng(rng))
        if not edges or not len(pre):
            return net
        weight, delay = _typical(net)
        score = self.score(net, pre, post, weight[pre])
        top = np.argsort(-score, kind="stable")[:edges]
        pre = pre[top]
        post = post[top]
        grown = net.connectivity.with_edges(
            pre, post, weight[pre].astype(np.float32), delay[pre]
        )
        return net._replace(connectivity=grown)


def two_hops(net: RecurrentNet, most: int, rng: Generator) -> Edges:
    """List pairs `[k]` joined by a path of two synapses but by none, at most so many, drawn evenly.

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = RecurrentNet.begin(Connectivity.from_dense([[0, 1, 0], [0, 0, 1], [0, 0, 0]]))
    >>> two_hops(chain, 10, np.random.default_rng(0))
    (array([0]), array([2]))
    """
    one_hop = net.connectivity.to_scipy()
    one_hop.data = np.ones(len(one_hop.data), np.float32)
    two = (one_hop @ one_hop).tocoo()
    pre = two.row.astype(np.int64)
    post = two.col.astype(np.int64)
    n = net.connectivity.n_pre
    joined = pair_keys(*net.connectivity.edges(), n)
    chosen = np.flatnonzero((pre != post) & ~member(pair_keys(pre, post, n), joined))
    if len(chosen) > most:
        chosen = chosen[np.sort(rng.choice(len(chosen), most, replace=False))]
    return pre[chosen], post[chosen]


def _typical(net: RecurrentNet) -> tuple[Float64, Array]:
    """Weight and delay a new synapse of each neuron gets."""
    c = net.connectivity
    pre, _ = c.edges()
    w = c.weights_array().astype(np.float64)
    number = np.maximum(c.out_degree, 1)
    size = np.bincount(pre, np.abs(w), c.n_pre) / number
    sign = np.where(np.bincount(pre, np.sign(w), c.n_pre) < 0, -1.0, 1.0)
    middle = np.full(c.n_pre, int(np.median(c.delay_steps_array())) if c.nnz else 0)
    return sign * size, middle
