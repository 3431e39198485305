"""Prune synapses by chance: a score sets with which each is kept, and what is kept counts more."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.pruning.diagonal import Diagonal, Matched
from neurosparse.pruning.draw import Draw, Independent, inclusion
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.rewiring import SynapseScore
from neurosparse.rewiring.scores import check_score, scores_of
from neurosparse.selection import pair_keys
from neurosparse.typing import Float64, Int64, Seed


class DrawnNetwork(NamedTuple):
    """A pruned network and how it was drawn.

    Args:
        net: the network.
        chance: with which each old synapse was kept, shape `[nnz]`.
        kept: positions of the old synapses that stayed.
        largest: factor by which a weight was raised at most.
    """

    net: RecurrentNet
    chance: Float64
    kept: Int64
    largest: float


@dataclass(frozen=True)
class Sampled:
    """Keep synapses with chances p = min(1, K score) that add up to the wanted number.

    Kept weights become w / p. The mean over draws is then the network itself. A symmetric network
    stays symmetric: both directions of a pair are drawn together. Synapses of a neuron onto itself
    belong to the diagonal and always stay.

    Args:
        score: of each synapse.
        rescale: divide kept weights by their chance.
        cap: quantile of 1 / p in (0, 1] above which a weight is not raised. 1 leaves the mean right
            and the slow modes closest; 0.5 did best on trained nonlinear networks (and lets the
            mean shrink).
        draw: `Independent()` as published, or `Systematic()` for exact numbers.
        diagonal: `Matched()` or `Unchanged()`.

    Raises:
        ValueError: a cap that is no quantile.
    """

    score: SynapseScore[RecurrentNet]
    rescale: bool = True
    cap: float = 1.0
    draw: Draw = field(default_factory=Independent)
    diagonal: Diagonal = field(default_factory=Matched)

    def __post_init__(self) -> None:
        check_score(self.score)
        if not 0 < self.cap <= 1:
            raise bad_argument("cap", self.cap, "a quantile in (0, 1]", "1 caps nothing")

    def __call__(self, net: RecurrentNet, synapses: int, rng: Seed = None) -> RecurrentNet:
        """Prune to so many synapses."""
        return self.drawn(net, synapses, rng).net

    def drawn(self, net: RecurrentNet, synapses: int, rng: Seed = None) -> DrawnNetwork:
        """Prune to so many synapses and tell how.

        Raises:
            ValueError: more to keep than there are.
        """
        rng = np.random.default_rng(rng)
        c = net.connectivity
        if not 0 <= synapses <= c.nnz:
            raise bad_argument("synapses", synapses, f"0..{c.nnz}, those there are")
        deciding = _deciding(c)
        fixed = c.nnz - deciding.each * len(deciding.drawn)
        if synapses < fixed:
            expected = f"at least {fixed}, those onto their own neuron, which stay"
            raise bad_argument("synapses", synapses, expected)
        score = scores_of(self.score, net, c.nnz, rng)[deciding.drawn]
        drawn_chance = inclusion(score, round((synapses - fixed) / deciding.each))
        chance = np.ones(c.nnz)
        chance[deciding.drawn] = drawn_chance
        stays = np.ones(c.nnz, np.bool_)
        stays[deciding.drawn] = self.draw(drawn_chance, rng)
        # what was drawn for one synapse holds for all it decides for
        chance = chance[deciding.of]
        stays = stays[deciding.of]
        factor = self._factors(chance)
        kept = np.flatnonzero(stays)
        weight = (c.weights_array()[kept] * factor[kept]).astype(np.float32)
        pruned = c.without(~stays).with_weight(weight)
        leak = self.diagonal(net, pruned)
        largest = float(factor[kept].max(initial=1.0))
        return DrawnNetwork(RecurrentNet(pruned, leak, net.neurons), chance, kept, largest)

    def _factors(self, chance: Float64) -> Float64:
        """By how much each weight is raised if it is kept `[nnz]`."""
        if not self.rescale:
            return np.ones(len(chance))
        raised = 1.0 / np.maximum(chance, np.finfo(np.float64).tiny)
        possible = raised[chance > 0]
        if self.cap == 1 or not possible.size:
            return raised
        return np.minimum(raised, np.quantile(possible, self.cap))


class _Deciding(NamedTuple):
    """Which synapses are drawn, and for whom."""

    of: Int64  # for each synapse the one that decides for it
    drawn: Int64  # those that are drawn
    each: int  # how many synapses each of them stands for


def _deciding(c: Connectivity) -> _Deciding:
    """Each decides for itself or, in a symmetric network, for both directions of its pair."""
    pre, post = (side.astype(np.int64) for side in c.edges())
    itself = pre == post
    positions = np.arange(c.nnz)
    mirrored = c.transpose()
    symmetric = (
        np.array_equal(c.indptr, mirrored.indptr)
        and np.array_equal(c.indices, mirrored.indices)
        and np.array_equal(c.weights_array(), mirrored.weights_array())
    )
    if not symmetric:
        return _Deciding(positions, positions[~itself], 1)
    keys = pair_keys(pre, post, c.n_post)
    first = pair_keys(np.minimum(pre, post), np.maximum(pre, post), c.n_post)
    return _Deciding(np.searchsorted(keys, first), positions[pre < post], 2)
