"""`Rewiring`: drop, then grow, exactly as many synapses as the schedule says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurosparse.checks import function_like
from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_type
from neurosparse.rewiring.distribution import (
    Distribution,
    as_dropped,
    numbers_of,
    within_free,
)
from neurosparse.rewiring.drop import Drop, chosen_to_go, positions_of
from neurosparse.rewiring.grow import Grow, chosen_to_come
from neurosparse.rewiring.layer import Change, LayerSynapses, keys_of
from neurosparse.rewiring.rule import NO_ACTIVITY, BaseRule, Sampling
from neurosparse.rewiring.schedules import Cosine, Schedule, check_schedule, share_at
from neurosparse.selection import largest_remainder, member, pair_keys
from neurosparse.typing import Array, Int64, Seed

Chains = Callable[[Sequence[Connectivity]], list[Int64]]


@dataclass(frozen=True)
class Rewiring(BaseRule):
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

    Raises:
        TypeError: a period that is no number.
        ValueError: a period below 0, or no whole number of steps.

    >>> from neurosparse.rewiring import Constant, Lowest, Magnitude, UniformPairs
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
    distribution: Distribution = as_dropped
    chains: Chains | None = None
    density: Schedule | None = None
    sampling: Sampling = NO_ACTIVITY
    remember: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        function_like("drop", self.drop, "a way of dropping, as Lowest(Magnitude())")
        function_like("grow", self.grow, "a way of growing, as UniformPairs()")
        function_like("distribution", self.distribution, "a function, as as_dropped")
        if self.chains is not None:
            function_like("chains", self.chains, "a function of supports, or None")
        check_schedule("fraction", self.fraction)
        if self.density is not None:
            check_schedule("density", self.density)

    @property
    def resizes(self) -> bool:
        """Whether a layer may end with another number of synapses than it has."""
        return self.density is not None or self.distribution is not as_dropped

    def step(
        self, layers: Sequence[LayerSynapses], progress: float, rng: Seed = None
    ) -> list[Change]:
        """Choose what each layer drops and grows at this progress 0..1."""
        rng = np.random.default_rng(rng)
        surplus = self._surplus(layers, progress)
        counts = self._counts(layers, surplus, progress)
        drops = [
            chosen_to_go(self.drop, layer, k, rng)
            for layer, k in zip(layers, counts, strict=True)
        ]
        if self.chains is not None and any(counts):
            drops = _with_chains(self.chains, layers, drops)
        reduced = [layer.without(gone) for layer, gone in zip(layers, drops, strict=True)]
        lost = [len(gone) - s for gone, s in zip(drops, surplus, strict=True)]
        grown = within_free(reduced, numbers_of(self.distribution, reduced, lost))
        edges = [
            chosen_to_come(self.grow, layer, k, rng)
            for layer, k in zip(reduced, grown, strict=True)
        ]
        return [
            settled(layer.support, gone, *new)
            for layer, gone, new in zip(layers, drops, edges, strict=True)
        ]

    def _surplus(self, layers: Sequence[LayerSynapses], progress: float) -> list[int]:
        """How many synapses each layer loses for good, in proportion to what it has."""
        present = np.array([len(layer.values) for layer in layers])
        if self.density is None or not present.sum():
            return [0] * len(layers)
        places = sum(layer.support.n_pre * layer.support.n_post for layer in layers)
        surplus = max(
            0,
            int(present.sum())
            - round(share_at("density", self.density, progress) * places),
        )
        return largest_remainder(present, surplus)

    def _counts(
        self, layers: Sequence[LayerSynapses], surplus: Sequence[int], progress: float
    ) -> list[int]:
        """How many each layer drops: its surplus, and a share of the others to exchange."""
        share = share_at("fraction", self.fraction, progress)
        return [
            s + round(share * (len(layer.values) - s))
            for layer, s in zip(layers, surplus, strict=True)
        ]


def _with_chains(
    chains: Chains, layers: Sequence[LayerSynapses], drops: Sequence[Int64]
) -> list[Int64]:
    """Positions to drop, and those on dead ends once they are gone."""
    reduced = [
        layer.support.without(gone) for layer, gone in zip(layers, drops, strict=True)
    ]
    dead_ends: Any = chains(reduced)
    if not isinstance(dead_ends, Sequence) or len(dead_ends) != len(layers):
        raise bad_type("chains", dead_ends, f"positions for each of {len(layers)} layers")
    return [
        _further(gone, positions_of("chains", dead, left.nnz), len(layer.values))
        for gone, dead, layer, left in zip(drops, dead_ends, layers, reduced, strict=True)
    ]


def _further(gone: Int64, more: Int64, nnz: int) -> Int64:
    """Positions `more` count on what is left after `gone`; name them all in the first count."""
    left = np.delete(np.arange(nnz), gone)
    return np.sort(np.concatenate([gone, left[more]]))


def settled(support: Connectivity, drop: Int64, pre: Array, post: Array) -> Change:
    """Make a change in which an edge both dropped and grown simply stays."""
    old = keys_of(support)[drop]
    new = pair_keys(pre, post, support.n_post)
    moved = ~member(new, old)
    return Change(
        drop[~member(old, np.sort(new))], np.asarray(pre)[moved], np.asarray(post)[moved]
    )
