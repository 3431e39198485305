"""The memory of Willshaw, Buneman and Longuet-Higgins: binary synapses, on or off for good."""

from math import prod
from typing import Any, NamedTuple, Self

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.memory.bit_rows import merge_rows, sum_rows
from neurosparse.memory.binary.patterns import bit_patterns, compressed_rows, refuse_empty
from neurosparse.memory.binary.thresholds import CueSize, Threshold
from neurosparse.sdr import pack, unpack
from neurosparse.store.arrays import load_arrays, loaded_array, loaded_number, save_arrays
from neurosparse.typing import Bool, Int32, Path

CUE_SIZE = CueSize()


class WillshawRecall(NamedTuple):
    """What a retrieval gives.

    Attributes:
        patterns: active units, `[q, n_post]`.
        steps: updates that each cue took, `[q]`.
        settled: whether the last update changed nothing, `[q]`.
    """

    patterns: Bool
    steps: Int32
    settled: Bool


class Willshaw:
    """Associate sparse binary patterns on a bit matrix: W[j, i] = OR over patterns of y_j x_i.

    `Willshaw(n)` stores patterns with themselves, a unit's bit with itself included;
    `Willshaw(n_pre, n_post)` stores pairs. A unit receives the sum over i of W[j, i] cue_i, and a
    `Threshold` says which units fire. `bits` holds one bit a synapse, uint64
    `[n_pre, n_post / 64]`: rows are presynaptic, so that a cue reads the rows of its active units
    only. Source: Willshaw, Buneman & Longuet-Higgins 1969, doi:10.1038/222960a0.

    Args:
        n_pre: input units.
        n_post: output units; None for an autoassociative memory.

    Raises:
        ValueError: sizes below 1.

    >>> memory = Willshaw(8)
    >>> memory.store(np.eye(8)[[0, 1, 2]].sum(axis=0, keepdims=True))
    >>> memory.retrieve(np.eye(8)[[1]]).patterns.astype(int).tolist()
    [[1, 1, 1, 0, 0, 0, 0, 0]]
    """

    def __init__(self, n_pre: int, n_post: int | None = None) -> None:
        self.n_pre = whole_number("n_pre", n_pre, 1)
        self.n_post = self.n_pre if n_post is None else whole_number("n_post", n_post, 1)
        self.auto = n_post is None
        shape = (self.n_pre, (self.n_post + 63) // 64)
        size = f"bits of {self.n_pre:,} x {self.n_post:,} synapses"
        refuse_beyond_memory("n_pre", 8 * prod(shape), size)
        self.bits = np.zeros(shape, np.uint64)
        self.stored = 0

    def store(self, x: Any, y: Any = None, *, backend: str = "cpu") -> None:
        """Add patterns, or pairs of them.

        Args:
            x: SDRs, a sparse matrix or boolean rows, `[m, n_pre]`.
            y: what goes with each, `[m, n_post]`; None in an autoassociative memory.
            backend: "cpu" or "naive".

        Raises:
            ValueError: patterns of another size, none, or without an active unit.
        """
        if self.auto != (y is None):
            alone = "no y, patterns are stored with themselves"
            expected = alone if self.auto else f"patterns y [m, {self.n_post}]"
            remedy = "Willshaw(n) is autoassociative, Willshaw(n_pre, n_post) is not"
            raise bad_argument("y", y, expected, remedy)
        inputs = bit_patterns("x", x, self.n_pre)
        outputs = inputs if y is None else bit_patterns("y", y, self.n_post)
        if len(inputs) != len(outputs):
            received = Said(f"{len(outputs)} patterns")
            raise bad_argument("y", received, f"as many as x has: {len(inputs)}")
        pattern, row = np.nonzero(inputs)
        rows = row.astype(np.int32)
        merge_rows(
            self.bits, rows, pack(outputs), pattern.astype(np.int32), backend=backend
        )
        self.stored += len(inputs)

    def sums(self, cue: Any, *, backend: str = "cpu") -> Int32:
        """Count for each unit the active cue units linked to it, `[q, n_post]`."""
        return self._sums(bit_patterns("cue", cue, self.n_pre), backend)

    def retrieve(
        self,
        cue: Any,
        rule: Threshold = CUE_SIZE,
        *,
        then: Threshold | None = None,
        steps: int = 1,
    ) -> WillshawRecall:
        """Complete cues.

        Args:
            cue: what is known: SDRs, a sparse matrix or boolean rows, `[q, n_pre]`.
            rule: which units fire.
            then: the rule of later updates; `rule` when None. With noise-free cues `CueSize()` then
                `Winners(k)`.
            steps: largest number of updates; a cue that comes back as it was, or empty, is done.
                More than one only in an autoassociative memory.

        Raises:
            ValueError: an empty memory, cues of another size or without an active unit, or more
                steps than can be.
        """
        refuse_empty(self)
        later = rule if then is None else then
        for name, threshold in (("rule", rule), ("then", later)):
            if not callable(threshold):
                remedy = "as CueSize(), AtLeast(theta) or Winners(k)"
                raise bad_type(name, threshold, "a threshold", remedy)
        if whole_number("steps", steps, 1) > 1 and not self.auto:
            expected = "1: only an autoassociative memory can go on"
            raise bad_argument("steps", steps, expected, "use Willshaw(n)")
        state = bit_patterns("cue", cue, self.n_pre)
        taken = np.zeros(len(state), np.int32)
        if not self.auto:
            return WillshawRecall(
                self._update(state, rule), taken + 1, np.ones(len(state), bool)
            )
        moving = np.arange(len(state))
        for step in range(steps):
            after = self._update(state[moving], later if step else rule)
            moved = (after != state[moving]).any(axis=1)
            state[moving] = after
            taken[moving] += 1
            moving = moving[moved & after.any(axis=1)]
            if not moving.size:
                break
        settled = np.ones(len(state), np.bool_)
        settled[moving] = False
        return WillshawRecall(state, taken, settled)

    def _update(self, state: Bool, rule: Threshold) -> Bool:
        return rule(self._sums(state, "cpu"), state.sum(axis=1).astype(np.int32))

    def _sums(self, state: Bool, backend: str) -> Int32:
        return sum_rows(self.bits, *compressed_rows(state), backend=backend)[
            :, : self.n_post
        ]

    @property
    def density(self) -> float:
        """Share of bits that are set; without the diagonal in an autoassociative memory."""
        on = int(np.bitwise_count(self.bits).sum())
        if not self.auto:
            return on / (self.n_pre * self.n_post)
        itself = int(np.trace(self.dense))
        return (on - itself) / max(self.n_pre * (self.n_pre - 1), 1)

    @property
    def dense(self) -> Bool:
        """The matrix W[post, pre] unpacked, `[n_post, n_pre]`."""
        return unpack(self.bits, self.n_post).T

    @property
    def connectivity(self) -> Connectivity:
        """The set bits as synapses of weight 1."""
        post, pre = np.nonzero(self.dense)
        return Connectivity.from_edges(pre, post, n_pre=self.n_pre, n_post=self.n_post)

    def save(self, path: Path) -> None:
        """Write the memory to the Zarr folder `path`, whole or not at all."""
        config = {
            "n_pre": self.n_pre,
            "n_post": self.n_post,
            "auto": int(self.auto),
            "stored": self.stored,
        }
        save_arrays(path, "Willshaw", config, {"bits": self.bits})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a memory that `save` wrote.

        Raises:
            ValueError: anything else.
        """
        config, arrays = load_arrays(path, "Willshaw")
        n_post = loaded_number(config, "n_post")
        auto = loaded_number(config, "auto")
        memory = cls(loaded_number(config, "n_pre"), None if auto else n_post)
        memory.bits = loaded_array(arrays, "bits", np.uint64, memory.bits.shape)
        memory.stored = loaded_number(config, "stored")
        _ = memory.dense  # refuses bits beyond the last unit
        return memory
