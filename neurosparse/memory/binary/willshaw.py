"""The memory of Willshaw, Buneman and Longuet-Higgins: binary synapses that are on once both ends
fired together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.memory.bit_rows import merge_rows, sum_rows
from neurosparse.memory.binary import _check, _store
from neurosparse.memory.binary.thresholds import CueSize, Threshold
from neurosparse.sdr import pack, unpack

Bools = NDArray[np.bool_]
CUE_SIZE = CueSize()


def rows_of(states: Bools) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Active units of each state [q, n], in compressed rows: pointers [q + 1] and units.

    >>> rows_of(np.array([[True, False, True], [False, True, False]]))
    (array([0, 2, 3]), array([0, 2, 1], dtype=int32))
    """
    indptr = np.zeros(len(states) + 1, np.int64)
    np.cumsum(states.sum(axis=1), out=indptr[1:])
    return indptr, np.nonzero(states)[1].astype(np.int32)


class WillshawRecall(NamedTuple):
    """What a retrieval gives: active units [q, n_out], how many updates each cue took [q], whether it settled [q]."""

    patterns: Bools
    steps: NDArray[np.int32]
    settled: Bools


class Willshaw:
    """Associate sparse binary patterns on a bit matrix: W[j, i] = OR over patterns of y_j x_i.

    `Willshaw(n)` stores patterns with themselves (a unit's bit with itself included),
    `Willshaw(n_in, n_out)` pairs.
    A unit receives sum over i of W[j, i] cue_i; a `Threshold` says which fire. One bit a synapse,
    rows presynaptic, so
    that a cue reads the rows of its active units only: `bits` is uint64 [n_in, n_out / 64]. Source:
    Willshaw, Buneman &
    Longuet-Higgins 1969, doi:10.1038/222960a0.

    Raises ValueError for sizes below 1, patterns of another size, none, or without an active unit.

    >>> memory = Willshaw(8)
    >>> memory.store(np.eye(8)[[0, 1, 2]].sum(axis=0, keepdims=True))
    >>> memory.retrieve(np.eye(8)[[1]]).patterns.astype(int).tolist()
    [[1, 1, 1, 0, 0, 0, 0, 0]]
    """

    def __init__(self, n_in: int, n_out: int | None = None) -> None:
        self.n_in = _check.count("n_in", n_in)
        self.n_out = self.n_in if n_out is None else _check.count("n_out", n_out)
        self.auto = n_out is None
        self.bits = np.zeros((self.n_in, (self.n_out + 63) // 64), np.uint64)
        self.stored = 0

    def store(self, x: Any, y: Any = None, *, backend: str = "cpu") -> None:
        """Add patterns x [m, n_in], or pairs of x and y [m, n_out]: SDRs, a sparse matrix or boolean rows."""
        if self.auto != (y is None):
            wants = (
                "no y, patterns are stored with themselves"
                if self.auto
                else f"patterns y [m, {self.n_out}]"
            )
            raise bad_argument(
                "y", y, wants, "Willshaw(n) is autoassociative, Willshaw(n_in, n_out) is not"
            )
        inputs = _check.patterns("x", x, self.n_in)
        outputs = inputs if y is None else _check.patterns("y", y, self.n_out)
        if len(inputs) != len(outputs):
            raise bad_argument(
                "y", Said(f"{len(outputs)} patterns"), f"as many as x has: {len(inputs)}"
            )
        which, rows = np.nonzero(inputs)
        merge_rows(
            self.bits, rows.astype(np.int32), pack(outputs), which.astype(np.int32), backend=backend
        )
        self.stored += len(inputs)

    def sums(self, cue: Any, *, backend: str = "cpu") -> NDArray[np.int32]:
        """Count for each unit the active cue units linked to it, int32 [q, n_out]."""
        return self._sums(_check.patterns("cue", cue, self.n_in), backend)

    def retrieve(
        self, cue: Any, rule: Threshold = CUE_SIZE, *, then: Threshold | None = None, steps: int = 1
    ) -> WillshawRecall:
        """Complete cues [q, n_in], SDRs, a sparse matrix or boolean rows.

        Args:
            cue: what is known.
            rule: which units fire.
            then: the rule of later updates; `rule` when None. With noise-free cues `CueSize()` then
                `Winners(k)`.
            steps: largest number of updates; a cue that comes back as it was, or empty, is done.
                More than one only in an autoassociative memory.

        Raises: ValueError for an empty memory, cues of another size or without an active unit, and
            `steps`.
        """
        _check.stored(self)
        for name, given in (("rule", rule), ("then", CUE_SIZE if then is None else then)):
            if not callable(given):
                raise bad_type(
                    name, given, "a threshold", "as CueSize(), AtLeast(theta) or Winners(k)"
                )
        if _check.count("steps", steps) > 1 and not self.auto:
            raise bad_argument(
                "steps", steps, "1: only an autoassociative memory can go on", "use Willshaw(n)"
            )
        state = _check.patterns("cue", cue, self.n_in)
        taken = np.zeros(len(state), np.int32)
        going = np.ones(len(state), np.bool_)
        out = np.zeros((len(state), self.n_out), np.bool_)
        for step in range(steps):
            now = rule if step == 0 or then is None else then
            out[going] = after = self._update(state[going], now)
            taken[going] += 1
            if not self.auto:
                return WillshawRecall(out, taken, going)
            moved = (after != state[going]).any(axis=1)
            state = out.copy()
            still = np.flatnonzero(going)
            going[still] = moved & after.any(axis=1)
            if not going.any():
                break
        return WillshawRecall(out, taken, ~going)

    def _update(self, state: Bools, rule: Threshold) -> Bools:
        return rule(self._sums(state, "cpu"), state.sum(axis=1).astype(np.int32))

    def _sums(self, state: Bools, backend: str) -> NDArray[np.int32]:
        return sum_rows(self.bits, *rows_of(state), backend=backend)[:, : self.n_out]

    def density(self) -> float:
        """Share of bits that are set; those of a unit with itself do not count in an
        autoassociative memory.
        """
        on = int(np.bitwise_count(self.bits).sum())
        if not self.auto:
            return on / (self.n_in * self.n_out)
        itself = int(np.trace(self.dense()))
        return (on - itself) / max(self.n_in * (self.n_in - 1), 1)

    def dense(self) -> Bools:
        """The matrix W[post, pre] unpacked, boolean [n_out, n_in]."""
        return unpack(self.bits, self.n_out).T

    def connectivity(self, weight: float = 1.0) -> Connectivity:
        """The set bits as synapses of one weight, [n_pre = n_in, n_post = n_out]."""
        post, pre = np.nonzero(self.dense())
        return Connectivity.from_edges(pre, post, n_pre=self.n_in, n_post=self.n_out, weight=weight)

    def save(self, path: str | Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        config = {
            "n_in": self.n_in,
            "n_out": self.n_out,
            "auto": int(self.auto),
            "stored": self.stored,
        }
        _store.save(path, "Willshaw", config, {"bits": self.bits})

    @classmethod
    def load(cls, path: str | Path) -> Willshaw:
        """Read a memory that `save` wrote; ValueError for anything else."""
        config, arrays = _store.load(path, "Willshaw")
        n_in, n_out, auto = (_store.number(config, k) for k in ("n_in", "n_out", "auto"))
        made = cls(n_in, None if auto else n_out)
        made.bits = _store.take(arrays, "bits", np.uint64, made.bits.shape)
        made.stored = _store.number(config, "stored")
        made.dense()  # refuses bits beyond the last unit
        return made
