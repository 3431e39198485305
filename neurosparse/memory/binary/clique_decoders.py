"""Decoders of a clique network: iterate scores and a choice, or drop what is not supported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.memory.clique_decode import eliminate
from neurosparse.memory.binary import _check
from neurosparse.memory.binary.clique_rules import (
    GlobalLosersOut,
    GlobalWinners,
    Propagation,
    Scores,
    Selection,
    SumOfSum,
    WinnerTakesAll,
)
from neurosparse.sdr import pack, unpack

Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]


class Settled(NamedTuple):
    """Active units [q, clusters, units] after decoding, and the updates each query took [q]."""

    active: Bools
    steps: NDArray[np.int32]


class Decoder(Protocol):
    """A frozen dataclass that completes cues, known units [q, clusters, units], on links [c, units,
    c, words].
    """

    def __call__(self, links: Words, known: Bools, used: int) -> Settled:
        """Decode messages that use `used` of the clusters."""


def packed(active: Bools) -> Words:
    """Pack [q, clusters, units] into words [q, clusters, ceil(units / 64)].

    >>> packed(np.ones((1, 2, 3), bool)).tolist()
    [[[7], [7]]]
    """
    q, clusters, units = active.shape
    return pack(active.reshape(q * clusters, units)).reshape(q, clusters, (units + 63) // 64)


def unpacked(words: Words, units: int) -> Bools:
    """Undo `packed`.

    >>> unpacked(packed(np.eye(3, dtype=bool)[None]), 3).astype(int).tolist()
    [[[1, 0, 0], [0, 1, 0], [0, 0, 1]]]
    """
    q, clusters, width = words.shape
    return unpack(words.reshape(q * clusters, width), units).reshape(q, clusters, units)


@dataclass(frozen=True)
class Iterated:
    """Score and choose again, at most `steps` times or until nothing changes; erased clusters start silent.

    score = propagation + gamma · on.

    >>> from neurosparse.memory import GlobalWinners, SumOfMax
    >>> Iterated(SumOfMax(), GlobalWinners(12), steps=4).steps
    4
    """

    propagation: Propagation = field(default=SumOfSum())
    selection: Selection = field(default=WinnerTakesAll())
    steps: int = 8

    def __post_init__(self) -> None:
        """Refuse no update."""
        _check.count("Iterated.steps", self.steps)

    def __call__(self, links: Words, known: Bools, used: int) -> Settled:
        """Decode."""
        return _repeat(
            lambda now: self.selection(_scores(self.propagation, links, now)), known, self.steps
        )


@dataclass(frozen=True)
class KickOut:
    """Let the best units of the whole message in, then kick out losers among them until all that stay are equal.

    The first update is `first`'s, by default the best `used` units with all that equal the last of
    them; each later one takes the units away that `losers` names, `GlobalLosersOut` (GLKO, GkLKO)
    or `LosersOut` (LKO, kLKO).

    >>> from neurosparse.memory import LosersOut
    >>> KickOut(LosersOut(2)).steps
    100
    """

    losers: Selection = field(default=GlobalLosersOut())
    propagation: Propagation = field(default=SumOfSum())
    first: Selection | None = None
    steps: int = 100

    def __post_init__(self) -> None:
        """Refuse no update."""
        _check.count("KickOut.steps", self.steps)

    def __call__(self, links: Words, known: Bools, used: int) -> Settled:
        """Decode."""
        first = self.first or GlobalWinners(used)
        begun = first(_scores(self.propagation, links, known))
        done = _repeat(
            lambda now: self.losers(_scores(self.propagation, links, now) * now), begun, self.steps
        )
        return Settled(done.active, done.steps + 1)


@dataclass(frozen=True)
class Elimination:
    """Sum-of-max decoding: erased clusters start with all units on; a unit stays while every other cluster reaches it.

    Nothing that belongs to the message is ever dropped if what is known is right. It can stop with
    several units on in a cluster. Only for messages that use every cluster. Source: Yao, Gripon &
    Rabbat 2014, arXiv:1308.6003.

    >>> Elimination().passes
    1000
    """

    passes: int = 1000

    def __post_init__(self) -> None:
        """Refuse no update."""
        _check.count("Elimination.passes", self.passes)

    def __call__(self, links: Words, known: Bools, used: int) -> Settled:
        """Decode."""
        if used < known.shape[1]:
            got = Said(f"messages on {used} of {known.shape[1]} clusters")
            wants = "messages that use every cluster"
            raise bad_argument("decoder", got, wants, "use Iterated(SumOfMax(), GlobalWinners(k))")
        start = known | ~known.any(axis=2, keepdims=True)
        done = eliminate(links, packed(start), self.passes)
        return Settled(unpacked(done.states, known.shape[2]), done.passes)


def _scores(propagation: Propagation, links: Words, active: Bools) -> Scores:
    itself = active.astype(np.float32) * np.float32(propagation.gamma)
    return propagation(links, packed(active)) + itself


def _repeat(update: Callable[[Bools], Bools], begun: Bools, steps: int) -> Settled:
    """Update the queries that still move, `steps` times at most."""
    active = begun.copy()
    taken = np.zeros(len(begun), np.int32)
    going = np.arange(len(begun))
    for _ in range(steps):
        now = active[going]
        after = active[going] = update(now)
        taken[going] += 1
        going = going[(after != now).any(axis=(1, 2))]
        if not going.size:
            break
    return Settled(active, taken)
