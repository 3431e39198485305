"""`Rewiring`: drop, then grow, exactly as many synapses as the schedule says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.rewiring.costs import costing, no_products
from neurosparse.rewiring.drop import Drop
from neurosparse.rewiring.grow import Grow
from neurosparse.rewiring.layer import Change, Int64, LayerSynapses, keys_of
from neurosparse.rewiring.schedules import Cosine, Schedule
from neurosparse.selection import member

Distribution = Callable[[Sequence[LayerSynapses], Sequence[int]], list[int]]
Chains = Callable[[Sequence[Connectivity]], list[Int64]]


class Sampling(NamedTuple):
    """What a rule wants recorded: the last `batches`, `per_batch` samples of each (0: all of
    it).
    """

    batches: int = 0
    per_batch: int = 0


def check_every(every: Any) -> None:
    """Refuse a period that is no whole number of steps, or below 0.

    >>> check_every(0.5)
    Traceback (most recent call last):
    ValueError: every: got 0.5, wants whole optimiser steps, or 0 for once an epoch
    """
    if isinstance(every, bool) or not isinstance(every, int | np.integer) or every < 0:
        raise bad_argument("every", every, "whole optimiser steps, or 0 for once an epoch")


@costing(no_products)
def own(layers: Sequence[LayerSynapses], dropped: Sequence[int]) -> list[int]:
    """Let each layer regrow what it dropped.

    >>> own([], [3, 4])
    [3, 4]
    """
    return list(dropped)


@dataclass(frozen=True)
class Rewiring:
    """Drop the worst synapses and grow as many elsewhere: score, drop, grow on the support itself.

    An edge that is dropped and grown in the same step stays as it was; others start at 0.

    Args:
        drop: chooses synapses to go.
        grow: chooses unconnected pairs to come; sees the layer after the drop.
        fraction: share of the synapses to exchange, by progress.
        every: optimiser steps between two updates; 0 is once an epoch.
        distribution: how the dropped number is spread over layers again.
        chains: finds synapses on dead ends after the drop, which go too.
        density: if given, synapses over possible pairs of all layers together, by progress.
        sampling: the activity the scores need.
        remember: whether to count the rounds in which each pair was connected (DST-EE).

    >>> from neurosparse.rewiring import Lowest, Magnitude
    >>> from neurosparse.rewiring import UniformPairs
    >>> from neurosparse.rewiring import Constant
    >>> rule = Rewiring(Lowest(Magnitude()), UniformPairs(), Constant(0.5))
    >>> layer = LayerSynapses(Connectivity.from_dense([[5, 1, 0, 0]]), np.array([5.0, 1.0]))
    >>> [change] = rule.step([layer], progress=0.0, rng=1)
    >>> change.drop.tolist(), change.post.tolist()
    ([1], [2])
    """

    drop: Drop
    grow: Grow
    fraction: Schedule = field(default_factory=Cosine)
    every: int = 0
    distribution: Distribution = own
    chains: Chains | None = None
    density: Schedule | None = None
    sampling: Sampling = field(default_factory=Sampling)
    remember: bool = False

    def __post_init__(self) -> None:
        check_every(self.every)

    @property
    def resizes(self) -> bool:
        """Whether a layer may end with another number of synapses than it has."""
        return self.density is not None or self.distribution is not own

    def step(
        self, layers: Sequence[LayerSynapses], progress: float, rng: Any = None
    ) -> list[Change]:
        """Choose what each layer drops and grows at this progress 0..1."""
        rng = np.random.default_rng(rng)
        shrink = self._shrink(layers, progress)
        share = self.fraction(progress)
        counts = [
            s + round(share * (len(layer.values) - s))
            for layer, s in zip(layers, shrink, strict=True)
        ]
        drops = [self.drop(layer, k, rng) for layer, k in zip(layers, counts, strict=True)]
        reduced = [layer.without(gone) for layer, gone in zip(layers, drops, strict=True)]
        if self.chains is not None and any(counts):
            dead = self.chains([layer.support for layer in reduced])
            drops = [
                _further(gone, more, len(layer.values))
                for gone, more, layer in zip(drops, dead, layers, strict=True)
            ]
            reduced = [layer.without(more) for layer, more in zip(reduced, dead, strict=True)]
        lost = [len(gone) - s for gone, s in zip(drops, shrink, strict=True)]
        grown = within_free(reduced, self.distribution(reduced, lost))
        edges = [self.grow(layer, k, rng) for layer, k in zip(reduced, grown, strict=True)]
        return [
            settled(layer.support, gone, *new)
            for layer, gone, new in zip(layers, drops, edges, strict=True)
        ]

    def _shrink(self, layers: Sequence[LayerSynapses], progress: float) -> list[int]:
        """How many synapses each layer loses for good, in proportion to what it has."""
        present = np.array([len(layer.values) for layer in layers])
        if self.density is None or not present.sum():
            return [0] * len(layers)
        places = sum(layer.support.n_pre * layer.support.n_post for layer in layers)
        surplus = max(0, int(present.sum()) - round(self.density(progress) * places))
        return largest_remainder(present, surplus)


def largest_remainder(weights: Any, total: int) -> list[int]:
    """Split `total` in proportion to the weights into whole numbers that add up to it.

    >>> largest_remainder([1, 1, 1], 4)
    [2, 1, 1]
    """
    weights = np.asarray(weights, np.float64)
    exact = (
        weights / weights.sum() * total
        if weights.sum() > 0
        else np.full(len(weights), total / len(weights))
    )
    whole = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]] += 1
    return [int(n) for n in whole]


def within_free(layers: Sequence[LayerSynapses], wanted: Sequence[int]) -> list[int]:
    """Move what a layer has no room for to the others, so that the total stays.

    >>> full, free = (LayerSynapses(Connectivity.from_dense(m), np.ones(1)) for m in ([[1]], [[1, 0, 0]]))
    >>> within_free([full, free], [1, 1])
    [0, 2]
    """
    room = np.array(
        [layer.support.n_pre * layer.support.n_post - layer.support.nnz for layer in layers]
    )
    grown = np.minimum(wanted, room)
    while (left := int(np.sum(wanted) - grown.sum())) > 0 and (room > grown).any():
        grown = np.minimum(grown + np.array(largest_remainder(room - grown, left)), room)
    return [int(k) for k in grown]


def settled(support: Connectivity, drop: Int64, pre: Any, post: Any) -> Change:
    """Make a change in which an edge both dropped and grown simply stays."""
    old = keys_of(support)[drop]
    new = np.asarray(pre, np.int64) * support.n_post + post
    moved = ~member(new, old)
    return Change(drop[~member(old, np.sort(new))], np.asarray(pre)[moved], np.asarray(post)[moved])


def _further(gone: Int64, more: Int64, nnz: int) -> Int64:
    """Positions `more` count on what is left after `gone`; name them all in the first count."""
    left = np.delete(np.arange(nnz), gone)
    return np.sort(np.concatenate([gone, left[more]]))
