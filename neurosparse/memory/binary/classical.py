"""Hopfield's network: patterns of -1 and 1, Hebbian synapses, one unit after the other."""

from typing import Any, NamedTuple, Self

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import whole_number
from neurosparse.memory.binary.patterns import refuse_empty, sign_patterns
from neurosparse.store.arrays import load_arrays, loaded_array, loaded_number, save_arrays
from neurosparse.typing import Bool, Float32, Float64, Int32, Int64, Path, Seed


class SignRecall(NamedTuple):
    """What a retrieval gives.

    Attributes:
        states: -1 and 1, `[q, n]`.
        sweeps: turns of all units that each query took, `[q]`.
        settled: whether nothing moved in the last one, `[q]`.
    """

    states: Float32
    sweeps: Int32
    settled: Bool


class HopfieldNetwork:
    """Store patterns by W = sum of x x^T / n; recall by s_i <- sign(W_i s) until nothing moves.

    No unit has a synapse with itself. Each flip lowers E = -s^T W s / 2. Units take their turns in
    a random order; one without input stays as it is. Source: Hopfield 1982,
    doi:10.1073/pnas.79.8.2554.

    Args:
        n: units, 2 or more.

    >>> memory = HopfieldNetwork(5)
    >>> memory.store([[1, -1, 1, -1, 1]])
    >>> memory.retrieve([[1, -1, 1, -1, -1]], rng=0).states.astype(int).tolist()
    [[1, -1, 1, -1, 1]]
    """

    def __init__(self, n: int) -> None:
        self.n = whole_number("n", n, 2)
        refuse_beyond_memory("n", 4 * self.n**2, f"weights of {self.n:,} units")
        self.weights = np.zeros((self.n, self.n), np.float32)
        self.stored = 0

    def store(self, x: Any) -> None:
        """Add patterns `[m, n]` of -1 and 1.

        Raises:
            ValueError: another size, none, or other values.
        """
        rows = sign_patterns("x", x, self.n)
        self.weights += rows.T @ rows / np.float32(self.n)
        np.fill_diagonal(self.weights, 0)
        self.stored += len(rows)

    def energy(self, state: Any) -> Float64:
        """E = -s^T W s / 2 of states `[q, n]`, one number each, `[q]`."""
        s = sign_patterns("state", state, self.n).astype(np.float64)
        return np.asarray(-0.5 * ((s @ self.weights) * s).sum(axis=1))

    def retrieve(self, cue: Any, *, sweeps: int = 100, rng: Seed = None) -> SignRecall:
        """Update states one unit after the other until none moves.

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
        settled = np.zeros(len(states), np.bool_)
        for q, state in enumerate(states):
            h = self.weights @ state
            for _ in range(sweeps):
                taken[q] += 1
                if not self._sweep(state, h, generator.permutation(self.n)):
                    settled[q] = True
                    break
        return SignRecall(states, taken, settled)

    def _sweep(self, state: Float32, h: Float32, order: Int64) -> bool:
        """Give each unit its turn, in place; tells whether any moved."""
        moved = False
        while (wrong := (h[order] * state[order]) < 0).any():
            # units before the first wrong one have had their turn and stay
            first = int(np.argmax(wrong))
            i = order[first]
            order = order[first + 1 :]
            state[i] = -state[i]
            h += 2 * state[i] * self.weights[i]
            moved = True
        return moved

    def save(self, path: Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        config = {"n": self.n, "stored": self.stored}
        save_arrays(path, "HopfieldNetwork", config, {"weights": self.weights})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a memory that `save` wrote.

        Raises:
            ValueError: anything else.
        """
        config, arrays = load_arrays(path, "HopfieldNetwork")
        memory = cls(loaded_number(config, "n"))
        memory.weights = loaded_array(arrays, "weights", np.float32, (memory.n, memory.n))
        memory.stored = loaded_number(config, "stored")
        return memory
