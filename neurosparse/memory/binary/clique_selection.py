"""Which units of a clique network stay on, by their scores.

Float32 are `[queries, clusters, units]`; a selection gives booleans of that shape and never keeps a
unit whose score is 0. Sources: Gripon & Berrou 2011, doi:10.1109/TNN.2011.2146789 (winner takes
all); Aliabadi, Berrou, Gripon & Jiang 2014, doi:10.1109/TNNLS.2013.2285253 (global winners, losers
kicked out). The names of the family differ between papers; each docstring says how it is read here.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.selection import highest_of_rows, kth_highest
from neurosparse.typing import Bool, Float32


class CliqueSelection(Protocol):
    """A frozen dataclass that keeps units by their scores."""

    def __call__(self, scores: Float32) -> Bool:
        """Units that stay on, of scores `[q, clusters, units]`."""


def _above(scores: Float32, least: Float32) -> Bool:
    return np.asarray((scores >= least) & (scores > 0))


def _whole(scores: Float32) -> Float32:
    """Every query as one row [q, 1, clusters·units]."""
    return scores.reshape(len(scores), 1, scores.shape[1] * scores.shape[2])


@dataclass(frozen=True)
class WinnerTakesAll:
    """WTA: in each cluster the units with its largest score, all of them when several have it.

    >>> WinnerTakesAll()(np.float32([[[2, 2, 1], [0, 0, 0]]])).astype(int).tolist()
    [[[1, 1, 0], [0, 0, 0]]]
    """

    def __call__(self, scores: Float32) -> Bool:
        """Compare with the largest score of each cluster."""
        return _above(scores, scores.max(axis=-1, keepdims=True))


@dataclass(frozen=True)
class ClusterKWinners:
    """kWTA: exactly the k best units of each cluster; of equals the first, fewer if others score 0.

    >>> ClusterKWinners(1)(np.float32([[[2, 2, 1]]])).astype(int).tolist()
    [[[1, 0, 0]]]
    """

    k: int

    def __post_init__(self) -> None:
        whole_number("ClusterKWinners.k", self.k, 1)

    def __call__(self, scores: Float32) -> Bool:
        """Mark the k best of each cluster."""
        return np.asarray(highest_of_rows(scores, self.k) & (scores > 0))


@dataclass(frozen=True)
class WinnersTakeAll:
    """WsTA: in each cluster every unit that scores as much as the k-th best unit there.

    >>> WinnersTakeAll(1)(np.float32([[[2, 2, 1]]])).astype(int).tolist()
    [[[1, 1, 0]]]
    """

    k: int

    def __post_init__(self) -> None:
        whole_number("WinnersTakeAll.k", self.k, 1)

    def __call__(self, scores: Float32) -> Bool:
        """Compare with the k-th largest score of each cluster."""
        return _above(scores, kth_highest(scores, self.k))


@dataclass(frozen=True)
class GlobalWinner:
    """GWTA: the units with the largest score of the whole message.

    >>> GlobalWinner()(np.float32([[[2, 1], [2, 0]]])).astype(int).tolist()
    [[[1, 0], [1, 0]]]
    """

    def __call__(self, scores: Float32) -> Bool:
        """Compare with the largest score of each message."""
        return _above(scores, scores.max(axis=(1, 2), keepdims=True))


@dataclass(frozen=True)
class OneGlobalWinner:
    """oGWTA: one unit of the whole message, the first with the largest score.

    >>> OneGlobalWinner()(np.float32([[[2, 1], [2, 0]]])).astype(int).tolist()
    [[[1, 0], [0, 0]]]
    """

    def __call__(self, scores: Float32) -> Bool:
        """Mark the best unit of each message."""
        return ClusterKWinners(1)(_whole(scores)).reshape(scores.shape)


@dataclass(frozen=True)
class GlobalWinners:
    """GWsTA: every unit that scores as much as the k-th best unit of the whole message.

    For sparse messages k is their size.

    >>> GlobalWinners(2)(np.float32([[[3, 1], [2, 2]]])).astype(int).tolist()
    [[[1, 0], [1, 1]]]
    """

    k: int

    def __post_init__(self) -> None:
        whole_number("GlobalWinners.k", self.k, 1)

    def __call__(self, scores: Float32) -> Bool:
        """Compare with the k-th largest score of each message."""
        return _above(scores, kth_highest(_whole(scores), self.k))


@dataclass(frozen=True)
class GlobalKBest:
    """GkWTA: every unit with one of the k largest different scores of the whole message.

    >>> GlobalKBest(2)(np.float32([[[3, 1], [2, 2]]])).astype(int).tolist()
    [[[1, 0], [1, 1]]]
    """

    k: int

    def __post_init__(self) -> None:
        whole_number("GlobalKBest.k", self.k, 1)

    def __call__(self, scores: Float32) -> Bool:
        """Compare with the k-th largest of the different scores of each message."""
        ordered = np.sort(_whole(scores), axis=-1)[..., ::-1]
        first = np.ones(ordered.shape, np.bool_)  # of several equal scores
        first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
        among_best = first.cumsum(axis=-1) <= self.k
        least = np.where(among_best, ordered, np.inf).min(axis=-1, keepdims=True)
        return _above(scores, np.asarray(least, np.float32))


@dataclass(frozen=True)
class ConcurrentWinners:
    """CGkWTA: the k best of each cluster that are among the k·size best of the whole message.

    For messages laid over each other.

    >>> ConcurrentWinners(1, size=1)(np.float32([[[3, 1], [2, 2]]])).astype(int).tolist()
    [[[1, 0], [0, 0]]]
    """

    k: int
    size: int

    def __post_init__(self) -> None:
        whole_number("ConcurrentWinners.k", self.k, 1)
        whole_number("ConcurrentWinners.size", self.size, 1)

    def __call__(self, scores: Float32) -> Bool:
        """Mark winners of their cluster that are winners of the message too."""
        of_cluster = ClusterKWinners(self.k)(scores)
        of_message = GlobalWinners(self.k * self.size)(scores)
        return np.asarray(of_cluster & of_message)


@dataclass(frozen=True)
class LosersOut:
    """LKO, kLKO: units go whose score is one of the k smallest different ones of their cluster.

    Never all of them. For use by `KickOut`.

    >>> LosersOut()(np.float32([[[3, 1, 2], [2, 2, 0]]])).astype(int).tolist()
    [[[1, 0, 1], [1, 1, 0]]]
    """

    k: int = 1

    def __post_init__(self) -> None:
        whole_number("LosersOut.k", self.k, 1)

    def __call__(self, scores: Float32) -> Bool:
        """Leave the k smallest different scores of each cluster out."""
        on = scores > 0
        best = scores.max(axis=-1, keepdims=True)
        for _ in range(self.k):
            worst = np.where(on, scores, np.inf).min(axis=-1, keepdims=True)
            on = on & ((scores > worst) | (scores == best))
        return np.asarray(on)


@dataclass(frozen=True)
class GlobalLosersOut:
    """GLKO, GkLKO: units go whose score is one of the k smallest different ones of the message.

    Never all of them. Among all units that have any score it kicks hardly anything out; `KickOut`
    applies it to those that are on.

    >>> GlobalLosersOut()(np.float32([[[3, 1, 2], [2, 2, 0]]])).astype(int).tolist()
    [[[1, 0, 1], [1, 1, 0]]]
    """

    k: int = 1

    def __post_init__(self) -> None:
        whole_number("GlobalLosersOut.k", self.k, 1)

    def __call__(self, scores: Float32) -> Bool:
        """Leave the k smallest different scores of each message out."""
        return LosersOut(self.k)(_whole(scores)).reshape(scores.shape)
