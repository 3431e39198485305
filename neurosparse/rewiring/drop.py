"""Which synapses go: ways to choose some by a score."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.random import Generator

from neurosparse.checks import function_like
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.rewiring.costs import no_products
from neurosparse.rewiring.layer import LayerSynapses
from neurosparse.rewiring.scores import SynapseScore, check_score, scores_of
from neurosparse.selection import lowest
from neurosparse.typing import Int64


class Drop(Protocol):
    """Choose k synapses to drop: positions, ascending."""

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator, /) -> Int64: ...


def chosen_to_go(way: Drop, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
    """Let somebody's way choose k synapses, and look at the positions.

    Raises:
        TypeError: no whole numbers.
        ValueError: positions out of range, twice, or not ascending.
    """
    return positions_of("drop", way(layer, k, rng), len(layer.values))


def positions_of(name: str, chosen: Any, nnz: int) -> Int64:
    """Look at positions of synapses that somebody chose.

    Raises:
        TypeError: no whole numbers.
        ValueError: positions out of range, twice, or not ascending.

    >>> positions_of("drop", [2, 1], 4)
    Traceback (most recent call last):
    ValueError: drop: got positions twice or in disorder, wants distinct ascending positions below 4
    """
    positions = np.asarray(chosen)
    if not positions.size:
        return np.empty(0, np.int64)
    expected = f"distinct ascending positions below {nnz}"
    if positions.dtype.kind not in "iu" or positions.ndim != 1:
        raise bad_type(name, positions, expected)
    if positions.min() < 0 or positions.max() >= nnz:
        received = Said(f"positions {positions.min()} to {positions.max()}")
        raise bad_argument(name, received, expected)
    if (np.diff(positions.astype(np.int64)) <= 0).any():
        raise bad_argument(name, Said("positions twice or in disorder"), expected)
    return positions


@dataclass(frozen=True)
class Lowest:
    """Drop the k synapses of lowest score; ties go to the earlier position.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.rewiring import Magnitude
    >>> layer = LayerSynapses(Connectivity.from_dense([[1, 1, 1]]), np.array([0.3, -0.1, 0.2]))
    >>> Lowest(Magnitude())(layer, 2, np.random.default_rng(0)).tolist()
    [1, 2]
    """

    score: SynapseScore[LayerSynapses]

    def __post_init__(self) -> None:
        check_score(self.score)

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
        """Score all, take the k lowest."""
        return lowest(scores_of(self.score, layer, len(layer.values), rng), k)


@dataclass(frozen=True)
class NearestZero:
    """Drop the weights nearest 0 of either sign, of each the same share (SET).

    >>> from neurosparse.connectivity import Connectivity
    >>> support = Connectivity.from_dense([[1, 1, 1, 1]])
    >>> layer = LayerSynapses(support, np.array([0.1, 0.2, -5.0, -9.0]))
    >>> NearestZero()(layer, 2, np.random.default_rng(0)).tolist()
    [0, 2]
    """

    macs = staticmethod(no_products)

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
        """Take the smallest |w| above 0 and those not above, in proportion to their numbers."""
        above = np.flatnonzero(layer.values > 0)
        below = np.flatnonzero(layer.values <= 0)
        share = round(k * len(above) / max(len(layer.values), 1))
        chosen = [
            side[lowest(np.abs(layer.values[side]), count)]
            for side, count in ((above, share), (below, k - share))
        ]
        return np.sort(np.concatenate(chosen))


@dataclass(frozen=True)
class SoftLowest:
    """Keep synapses drawn with odds `score^(1 / (1 - sharpness))`, drop the rest (CHTs).

    Args:
        score: 0 or more.
        sharpness: 0 is proportional, towards 1 is `Lowest`.

    Raises:
        ValueError: a sharpness outside [0, 1).
    """

    score: SynapseScore[LayerSynapses]
    sharpness: float = 0.5

    def __post_init__(self) -> None:
        check_score(self.score)
        if not 0 <= self.sharpness < 1:
            raise bad_argument("sharpness", self.sharpness, "a number in [0, 1)")

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
        """Draw those that stay; the other k go."""
        # Gumbel top-k: draws without replacement with these odds
        scores = scores_of(self.score, layer, len(layer.values), rng)
        if scores.min(initial=0) < 0:
            raise bad_argument(
                "score", Said(f"{scores.min():g}"), "0 or more, for SoftLowest"
            )
        with np.errstate(divide="ignore"):
            log_odds = np.log(scores) / (1 - self.sharpness)
        return lowest(log_odds + rng.gumbel(size=len(log_odds)), k)


@dataclass(frozen=True)
class InTurn:
    """Split k among several ways of dropping, one after the other on what is left.

    Source: G2GNet drops a third each by |w|, by chance, by correlation.
    """

    ways: tuple[Drop, ...]

    def __post_init__(self) -> None:
        for way in self.ways:
            function_like("ways", way, "ways of dropping, as Lowest(Magnitude())")

    def __call__(self, layer: LayerSynapses, k: int, rng: Generator) -> Int64:
        """Let each way drop its share of k."""
        nnz = len(layer.values)
        left = np.arange(nnz)
        for turn, way in enumerate(self.ways):
            share = k * (turn + 1) // len(self.ways) - k * turn // len(self.ways)
            dropped = chosen_to_go(way, layer, share, rng)
            left = np.delete(left, dropped)
            layer = layer.without(dropped)
        kept = np.zeros(nnz, np.bool_)
        kept[left] = True
        return np.flatnonzero(~kept)
