"""Dense associative memory: a steep function of the overlaps lets a network hold far more patterns
than units.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument
from neurosparse.memory.binary import _check, _store
from neurosparse.memory.binary.classical import SignRecall, Signs

Floats = NDArray[np.float64]


class Interaction(Protocol):
    """A frozen dataclass F: how much a pattern counts by its overlap with the state."""

    def total(self, overlaps: Floats) -> Floats:
        """Sum of F over the last axis, in a scale in which sums of one memory compare."""


@dataclass(frozen=True)
class PolynomialInteraction:
    """F(x) = x^degree; degree 2 is Hopfield's network. Source: Krotov & Hopfield 2016,
    arXiv:1606.01164.

    >>> float(PolynomialInteraction(3).total(np.array([1.0, 2.0])))
    9.0
    """

    degree: int

    def __post_init__(self) -> None:
        """Refuse what stores nothing."""
        object.__setattr__(
            self, "degree", _check.count("PolynomialInteraction.degree", self.degree, 2)
        )

    def total(self, overlaps: Floats) -> Floats:
        """Sum of powers."""
        return np.asarray((overlaps**self.degree).sum(axis=-1))


@dataclass(frozen=True)
class ExponentialInteraction:
    """F(x) = e^(beta x), summed as a logarithm, so that nothing overflows. Source: Demircigil 2017, arXiv:1702.01929.

    >>> round(float(ExponentialInteraction().total(np.array([1000.0, 1000.0]))), 4)
    1000.6931
    """

    beta: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what forgets."""
        object.__setattr__(self, "beta", _check.positive("ExponentialInteraction.beta", self.beta))

    def total(self, overlaps: Floats) -> Floats:
        """Logarithm of the sum of exponentials, which grows as the sum does."""
        z = self.beta * overlaps
        top = z.max(axis=-1, keepdims=True)
        return np.asarray(top[..., 0] + np.log(np.exp(z - top).sum(axis=-1)))


class DenseMemory:
    """Store patterns of -1 and 1 as they are; a unit takes the sign that lowers E = -sum of F(x·s).

    s_i <- sign(total F(rest + x_i) - total F(rest - x_i)), rest = x·s - x_i s_i, one unit after the
    other. Patterns are int8 [stored, n]. Raises ValueError for patterns of another size, none, or
    of values other than -1 and 1, and for an interaction that overflows at n.

    >>> memory = DenseMemory(6, PolynomialInteraction(3))
    >>> memory.store([[1, 1, 1, -1, -1, -1], [1, -1, 1, -1, 1, -1]])
    >>> memory.retrieve([[1, 1, 1, -1, -1, 1]]).states.astype(int).tolist()
    [[1, 1, 1, -1, -1, -1]]
    """

    def __init__(self, n: int, interaction: Interaction = ExponentialInteraction()) -> None:
        self.n = _check.count("n", n, 2)
        self.interaction = interaction
        if not hasattr(interaction, "total"):
            raise bad_argument(
                "interaction",
                interaction,
                "a function of overlaps, as PolynomialInteraction(3) or ExponentialInteraction()",
            )
        with np.errstate(over="ignore"):
            fits = np.isfinite(interaction.total(np.array([float(n)]))).all()
        if not fits:
            wants = f"a function that is finite at an overlap of {n}"
            remedy = "choose a smaller degree"
            raise bad_argument("interaction", interaction, wants, remedy)
        self.patterns = np.zeros((0, n), np.int8)

    @property
    def stored(self) -> int:
        """Number of patterns."""
        return len(self.patterns)

    def store(self, x: Any) -> None:
        """Add patterns [m, n] of -1 and 1."""
        self.patterns = np.concatenate(
            [self.patterns, _check.signs("x", x, self.n).astype(np.int8)]
        )

    def energy(self, state: Any) -> Floats:
        """E = -total F(x·s) of states [q, n], float64 [q]; of an exponential memory minus its logarithm."""
        _check.stored(self)
        return -self.interaction.total(self._overlaps(_check.signs("state", state, self.n)))

    def gains(self, state: Any) -> Floats:
        """What each unit would gain by being 1 and not -1, the others as they are: [q, n]."""
        _check.stored(self)
        s = _check.signs("state", state, self.n)
        overlaps = self._overlaps(s)
        return np.stack([self._gain(overlaps, s, i) for i in range(self.n)], axis=1)

    def retrieve(self, cue: Any, *, sweeps: int = 100, rng: Any = None) -> SignRecall:
        """Update states [q, n] one unit after the other, all queries in the same order, until none of them moves.

        `rng` (SPEC 7) draws the order of each sweep. Raises ValueError for an empty memory and cues
        that do not fit.
        """
        _check.stored(self)
        _check.count("sweeps", sweeps)
        generator = np.random.default_rng(rng)
        states = _check.signs("cue", cue, self.n).copy()
        taken = np.zeros(len(states), np.int32)
        going = np.arange(len(states))
        overlaps = self._overlaps(states)
        for _ in range(sweeps):
            before = states[going]
            now = before.copy()
            seen = overlaps[going]
            for i in generator.permutation(self.n):
                self._turn(now, seen, i)
            states[going], overlaps[going] = now, seen
            taken[going] += 1
            going = going[(now != before).any(axis=1)]
            if not going.size:
                break
        settled = np.ones(len(states), np.bool_)
        settled[going] = False
        return SignRecall(states, taken, settled)

    def _overlaps(self, states: Signs) -> Floats:
        return np.asarray(states.astype(np.float64) @ self.patterns.T)

    def _gain(self, overlaps: Floats, states: Signs, i: Any) -> Floats:
        x = self.patterns[:, i].astype(np.float64)
        rest = overlaps - np.outer(states[:, i], x)
        return self.interaction.total(rest + x) - self.interaction.total(rest - x)

    def _turn(self, states: Signs, overlaps: Floats, i: Any) -> None:
        """Let unit i of every query choose, in place; of equals it stays."""
        gain = self._gain(overlaps, states, i)
        new = np.where(gain == 0, states[:, i], np.sign(gain)).astype(np.float32)
        overlaps += np.outer(new - states[:, i], self.patterns[:, i])
        states[:, i] = new

    def save(self, path: str | Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all; an interaction of your
        own is refused.
        """
        known = {PolynomialInteraction: "degree", ExponentialInteraction: "beta"}
        kind = type(self.interaction)
        if kind not in known:
            raise bad_argument(
                "interaction",
                self.interaction,
                "PolynomialInteraction or ExponentialInteraction in a memory to be saved",
            )
        config = {"n": self.n, known[kind]: getattr(self.interaction, known[kind])}
        _store.save(path, "DenseMemory", config, {"patterns": self.patterns})

    @classmethod
    def load(cls, path: str | Path) -> DenseMemory:
        """Read a memory that `save` wrote; ValueError for anything else."""
        config, arrays = _store.load(path, "DenseMemory")
        interaction: Interaction
        if "degree" in config:
            interaction = PolynomialInteraction(_store.number(config, "degree"))
        else:
            interaction = ExponentialInteraction(_store.number(config, "beta", float))
        made = cls(_store.number(config, "n"), interaction)
        made.patterns = _store.take(arrays, "patterns", np.int8, (None, made.n))
        if not (np.abs(made.patterns) == 1).all():
            raise bad_argument("path", Said("patterns of other values"), "patterns of -1 and 1")
        return made
