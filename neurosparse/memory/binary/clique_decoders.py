"""Decoders of a clique network: iterate scores and a choice, or drop what is not supported."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.memory.clique_decode import eliminate
from neurosparse.memory.binary.clique_propagation import CliquePropagation, SumOfSum
from neurosparse.memory.binary.clique_selection import (
    CliqueSelection,
    GlobalLosersOut,
    GlobalWinners,
    WinnerTakesAll,
)
from neurosparse.sdr import pack, unpack
from neurosparse.typing import Bool, Float32, Int32, UInt64


class DecodedCliques(NamedTuple):
    """What a decoder gives.

    Attributes:
        active: units that are on, `[q, clusters, units]`.
        steps: updates that each query took, `[q]`.
    """

    active: Bool
    steps: Int32


class CliqueDecoder(Protocol):
    """A frozen dataclass that completes cues."""

    def __call__(self, links: UInt64, known: Bool, used: int) -> DecodedCliques:
        """Decode messages.

        Args:
            links: one bit a synapse, `[clusters, units, clusters, words]`.
            known: units of the known symbols, `[q, clusters, units]`.
            used: clusters that a message uses.
        """


def packed(active: Bool) -> UInt64:
    """Pack [q, clusters, units] into words [q, clusters, ceil(units / 64)].

    >>> packed(np.ones((1, 2, 3), bool)).tolist()
    [[[7], [7]]]
    """
    q, clusters, units = active.shape
    return pack(active.reshape(q * clusters, units)).reshape(
        q, clusters, (units + 63) // 64
    )


def unpacked(words: UInt64, units: int) -> Bool:
    """Undo `packed`.

    >>> unpacked(packed(np.eye(3, dtype=bool)[None]), 3).astype(int).tolist()
    [[[1, 0, 0], [0, 1, 0], [0, 0, 1]]]
    """
    q, clusters, width = words.shape
    return unpack(words.reshape(q * clusters, width), units).reshape(q, clusters, units)


@dataclass(frozen=True)
class Iterated:
    """Score and select again, until nothing changes; erased clusters start silent.

    score = propagation + gamma · on.

    Args:
        propagation: what counts as support.
        selection: which units stay on.
        steps: updates at most.

    >>> from neurosparse.memory import GlobalWinners, SumOfMax
    >>> Iterated(SumOfMax(), GlobalWinners(12), steps=4).steps
    4
    """

    propagation: CliquePropagation = field(default=SumOfSum())
    selection: CliqueSelection = field(default=WinnerTakesAll())
    steps: int = 8

    def __post_init__(self) -> None:
        whole_number("Iterated.steps", self.steps, 1)

    def __call__(self, links: UInt64, known: Bool, used: int) -> DecodedCliques:
        """Repeat from the known units."""

        def update(active: Bool) -> Bool:
            return self.selection(_scores(self.propagation, links, active))

        return _repeat(update, known, self.steps)


@dataclass(frozen=True)
class KickOut:
    """Let the best units of the whole message in, then kick out losers until all left are equal.

    Args:
        losers: which of the units that are on stay: `GlobalLosersOut` (GLKO, GkLKO) or `LosersOut`
            (LKO, kLKO).
        propagation: what counts as support.
        first: which units come in; when None the best `used` units with all that equal the last of
            them.
        steps: updates after the first at most.

    >>> from neurosparse.memory import LosersOut
    >>> KickOut(LosersOut(2)).steps
    100
    """

    losers: CliqueSelection = field(default=GlobalLosersOut())
    propagation: CliquePropagation = field(default=SumOfSum())
    first: CliqueSelection | None = None
    steps: int = 100

    def __post_init__(self) -> None:
        whole_number("KickOut.steps", self.steps, 1)

    def __call__(self, links: UInt64, known: Bool, used: int) -> DecodedCliques:
        """Select once among all units, then repeat among those that are on."""

        def update(active: Bool) -> Bool:
            return self.losers(_scores(self.propagation, links, active) * active)

        first = self.first or GlobalWinners(used)
        start = first(_scores(self.propagation, links, known))
        decoded = _repeat(update, start, self.steps)
        return DecodedCliques(decoded.active, decoded.steps + 1)


@dataclass(frozen=True)
class Elimination:
    """Sum-of-max decoding: a unit stays while every other cluster reaches it.

    Erased clusters start with all units on. Nothing that belongs to the message is ever dropped if
    what is known is right. It can stop with several units on in a cluster. Only for messages that
    use every cluster. Source: Yao, Gripon & Rabbat 2014, arXiv:1308.6003.

    >>> Elimination().passes
    1000
    """

    passes: int = 1000

    def __post_init__(self) -> None:
        whole_number("Elimination.passes", self.passes, 1)

    def __call__(self, links: UInt64, known: Bool, used: int) -> DecodedCliques:
        """Take units away until every one left is reached by all clusters."""
        if used < known.shape[1]:
            received = Said(f"messages on {used} of {known.shape[1]} clusters")
            expected = "messages that use every cluster"
            remedy = "use Iterated(SumOfMax(), GlobalWinners(k))"
            raise bad_argument("decoder", received, expected, remedy)
        start = known | ~known.any(axis=2, keepdims=True)
        eliminated = eliminate(links, packed(start), self.passes)
        active = unpacked(eliminated.states, known.shape[2])
        return DecodedCliques(active, eliminated.passes)


def _scores(propagation: CliquePropagation, links: UInt64, active: Bool) -> Float32:
    itself = active.astype(np.float32) * np.float32(propagation.gamma)
    return propagation(links, packed(active)) + itself


def _repeat(update: Callable[[Bool], Bool], start: Bool, steps: int) -> DecodedCliques:
    """Update the queries that still move, `steps` times at most."""
    active = start.copy()
    taken = np.zeros(len(start), np.int32)
    moving = np.arange(len(start))
    for _ in range(steps):
        before = active[moving]
        after = update(before)
        active[moving] = after
        taken[moving] += 1
        moving = moving[(after != before).any(axis=(1, 2))]
        if not moving.size:
            break
    return DecodedCliques(active, taken)
