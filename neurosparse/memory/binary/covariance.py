"""The covariance memory of Amari and of Tsodyks and Feigelman: sparse patterns, graded synapses, k
winners.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument
from neurosparse.memory.binary import _check, _store
from neurosparse.memory.binary.willshaw import WillshawRecall

Bools = NDArray[np.bool_]


class CovarianceMemory:
    """Store sparse patterns by W = sum of (x - f)(x - f)^T / (n f (1 - f)), without a unit's
    synapse with itself.

    The matrix is never formed: with the overlaps m = (x - f)·s of all patterns, h_i = (sum over
    patterns that hold i of m) - f (sum of all m), less what the unit gives itself. That reads k
    numbers a pattern where the matrix has n^2 in all. Patterns are CSR rows: `indptr` int64 [stored
    + 1], `indices` int32. Sources: Amari 1989, doi:10.1016/0893-6080(89)90043-9; Tsodyks &
    Feigelman 1988, doi:10.1209/0295-5075/6/2/002.

    Raises ValueError for an activity f outside (0, 1), patterns of another size, none, or without
    an active unit.

    >>> memory = CovarianceMemory(9, 1 / 3)
    >>> memory.store([[1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 0, 0]])
    >>> memory.retrieve([[1, 1, 0, 0, 0, 0, 0, 1, 0]], k=3).patterns.astype(int).tolist()
    [[1, 1, 1, 0, 0, 0, 0, 0, 0]]
    """

    def __init__(self, n: int, activity: float) -> None:
        self.n, self.activity = _check.count("n", n, 2), _check.share("activity", activity)
        self.indptr = np.zeros(1, np.int64)
        self.indices = np.zeros(0, np.int32)

    @property
    def stored(self) -> int:
        """Number of patterns."""
        return len(self.indptr) - 1

    def store(self, x: Any) -> None:
        """Add patterns [m, n]: SDRs, a sparse matrix or boolean rows."""
        rows = _check.patterns("x", x, self.n)
        self.indices = np.concatenate([self.indices, np.nonzero(rows)[1].astype(np.int32)])
        self.indptr = np.concatenate(
            [self.indptr, self.indptr[-1] + np.cumsum(rows.sum(axis=1), dtype=np.int64)]
        )

    def fields(self, state: Any) -> NDArray[np.float64]:
        """Input h [q, n] of every unit from states [q, n], booleans or rates."""
        _check.stored(self)
        s = np.atleast_2d(np.asarray(state, np.float64))
        if s.ndim != 2 or s.shape[1] != self.n or not np.isfinite(s).all():
            raise bad_argument("state", s, f"finite activity [q, {self.n}]")
        from scipy.sparse import csr_array

        f = self.activity
        x = csr_array(
            (np.ones(len(self.indices)), self.indices, self.indptr), (self.stored, self.n)
        )
        m = (x @ s.T) - f * s.sum(axis=1)  # [stored, q]
        degree = np.bincount(self.indices, minlength=self.n)
        itself = degree * (1 - 2 * f) + f * f * self.stored
        h = (x.T @ m).T - f * m.sum(axis=0)[:, None] - itself * s
        return np.asarray(h / (self.n * f * (1 - f)))

    def retrieve(self, cue: Any, k: int, *, steps: int = 20) -> WillshawRecall:
        """Let the k units with the largest input fire, again and again; of equals the first.

        Stops when a state comes back, after `steps` updates at most. Raises ValueError for an empty
        memory, cues of another size or without an active unit, and more winners than units.
        """
        if _check.count("k", k) > self.n:
            raise bad_argument("k", k, f"at most n = {self.n} winners")
        _check.stored(self)
        state = _check.patterns("cue", cue, self.n)
        taken = np.zeros(len(state), np.int32)
        going = np.arange(len(state))
        for _ in range(_check.count("steps", steps)):
            best = np.argsort(-self.fields(state[going]), axis=1, kind="stable")[:, :k]
            after = np.zeros((len(going), self.n), np.bool_)
            np.put_along_axis(after, best, True, axis=1)
            moved = (after != state[going]).any(axis=1)
            state[going] = after
            taken[going] += 1
            going = going[moved]
            if not going.size:
                break
        settled = np.ones(len(state), np.bool_)
        settled[going] = False
        return WillshawRecall(state, taken, settled)

    def weights(self) -> NDArray[np.float64]:
        """The matrix W [n, n], for small memories and for checking."""
        from scipy.sparse import csr_array

        f = self.activity
        x = (
            csr_array(
                (np.ones(len(self.indices)), self.indices, self.indptr), (self.stored, self.n)
            ).toarray()
            - f
        )
        w = x.T @ x / (self.n * f * (1 - f))
        np.fill_diagonal(w, 0)
        return np.asarray(w)

    def save(self, path: str | Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        config = {"n": self.n, "activity": self.activity}
        _store.save(
            path, "CovarianceMemory", config, {"indptr": self.indptr, "indices": self.indices}
        )

    @classmethod
    def load(cls, path: str | Path) -> CovarianceMemory:
        """Read a memory that `save` wrote; ValueError for anything else."""
        config, arrays = _store.load(path, "CovarianceMemory")
        made = cls(_store.number(config, "n"), _store.number(config, "activity", float))
        made.indptr = _store.take(arrays, "indptr", np.int64, (None,))
        made.indices = _store.take(arrays, "indices", np.int32, (None,))
        ends = len(made.indptr) and made.indptr[0] == 0 and made.indptr[-1] == len(made.indices)
        inside = not len(made.indices) or 0 <= made.indices.min() <= made.indices.max() < made.n
        if not (ends and inside and (np.diff(made.indptr) > 0).all()):
            raise bad_argument(
                "path", "patterns that lie outside the units", "a folder that save wrote"
            )
        return made


def tsodyks_feigelman_load(f: float) -> float:
    """Largest patterns / units as f goes to 0: 1 / (2 f |ln f|). Thousands of units reach about a
    third of it.

    >>> round(2000 * tsodyks_feigelman_load(0.05))
    6676
    """
    _check.share("f", f)
    return 1 / (2 * f * abs(math.log(f)))


def rolls_treves_patterns(synapses: int, f: float, k: float = 0.25) -> float:
    """Patterns of a network with `synapses` inputs a unit: k C / (f ln(1/f)), k from 0.2 to 0.3.

    Source: Treves & Rolls 1991, doi:10.1088/0954-898X_2_4_004.

    >>> round(rolls_treves_patterns(12_000, 0.02, k=0.2))
    30675
    """
    _check.share("f", f)
    return _check.positive("k", k) * _check.count("synapses", synapses) / (f * math.log(1 / f))
