"""How a clique network decides: what counts as support (propagation), and which units stay on
(selection).

Scores are float32 [queries, clusters, units]; a selection gives booleans of that shape and never
keeps a unit whose score is 0. Sources: Gripon & Berrou 2011, doi:10.1109/TNN.2011.2146789 (sum of
sum, winner takes all); 2012, doi:10.1109/ISTC.2012.6325193 (sum of max, normalisation); Aliabadi,
Berrou, Gripon & Jiang 2014, doi:10.1109/TNNLS.2013.2285253 (global winners, losers kicked out). The
names of the family differ between papers; each docstring says how it is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument
from neurosparse.kernels.memory.bit_rows import sum_rows
from neurosparse.kernels.memory.clique_decode import reaching_clusters, shared_votes
from neurosparse.memory.binary import _check
from neurosparse.memory.binary.willshaw import rows_of
from neurosparse.sdr import unpack

Bools = NDArray[np.bool_]
Scores = NDArray[np.float32]
Words = NDArray[np.uint64]


class Propagation(Protocol):
    """A frozen dataclass that scores units, links uint64 [clusters, units, clusters, words], states
    [q, c, words].
    """

    @property
    def gamma(self) -> float:
        """How much an active unit supports itself."""

    def __call__(self, links: Words, states: Words) -> Scores:
        """Score, without the unit's own memory."""


class Selection(Protocol):
    """A frozen dataclass that keeps units by their scores [q, clusters, units]."""

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""


def _check_gamma(gamma: float) -> None:
    if not (np.isfinite(gamma) and gamma >= 0):
        raise bad_argument("gamma", gamma, "0 or more: how much an active unit supports itself")


@dataclass(frozen=True)
class SumOfSum:
    """Every active unit linked to a unit counts 1; the unit itself, if on, `gamma`.

    >>> SumOfSum().gamma
    1.0
    """

    gamma: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a negative memory."""
        _check_gamma(self.gamma)

    def __call__(self, links: Words, states: Words) -> Scores:
        """Sums over the rows of active units; links run both ways."""
        clusters, units, _, words = links.shape
        rows = links.reshape(clusters * units, clusters * words)
        on = unpack(states.reshape(len(states) * clusters, words), units).reshape(
            len(states), clusters * units
        )
        sums = sum_rows(rows, *rows_of(on)).reshape(len(states), clusters, words * 64)
        return sums[:, :, :units].astype(np.float32)


@dataclass(frozen=True)
class NormalisedSum:
    """An active unit counts 1 / (active units of its cluster): a cluster that hesitates says no more than a sure one.

    >>> NormalisedSum(gamma=0.0).gamma
    0.0
    """

    gamma: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a negative memory."""
        _check_gamma(self.gamma)

    def __call__(self, links: Words, states: Words) -> Scores:
        """Sums of shares."""
        return shared_votes(links, states)


@dataclass(frozen=True)
class SumOfMax:
    """A cluster with any active unit linked to a unit counts 1, however many they are.

    >>> SumOfMax().gamma
    1.0
    """

    gamma: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a negative memory."""
        _check_gamma(self.gamma)

    def __call__(self, links: Words, states: Words) -> Scores:
        """Clusters that reach."""
        return reaching_clusters(links, states).astype(np.float32)


def _kth(scores: Scores, k: int) -> Scores:
    """The k-th largest score along the last axis, kept as an axis of 1."""
    k = min(k, scores.shape[-1])
    return np.partition(scores, scores.shape[-1] - k, axis=-1)[..., [scores.shape[-1] - k]]


def _above(scores: Scores, least: Scores) -> Bools:
    return np.asarray((scores >= least) & (scores > 0))


def _whole(scores: Scores) -> Scores:
    """Every query as one row [q, 1, clusters·units]."""
    return scores.reshape(len(scores), 1, scores.shape[1] * scores.shape[2])


@dataclass(frozen=True)
class WinnerTakesAll:
    """WTA: in each cluster the units with its largest score, all of them when several have it.

    >>> WinnerTakesAll()(np.float32([[[2, 2, 1], [0, 0, 0]]])).astype(int).tolist()
    [[[1, 1, 0], [0, 0, 0]]]
    """

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        return _above(scores, scores.max(axis=-1, keepdims=True))


@dataclass(frozen=True)
class ClusterKWinners:
    """kWTA: exactly the k best units of each cluster (fewer if others score 0); of equals the first ones.

    >>> ClusterKWinners(1)(np.float32([[[2, 2, 1]]])).astype(int).tolist()
    [[[1, 0, 0]]]
    """

    k: int

    def __post_init__(self) -> None:
        """Refuse no winners."""
        _check.count("ClusterKWinners.k", self.k)

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        best = np.argsort(-scores, axis=-1, kind="stable")[..., : self.k]
        out = np.zeros(scores.shape, np.bool_)
        np.put_along_axis(out, best, True, axis=-1)
        return np.asarray(out & (scores > 0))


@dataclass(frozen=True)
class WinnersTakeAll:
    """WsTA: in each cluster every unit that scores as much as the k-th best unit there.

    >>> WinnersTakeAll(1)(np.float32([[[2, 2, 1]]])).astype(int).tolist()
    [[[1, 1, 0]]]
    """

    k: int

    def __post_init__(self) -> None:
        """Refuse no winners."""
        _check.count("WinnersTakeAll.k", self.k)

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        return _above(scores, _kth(scores, self.k))


@dataclass(frozen=True)
class GlobalWinner:
    """GWTA: the units with the largest score of the whole message.

    >>> GlobalWinner()(np.float32([[[2, 1], [2, 0]]])).astype(int).tolist()
    [[[1, 0], [1, 0]]]
    """

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        return _above(scores, scores.max(axis=(1, 2), keepdims=True))


@dataclass(frozen=True)
class OneGlobalWinner:
    """oGWTA: one unit of the whole message, the first with the largest score.

    >>> OneGlobalWinner()(np.float32([[[2, 1], [2, 0]]])).astype(int).tolist()
    [[[1, 0], [0, 0]]]
    """

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        return ClusterKWinners(1)(_whole(scores)).reshape(scores.shape)


@dataclass(frozen=True)
class GlobalWinners:
    """GWsTA: every unit that scores as much as the k-th best unit of the whole message; k is the message's size.

    >>> GlobalWinners(2)(np.float32([[[3, 1], [2, 2]]])).astype(int).tolist()
    [[[1, 0], [1, 1]]]
    """

    k: int

    def __post_init__(self) -> None:
        """Refuse no winners."""
        _check.count("GlobalWinners.k", self.k)

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        return _above(scores, _kth(_whole(scores), self.k))


@dataclass(frozen=True)
class GlobalKBest:
    """GkWTA: every unit with one of the k largest different scores of the whole message.

    >>> GlobalKBest(2)(np.float32([[[3, 1], [2, 2]]])).astype(int).tolist()
    [[[1, 0], [1, 1]]]
    """

    k: int

    def __post_init__(self) -> None:
        """Refuse no winners."""
        _check.count("GlobalKBest.k", self.k)

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        flat = np.sort(_whole(scores), axis=-1)[..., ::-1]
        first = np.concatenate(
            [np.ones_like(flat[..., :1], np.bool_), flat[..., 1:] != flat[..., :-1]], axis=-1
        )
        least = np.where(first.cumsum(axis=-1) <= self.k, flat, np.inf).min(axis=-1, keepdims=True)
        return _above(scores, np.asarray(least, np.float32))


@dataclass(frozen=True)
class ConcurrentWinners:
    """CGkWTA, for messages laid over each other: the k best of each cluster, if among the k·size best of all.

    >>> ConcurrentWinners(1, size=1)(np.float32([[[3, 1], [2, 2]]])).astype(int).tolist()
    [[[1, 0], [0, 0]]]
    """

    k: int
    size: int

    def __post_init__(self) -> None:
        """Refuse no winners."""
        _check.count("ConcurrentWinners.k", self.k)
        _check.count("ConcurrentWinners.size", self.size)

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        return np.asarray(
            ClusterKWinners(self.k)(scores) & GlobalWinners(self.k * self.size)(scores)
        )


@dataclass(frozen=True)
class LosersOut:
    """LKO, kLKO: in each cluster units go whose score is one of the k smallest different ones there, but never all.

    For use by `KickOut`.

    >>> LosersOut()(np.float32([[[3, 1, 2], [2, 2, 0]]])).astype(int).tolist()
    [[[1, 0, 1], [1, 1, 0]]]
    """

    k: int = 1

    def __post_init__(self) -> None:
        """Refuse no losers."""
        _check.count("LosersOut.k", self.k)

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        on = scores > 0
        best = scores.max(axis=-1, keepdims=True)
        for _ in range(self.k):
            worst = np.where(on, scores, np.inf).min(axis=-1, keepdims=True)
            on = on & ((scores > worst) | (scores == best))
        return np.asarray(on)


@dataclass(frozen=True)
class GlobalLosersOut:
    """GLKO, GkLKO: units of the whole message go whose score is one of the k smallest, but never all of them.

    Among all units that have any score it kicks hardly anything out; `KickOut` applies it to those
    that are on.

    >>> GlobalLosersOut()(np.float32([[[3, 1, 2], [2, 2, 0]]])).astype(int).tolist()
    [[[1, 0, 1], [1, 1, 0]]]
    """

    k: int = 1

    def __post_init__(self) -> None:
        """Refuse no losers."""
        _check.count("GlobalLosersOut.k", self.k)

    def __call__(self, scores: Scores) -> Bools:
        """Choose."""
        return LosersOut(self.k)(_whole(scores)).reshape(scores.shape)
