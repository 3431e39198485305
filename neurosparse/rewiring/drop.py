"""Which synapses go: a score for each, and a way to choose by it."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument
from neurosparse.kernels.layers.sampled_outer import sampled_outer
from neurosparse.rewiring.activity import standardised
from neurosparse.rewiring.costs import every_synapse, no_products
from neurosparse.rewiring.layer import Array, Int64, LayerSynapses
from neurosparse.selection import lowest

Generator = np.random.Generator


class EdgeScore(Protocol):
    """How much each synapse is worth, `[nnz]`; the lowest go first."""

    def __call__(self, layer: LayerSynapses, rng: Generator) -> Array: ...


class Drop(Protocol):
    """Choose k synapses to drop: positions, ascending."""

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64: ...


@dataclass(frozen=True)
class Magnitude:
    """Score `|w|`."""

    macs = staticmethod(no_products)

    def __call__(self, layer: LayerSynapses, rng: Generator) -> Array:
        """Score every synapse."""
        return np.abs(layer.values)


@dataclass(frozen=True)
class Chance:
    """Score nothing: every synapse is as likely to go."""

    macs = staticmethod(no_products)

    def __call__(self, layer: LayerSynapses, rng: Generator) -> Array:
        """Score every synapse."""
        return rng.random(len(layer.values))


@dataclass(frozen=True)
class EdgeCorrelation:
    """Score the correlation of pre- and postsynaptic activity over the window.

    Args:
        centred: Pearson correlation; otherwise the cosine of public G2GNet code, which grows with
            the rate.
    """

    centred: bool = True

    macs = staticmethod(every_synapse)

    def __call__(self, layer: LayerSynapses, rng: Generator) -> Array:
        """Score every synapse."""
        seen = layer.seen()
        pre, post = (standardised(a, self.centred) for a in (seen.inputs, seen.outputs))
        return sampled_outer(layer.support.indptr, layer.support.indices, pre, post)


@dataclass(frozen=True)
class MagnitudeAndGradient:
    """Score `|w| + scale |dL/dw|` (MEST; Yuan et al. 2021, arXiv 2110.14032)."""

    scale: float = 0.01

    macs = staticmethod(every_synapse)

    def __call__(self, layer: LayerSynapses, rng: Generator) -> Array:
        """Score every synapse."""
        seen = layer.seen()
        slopes = sampled_outer(
            layer.support.indptr, layer.support.indices, seen.inputs, seen.slopes
        )
        return np.asarray(np.abs(layer.values) + self.scale * np.abs(slopes))


@dataclass(frozen=True)
class RelativeImportance:
    """Score `|w| / Σ|w| of its row + |w| / Σ|w| of its column` (Zhang et al. 2025, arXiv
    2501.19107).
    """

    macs = staticmethod(no_products)

    def __call__(self, layer: LayerSynapses, rng: Generator) -> Array:
        """Score every synapse."""
        pre, post = layer.support.edges()
        size = np.abs(layer.values).astype(np.float64)
        rows = np.bincount(pre, size, layer.support.n_pre) + 1e-5
        columns = np.bincount(post, size, layer.support.n_post) + 1e-5
        return np.asarray(size / rows[pre] + size / columns[post])


@dataclass(frozen=True)
class Lowest:
    """Drop the k synapses of lowest score; ties go to the earlier position.

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = LayerSynapses(Connectivity.from_dense([[1, 1, 1]]), np.array([0.3, -0.1, 0.2]))
    >>> Lowest(Magnitude())(layer, 2, np.random.default_rng(0)).tolist()
    [1, 2]
    """

    score: EdgeScore

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
        """Choose k positions."""
        return lowest(self.score(layer, rng), k)


@dataclass(frozen=True)
class NearestZero:
    """Drop the weights nearest 0 of either sign, of each the same share (SET).

    >>> from neurosparse.connectivity import Connectivity
    >>> layer = LayerSynapses(Connectivity.from_dense([[1, 1, 1, 1]]), np.array([0.1, 0.2, -5.0, -9.0]))
    >>> NearestZero()(layer, 2, np.random.default_rng(0)).tolist()
    [0, 2]
    """

    macs = staticmethod(no_products)

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
        """Choose k positions."""
        above = np.flatnonzero(layer.values > 0)
        below = np.flatnonzero(layer.values <= 0)
        share = round(k * len(above) / max(len(layer.values), 1))
        sides = (above, share), (below, k - share)
        return np.sort(
            np.concatenate([side[lowest(np.abs(layer.values[side]), n)] for side, n in sides])
        )


@dataclass(frozen=True)
class SoftLowest:
    """Keep synapses drawn with odds `score^(1 / (1 - sharpness))`, drop the rest (CHTs).

    Args:
        score: non-negative.
        sharpness: 0 is proportional, towards 1 is `Lowest`.
    """

    score: EdgeScore
    sharpness: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.sharpness < 1:
            raise bad_argument("sharpness", self.sharpness, "a number in [0, 1)")

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
        """Choose k positions."""
        # Gumbel top-k: draws without replacement with these odds
        with np.errstate(divide="ignore"):
            log_odds = np.log(self.score(layer, rng)) / (1 - self.sharpness)
        return lowest(log_odds + rng.gumbel(size=len(log_odds)), k)


@dataclass(frozen=True)
class InTurn:
    """Split k among several ways of dropping, one after the other on what is left (G2GNet: a third
    each).
    """

    ways: tuple[Drop, ...]

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
        """Choose k positions."""
        left: NDArray[Any] = np.arange(len(layer.values))
        for turn, way in enumerate(self.ways):
            share = k * (turn + 1) // len(self.ways) - k * turn // len(self.ways)
            gone = way(layer, share, rng)
            left = np.delete(left, gone)
            layer = layer.without(gone)
        kept = np.zeros(len(left) + k, np.bool_)
        kept[left] = True
        return np.flatnonzero(~kept)
