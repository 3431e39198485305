"""Dense associative memory: a steep function of the overlaps holds more patterns than units."""

from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from neurosparse.checks import positive, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.memory.binary.classical import SignRecall
from neurosparse.memory.binary.patterns import refuse_empty, sign_patterns
from neurosparse.store.arrays import load_arrays, loaded_array, loaded_number, save_arrays
from neurosparse.typing import Float32, Float64, Path, Seed


class Interaction(Protocol):
    """A frozen dataclass F: how much a pattern counts by its overlap with the state."""

    def total(self, overlaps: Float64) -> Float64:
        """Sum of F over the last axis, in a scale in which sums of one memory compare."""


@dataclass(frozen=True)
class PolynomialInteraction:
    """F(x) = x^degree; degree 2 is Hopfield's network.

    Source: Krotov & Hopfield 2016, arXiv:1606.01164.

    >>> float(PolynomialInteraction(3).total(np.array([1.0, 2.0])))
    9.0
    """

    degree: int

    def __post_init__(self) -> None:
        degree = whole_number("PolynomialInteraction.degree", self.degree, 2)
        object.__setattr__(self, "degree", degree)

    def total(self, overlaps: Float64) -> Float64:
        """Sum of powers."""
        return np.asarray((overlaps**self.degree).sum(axis=-1))


@dataclass(frozen=True)
class ExponentialInteraction:
    """F(x) = e^(beta x), summed as a logarithm, so that nothing overflows.

    Source: Demircigil et al. 2017, arXiv:1702.01929.

    >>> round(float(ExponentialInteraction().total(np.array([1000.0, 1000.0]))), 4)
    1000.6931
    """

    beta: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "beta", positive("ExponentialInteraction.beta", self.beta))

    def total(self, overlaps: Float64) -> Float64:
        """Logarithm of the sum of exponentials, which grows as the sum does."""
        z = self.beta * overlaps
        top = z.max(axis=-1, keepdims=True)
        return np.asarray(top[..., 0] + np.log(np.exp(z - top).sum(axis=-1)))


class DenseMemory:
    """Store patterns of -1 and 1 as they are; a unit takes the sign that lowers E = -sum of F(x·s).

    s_i <- sign(total F(rest + x_i) - total F(rest - x_i)), rest = x·s - x_i s_i, one unit after the
    other. `patterns` is int8 `[stored, n]`.

    Args:
        n: units, 2 or more.
        interaction: F.

    Raises:
        ValueError: an interaction that overflows at n.

    >>> memory = DenseMemory(6, PolynomialInteraction(3))
    >>> memory.store([[1, 1, 1, -1, -1, -1], [1, -1, 1, -1, 1, -1]])
    >>> memory.retrieve([[1, 1, 1, -1, -1, 1]]).states.astype(int).tolist()
    [[1, 1, 1, -1, -1, -1]]
    """

    def __init__(self, n: int, interaction: Interaction = ExponentialInteraction()) -> None:
        self.n = whole_number("n", n, 2)
        self.interaction = interaction
        if not hasattr(interaction, "total"):
            expected = "a function of overlaps"
            remedy = "as PolynomialInteraction(3) or ExponentialInteraction()"
            raise bad_argument("interaction", interaction, expected, remedy)
        with np.errstate(over="ignore"):
            fits = np.isfinite(interaction.total(np.array([float(n)]))).all()
        if not fits:
            expected = f"a function that is finite at an overlap of {n}"
            raise bad_argument(
                "interaction", interaction, expected, "choose a smaller degree"
            )
        self.patterns = np.zeros((0, self.n), np.int8)

    @property
    def stored(self) -> int:
        """Number of patterns."""
        return len(self.patterns)

    def store(self, x: Any) -> None:
        """Add patterns `[m, n]` of -1 and 1.

        Raises:
            ValueError: another size, none, or other values.
        """
        signs = sign_patterns("x", x, self.n).astype(np.int8)
        self.patterns = np.concatenate([self.patterns, signs])

    def energy(self, state: Any) -> Float64:
        """E = -total F(x·s) of states `[q, n]`, one number each `[q]`.

        Of an exponential memory it is the logarithm of the sum, with the minus.
        """
        refuse_empty(self)
        return -self.interaction.total(
            self._overlaps(sign_patterns("state", state, self.n))
        )

    def gains(self, state: Any) -> Float64:
        """What each unit would gain by being 1 and not -1, the others as they are: `[q, n]`."""
        refuse_empty(self)
        s = sign_patterns("state", state, self.n)
        overlaps = self._overlaps(s)
        return np.stack([self._gain(overlaps, s, i) for i in range(self.n)], axis=1)

    def retrieve(self, cue: Any, *, sweeps: int = 100, rng: Seed = None) -> SignRecall:
        """Update states one unit after the other, all queries in one order, until none moves.

        Args:
            cue: where each query starts, -1 and 1, `[q, n]`.
            sweeps: largest number of turns of all units.
            rng: draws the order of each sweep (SPEC 7).

        Raises:
            ValueError: an empty memory, or cues that do not fit.
        """
        refuse_empty(self)
        whole_number("sweeps", sweeps, 1)
        generator = np.random.default_rng(rng)
        states = sign_patterns("cue", cue, self.n).copy()
        taken = np.zeros(len(states), np.int32)
        moving = np.arange(len(states))
        overlaps = self._overlaps(states)
        for _ in range(sweeps):
            before = states[moving]
            after = before.copy()
            moving_overlaps = overlaps[moving]
            for i in generator.permutation(self.n):
                self._turn(after, moving_overlaps, i)
            states[moving] = after
            overlaps[moving] = moving_overlaps
            taken[moving] += 1
            moving = moving[(after != before).any(axis=1)]
            if not moving.size:
                break
        settled = np.ones(len(states), np.bool_)
        settled[moving] = False
        return SignRecall(states, taken, settled)

    def _overlaps(self, states: Float32) -> Float64:
        return np.asarray(states.astype(np.float64) @ self.patterns.T)

    def _gain(self, overlaps: Float64, states: Float32, i: Any) -> Float64:
        x = self.patterns[:, i].astype(np.float64)
        rest = overlaps - np.outer(states[:, i], x)
        return self.interaction.total(rest + x) - self.interaction.total(rest - x)

    def _turn(self, states: Float32, overlaps: Float64, i: Any) -> None:
        """Let unit i of every query choose, in place; of equals it stays."""
        gain = self._gain(overlaps, states, i)
        new = np.where(gain == 0, states[:, i], np.sign(gain)).astype(np.float32)
        overlaps += np.outer(new - states[:, i], self.patterns[:, i])
        states[:, i] = new

    def save(self, path: Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all.

        Raises:
            ValueError: an interaction of your own.
        """
        known = {PolynomialInteraction: "degree", ExponentialInteraction: "beta"}
        kind = type(self.interaction)
        if kind not in known:
            expected = (
                "PolynomialInteraction or ExponentialInteraction in a memory to be saved"
            )
            raise bad_argument("interaction", self.interaction, expected)
        config = {"n": self.n, known[kind]: getattr(self.interaction, known[kind])}
        save_arrays(path, "DenseMemory", config, {"patterns": self.patterns})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a memory that `save` wrote.

        Raises:
            ValueError: anything else.
        """
        config, arrays = load_arrays(path, "DenseMemory")
        interaction: Interaction
        if "degree" in config:
            interaction = PolynomialInteraction(loaded_number(config, "degree"))
        else:
            interaction = ExponentialInteraction(loaded_number(config, "beta", float))
        memory = cls(loaded_number(config, "n"), interaction)
        memory.patterns = loaded_array(arrays, "patterns", np.int8, (None, memory.n))
        if not (np.abs(memory.patterns) == 1).all():
            raise bad_argument(
                "path", Said("patterns of other values"), "patterns of -1 and 1"
            )
        return memory
