"""Which synapses come: anywhere, at the best pairs by a score, or drawn by it."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.random import Generator

from neurosparse.checks import function_like, positive
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.rewiring.absent import (
    Block,
    best_absent,
    scores_of_pairs,
    split_keys,
    uniform_absent,
)
from neurosparse.rewiring.costs import no_products
from neurosparse.rewiring.layer import LayerSynapses
from neurosparse.rewiring.pair_scores import PairScore
from neurosparse.selection import member, merged, pair_keys
from neurosparse.typing import Array, Int32, Int64

Edges = tuple[Int32, Int32]


class Grow(Protocol):
    """Choose k new edges (pre, post) among pairs that are not connected."""

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator, /) -> Edges: ...


def chosen_to_come(way: Grow, layer: LayerSynapses, k: int, rng: Generator) -> Edges:
    """Let somebody's way choose k pairs, and look at them.

    Raises:
        TypeError: no two arrays of whole numbers.
        ValueError: neurons out of range, a pair that is connected or comes twice.
    """
    pairs = way(layer, k, rng)
    support = layer.support
    if not isinstance(pairs, tuple | list) or len(pairs) != 2:
        raise bad_type("grow", pairs, "the arrays (pre, post)")
    pre, post = (np.asarray(side) for side in pairs)
    if pre.ndim != 1 or pre.shape != post.shape:
        shapes = Said(f"shapes {list(pre.shape)} and {list(post.shape)}")
        raise bad_argument("grow", shapes, "pre [k] and post [k]")
    if not pre.size:
        return pre.astype(np.int32), post.astype(np.int32)
    for name, side, n in (("pre", pre, support.n_pre), ("post", post, support.n_post)):
        if side.dtype.kind not in "iu":
            raise bad_type(f"grow: {name}", side, "whole numbers of neurons")
        if side.min() < 0 or side.max() >= n:
            received = Said(f"neurons {side.min()} to {side.max()}")
            raise bad_argument(f"grow: {name}", received, f"neurons 0 to {n - 1}")
    keys = pair_keys(pre, post, support.n_post)
    present = member(keys, layer.keys)
    if present.any():
        at = int(np.flatnonzero(present)[0])
        raise bad_argument("grow", Said(f"{pre[at]} -> {post[at]}"), "pairs not there yet")
    if len(np.unique(keys)) != len(keys):
        raise bad_argument("grow", Said("a pair twice"), "every pair once")
    return pre, post


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

    Raises:
        TypeError: no score; when called, one that prepares no function or gives no numbers.
        ValueError: a factor that is not above 0; when called, scores of another shape, or NaN.
    """

    score: PairScore
    factor: float = 8.0

    def __post_init__(self) -> None:
        _check_pair_score(self.score, self.factor)

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Edges:
        """Score all pairs, take the k best that are not connected."""
        keys = best_absent(layer.support, _prepared(self.score, layer), k, self.factor)
        return _completed(layer, keys, k, rng)


@dataclass(frozen=True)
class Likely:
    """Grow k pairs drawn without replacement with odds proportional to their score (CHTs).

    Args:
        score: of pairs, 0 or more.
        factor: at most `factor nnz` scores (or one row of them) are held at a time.

    Raises:
        TypeError: no score; when called, one that prepares no function or gives no numbers.
        ValueError: a factor that is not above 0; when called, scores of another shape, or NaN.
    """

    score: PairScore
    factor: float = 8.0

    def __post_init__(self) -> None:
        _check_pair_score(self.score, self.factor)

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Edges:
        """Score all pairs, draw k that are not connected."""
        block = _prepared(self.score, layer)

        def urgency(first: int, last: int) -> Array:
            scores = scores_of_pairs(block, first, last, layer.support.n_post)
            # of exponential waiting times with these rates the k shortest win
            with np.errstate(divide="ignore"):
                return np.where(
                    scores > 0, scores / rng.standard_exponential(scores.shape), 0.0
                )

        keys = best_absent(layer.support, urgency, k, self.factor)
        return _completed(layer, keys, k, rng)


def _check_pair_score(score: Any, factor: float) -> None:
    function_like("score", score, "a score of pairs, as PairGradient()")
    positive("factor", factor)


def _prepared(score: PairScore, layer: LayerSynapses) -> Block:
    """What a score makes of a layer: a function of rows."""
    block: Any = score(layer)
    if not callable(block):
        expected = "a score that prepares a function of rows (first, last)"
        raise bad_type("score", block, expected)
    prepared: Block = block
    return prepared


def _completed(layer: LayerSynapses, keys: Int64, k: int, rng: Generator) -> Edges:
    """Add uniform draws until there are k."""
    if len(keys) < k:
        taken = merged(layer.keys, keys)
        places = layer.support.n_pre * layer.support.n_post
        keys = merged(keys, uniform_absent(taken, places, k - len(keys), rng))
    return split_keys(keys, layer.support.n_post)
