"""HopfieldNetwork's network: patterns of -1 and 1, Hebbian synapses, one unit after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.memory.binary import _check, _store

Signs = NDArray[np.float32]


class SignRecall(NamedTuple):
    """What a retrieval gives: states [q, n] of -1 and 1, sweeps over all units [q], whether they
    settled [q].
    """

    states: Signs
    sweeps: NDArray[np.int32]
    settled: NDArray[np.bool_]


class HopfieldNetwork:
    """Store patterns by W = sum of x x^T / n, no unit with itself; recall by s_i <- sign(W_i s)
    until nothing moves.

    Each flip lowers E = -s^T W s / 2. Units take their turns in a random order; one without input
    stays as it is.
    Source: HopfieldNetwork 1982, doi:10.1073/pnas.79.8.2554.

    Raises ValueError for patterns of another size, none, or of values other than -1 and 1.

    >>> memory = HopfieldNetwork(5)
    >>> memory.store([[1, -1, 1, -1, 1]])
    >>> memory.retrieve([[1, -1, 1, -1, -1]], rng=0).states.astype(int).tolist()
    [[1, -1, 1, -1, 1]]
    """

    def __init__(self, n: int) -> None:
        self.n = _check.count("n", n, 2)
        self.weights = np.zeros((n, n), np.float32)
        self.stored = 0

    def store(self, x: Any) -> None:
        """Add patterns [m, n] of -1 and 1."""
        rows = _check.signs("x", x, self.n)
        self.weights += rows.T @ rows / np.float32(self.n)
        np.fill_diagonal(self.weights, 0)
        self.stored += len(rows)

    def energy(self, state: Any) -> NDArray[np.float64]:
        """E = -s^T W s / 2 of states [q, n], float64 [q]."""
        s = _check.signs("state", state, self.n).astype(np.float64)
        return np.asarray(-0.5 * ((s @ self.weights) * s).sum(axis=1))

    def retrieve(self, cue: Any, *, sweeps: int = 100, rng: Any = None) -> SignRecall:
        """Update states [q, n] one unit after the other, `sweeps` times through all of them at most.

        `rng` (SPEC 7) draws the order of each sweep. Raises ValueError for an empty memory and cues
        that do not fit.
        """
        _check.stored(self)
        _check.count("sweeps", sweeps)
        generator = np.random.default_rng(rng)
        states = _check.signs("cue", cue, self.n).copy()
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

    def _sweep(self, state: Signs, h: Signs, order: NDArray[np.int64]) -> bool:
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

    def save(self, path: str | Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        _store.save(
            path, "HopfieldNetwork", {"n": self.n, "stored": self.stored}, {"weights": self.weights}
        )

    @classmethod
    def load(cls, path: str | Path) -> HopfieldNetwork:
        """Read a memory that `save` wrote; ValueError for anything else."""
        config, arrays = _store.load(path, "HopfieldNetwork")
        made = cls(_store.number(config, "n"))
        made.weights = _store.take(arrays, "weights", np.float32, (made.n, made.n))
        made.stored = _store.number(config, "stored")
        return made
