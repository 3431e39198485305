"""The covariance memory of Amari and of Tsodyks and Feigelman: sparse patterns, graded synapses."""

import math
from typing import Any, Self

import numpy as np

from neurosparse.checks import positive, share, whole_number
from neurosparse.errors import bad_argument
from neurosparse.memory.binary.patterns import bit_patterns, refuse_empty
from neurosparse.memory.binary.willshaw import WillshawRecall
from neurosparse.selection import highest_of_rows
from neurosparse.store.arrays import load_arrays, loaded_array, loaded_number, save_arrays
from neurosparse.typing import Float64, Path


class CovarianceMemory:
    """Store sparse patterns by W = sum of (x - f)(x - f)^T / (n f (1 - f)).

    No unit has a synapse with itself. The matrix is never formed: with the overlaps m = (x - f)·s
    of all patterns, h_i = (sum over patterns that hold i of m) - f (sum of all m), less what the
    unit gives itself. That reads k numbers a pattern where the matrix has n^2 in all. Patterns are
    CSR rows, `indptr` `[stored + 1]` and `indices`. Sources: Amari 1989,
    doi:10.1016/0893-6080(89)90043-9; Tsodyks & Feigelman 1988, doi:10.1209/0295-5075/6/2/002.

    Args:
        n: units, 2 or more.
        activity: f, the share of active units in a pattern.

    Raises:
        ValueError: an activity outside (0, 1).

    >>> memory = CovarianceMemory(9, 1 / 3)
    >>> memory.store([[1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 0, 0]])
    >>> memory.retrieve([[1, 1, 0, 0, 0, 0, 0, 1, 0]], k=3).patterns.astype(int).tolist()
    [[1, 1, 1, 0, 0, 0, 0, 0, 0]]
    """

    def __init__(self, n: int, activity: float) -> None:
        self.n = whole_number("n", n, 2)
        self.activity = share("activity", activity)
        self.indptr = np.zeros(1, np.int64)
        self.indices = np.zeros(0, np.int32)

    @property
    def stored(self) -> int:
        """Number of patterns."""
        return len(self.indptr) - 1

    def store(self, x: Any) -> None:
        """Add patterns: SDRs, a sparse matrix or boolean rows, `[m, n]`.

        Raises:
            ValueError: patterns of another size, none, or without an active unit.
        """
        rows = bit_patterns("x", x, self.n)
        ends = self.indptr[-1] + np.cumsum(rows.sum(axis=1), dtype=np.int64)
        self.indices = np.concatenate([self.indices, np.nonzero(rows)[1].astype(np.int32)])
        self.indptr = np.concatenate([self.indptr, ends])

    def fields(self, state: Any) -> Float64:
        """Input h `[q, n]` of every unit from states `[q, n]`, booleans or rates."""
        refuse_empty(self)
        s = np.atleast_2d(np.asarray(state, np.float64))
        if s.ndim != 2 or s.shape[1] != self.n or not np.isfinite(s).all():
            raise bad_argument("state", s, f"finite activity [q, {self.n}]")
        f = self.activity
        x = self._patterns()
        m = (x @ s.T) - f * s.sum(axis=1)  # [stored, q]
        degree = np.bincount(self.indices, minlength=self.n)
        itself = degree * (1 - 2 * f) + f * f * self.stored
        h = (x.T @ m).T - f * m.sum(axis=0)[:, None] - itself * s
        return np.asarray(h / (self.n * f * (1 - f)))

    def retrieve(self, cue: Any, k: int, *, steps: int = 20) -> WillshawRecall:
        """Let the k units with the largest input fire, again and again; of equals the first.

        Args:
            cue: what is known: SDRs, a sparse matrix or boolean rows, `[q, n]`.
            k: units that fire.
            steps: updates at most; it stops earlier when a state comes back.

        Raises:
            ValueError: an empty memory, cues of another size or without an active unit, or more
                winners than units.
        """
        if whole_number("k", k, 1) > self.n:
            raise bad_argument("k", k, f"at most n = {self.n} winners")
        refuse_empty(self)
        state = bit_patterns("cue", cue, self.n)
        taken = np.zeros(len(state), np.int32)
        moving = np.arange(len(state))
        for _ in range(whole_number("steps", steps, 1)):
            after = highest_of_rows(self.fields(state[moving]), k)
            moved = (after != state[moving]).any(axis=1)
            state[moving] = after
            taken[moving] += 1
            moving = moving[moved]
            if not moving.size:
                break
        settled = np.ones(len(state), np.bool_)
        settled[moving] = False
        return WillshawRecall(state, taken, settled)

    @property
    def weights(self) -> Float64:
        """The matrix W `[n, n]`, for small memories and for checking."""
        f = self.activity
        x = self._patterns().toarray() - f
        w = x.T @ x / (self.n * f * (1 - f))
        np.fill_diagonal(w, 0)
        return np.asarray(w)

    def _patterns(self) -> Any:
        """What is stored, a SciPy matrix of ones `[stored, n]`."""
        from scipy.sparse import csr_array

        ones = np.ones(len(self.indices))
        return csr_array((ones, self.indices, self.indptr), (self.stored, self.n))

    def save(self, path: Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        config = {"n": self.n, "activity": self.activity}
        arrays = {"indptr": self.indptr, "indices": self.indices}
        save_arrays(path, "CovarianceMemory", config, arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a memory that `save` wrote.

        Raises:
            ValueError: anything else.
        """
        config, arrays = load_arrays(path, "CovarianceMemory")
        memory = cls(loaded_number(config, "n"), loaded_number(config, "activity", float))
        memory.indptr = indptr = loaded_array(arrays, "indptr", np.int64, (None,))
        memory.indices = indices = loaded_array(arrays, "indices", np.int32, (None,))
        ends = len(indptr) and indptr[0] == 0 and indptr[-1] == len(indices)
        inside = not len(indices) or 0 <= indices.min() <= indices.max() < memory.n
        if not (ends and inside and (np.diff(indptr) > 0).all()):
            received = "patterns that lie outside the units"
            raise bad_argument("path", received, "a folder that save wrote")
        return memory


def tsodyks_feigelman_load(f: float) -> float:
    """Largest patterns / units of a covariance memory as f goes to 0: 1 / (2 f |ln f|).

    Thousands of units reach about a third of it.

    >>> round(2000 * tsodyks_feigelman_load(0.05))
    6676
    """
    share("f", f)
    return 1 / (2 * f * abs(math.log(f)))


def rolls_treves_patterns(synapses: int, f: float, k: float = 0.25) -> float:
    """Patterns of a network with `synapses` inputs a unit: k C / (f ln(1/f)), k from 0.2 to 0.3.

    Source: Treves & Rolls 1991, doi:10.1088/0954-898X_2_4_004.

    >>> round(rolls_treves_patterns(12_000, 0.02, k=0.2))
    30675
    """
    share("f", f)
    return positive("k", k) * whole_number("synapses", synapses, 1) / (f * math.log(1 / f))
