"""Which synapses come: anywhere, at the best pairs by a score, or drawn by it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator

from neurosparse.rewiring.absent import best_absent, split_keys, uniform_absent
from neurosparse.rewiring.costs import no_products
from neurosparse.rewiring.layer import LayerSynapses
from neurosparse.rewiring.pair_scores import PairScore
from neurosparse.selection import merged
from neurosparse.typing import Array, Int32, Int64

Edges = tuple[Int32, Int32]


class Grow(Protocol):
    """Choose k new edges (pre, post) among pairs that are not connected."""

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator, /) -> Edges: ...


@dataclass(frozen=True)
class UniformPairs:
    """Grow anywhere with equal odds.

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = LayerSynapses(Connectivity.from_dense([[1, 0], [0, 1]]), np.ones(2))
    >>> [part.tolist() for part in UniformPairs()(layer, 2, np.random.default_rng(0))]
    [[0, 1], [1, 0]]
    """

    macs = staticmethod(no_products)

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Edges:
        """Draw k pairs."""
        return _completed(layer, np.empty(0, np.int64), k, rng)


@dataclass(frozen=True)
class Best:
    """Grow the k pairs of highest positive score; too few of them are completed uniformly.

    Args:
        score: of pairs.
        factor: at most `factor nnz` scores (or one row of them) are held at a time.
    """

    score: PairScore
    factor: float = 8.0

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Edges:
        """Score all pairs, take the k best that are not connected."""
        keys = best_absent(layer.support, self.score(layer), k, self.factor)
        return _completed(layer, keys, k, rng)


@dataclass(frozen=True)
class Likely:
    """Grow k pairs drawn without replacement with odds proportional to their score (CHTs).

    Args:
        score: of pairs, 0 or more.
        factor: at most `factor nnz` scores (or one row of them) are held at a time.
    """

    score: PairScore
    factor: float = 8.0

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Edges:
        """Score all pairs, draw k that are not connected."""
        block = self.score(layer)

        def urgency(first: int, last: int) -> Array:
            scores = np.asarray(block(first, last), np.float64)
            # of exponential waiting times with these rates the k shortest win
            with np.errstate(divide="ignore"):
                return np.where(
                    scores > 0, scores / rng.standard_exponential(scores.shape), 0.0
                )

        keys = best_absent(layer.support, urgency, k, self.factor)
        return _completed(layer, keys, k, rng)


def _completed(layer: LayerSynapses, keys: Int64, k: int, rng: Generator) -> Edges:
    """Add uniform draws until there are k."""
    if len(keys) < k:
        taken = merged(layer.keys, keys)
        places = layer.support.n_pre * layer.support.n_post
        keys = merged(keys, uniform_absent(taken, places, k - len(keys), rng))
    return split_keys(keys, layer.support.n_post)
