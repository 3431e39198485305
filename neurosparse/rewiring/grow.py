"""Which synapses come: uniform, the best by a score of pairs, or drawn by it."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.rewiring.absent import Block, best_absent, split_keys, uniform_absent
from neurosparse.rewiring.activity import standardised
from neurosparse.rewiring.costs import every_pair, no_products
from neurosparse.rewiring.layer import Int32, Int64, LayerSynapses, Visits, keys_of
from neurosparse.selection import merged

Generator = np.random.Generator


class PairScore(Protocol):
    """Score pairs: prepare once, then `block(first, last)` gives rows first..last, `[rows,
    n_post]`.
    """

    def __call__(self, layer: LayerSynapses) -> Block: ...


class Grow(Protocol):
    """Choose k new edges (pre, post) among pairs that are not connected."""

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> tuple[Int32, Int32]: ...


@dataclass(frozen=True)
class PairGradient:
    """Score `|dL/dw|` of every pair over the window, rows at a time (RigL)."""

    macs = staticmethod(every_pair)

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare the scores."""
        inputs, _, slopes = layer.seen()

        def block(first: int, last: int) -> NDArray[Any]:
            found = inputs[:, first:last].T @ slopes
            return np.asarray(np.abs(found, out=found))

        return block


@dataclass(frozen=True)
class PairCorrelation:
    """Score the correlation of every pair over the window: who fires together wires together.

    Args:
        centred: Pearson correlation; otherwise the cosine of public G2GNet code.
    """

    centred: bool = True

    macs = staticmethod(every_pair)

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare the scores."""
        seen = layer.seen()
        pre, post = (standardised(a, self.centred) for a in (seen.inputs, seen.outputs))
        return lambda first, last: np.asarray(pre[:, first:last].T @ post)


@dataclass(frozen=True)
class Exploring:
    """Score `|dL/dw| + bonus ln t / (N + 1)`, N rounds connected so far of t (DST-EE, arXiv
    2211.16667).
    """

    bonus: float = 1e-3

    macs = staticmethod(every_pair)

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare the scores."""
        gradient = PairGradient()(layer)
        visits = layer.memory or Visits.none()
        n_post = layer.support.n_post
        most = np.float32(self.bonus * np.log(max(visits.time, 1)))
        less = most / (visits.rounds + np.float32(1)) - most

        def block(first: int, last: int) -> NDArray[Any]:
            found = gradient(first, last)
            found += most
            lo, hi = np.searchsorted(visits.keys, [first * n_post, last * n_post])
            found.reshape(-1)[visits.keys[lo:hi] - first * n_post] += less[lo:hi]
            return found

        return block


@dataclass(frozen=True)
class UniformPairs:
    """Grow anywhere with equal odds.

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = LayerSynapses(Connectivity.from_dense([[1, 0], [0, 1]]), np.ones(2))
    >>> [part.tolist() for part in UniformPairs()(layer, 2, np.random.default_rng(0))]
    [[0, 1], [1, 0]]
    """

    macs = staticmethod(no_products)

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> tuple[Int32, Int32]:
        """Choose k edges."""
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

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> tuple[Int32, Int32]:
        """Choose k edges."""
        keys = best_absent(layer.support, self.score(layer), k, self.factor)
        return _completed(layer, keys, k, rng)


@dataclass(frozen=True)
class Likely:
    """Grow k pairs drawn without replacement with odds proportional to their score (CHTs).

    Args:
        score: of pairs, non-negative.
        factor: at most `factor nnz` scores (or one row of them) are held at a time.
    """

    score: PairScore
    factor: float = 8.0

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> tuple[Int32, Int32]:
        """Choose k edges."""
        block = self.score(layer)

        def waiting(first: int, last: int) -> NDArray[Any]:
            scores = np.asarray(block(first, last), np.float64)
            # of exponential waiting times with these rates the k shortest win
            with np.errstate(divide="ignore"):
                return np.where(scores > 0, scores / rng.standard_exponential(scores.shape), 0.0)

        keys = best_absent(layer.support, waiting, k, self.factor)
        return _completed(layer, keys, k, rng)


def _completed(layer: LayerSynapses, keys: Int64, k: int, rng: Generator) -> tuple[Int32, Int32]:
    """Add uniform draws until there are k."""
    if len(keys) < k:
        taken = merged(keys_of(layer.support), keys)
        places = layer.support.n_pre * layer.support.n_post
        keys = merged(keys, uniform_absent(taken, places, k - len(keys), rng))
    return split_keys(keys, layer.support.n_post)
