"""Projections as arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.learning import Learning, LearningState
from neurosparse.engine.populations import Group
from neurosparse.engine.slices import padded, row_segments
from neurosparse.errors import bad_argument
from neurosparse.network import Projection

PIECE = 1 << 22  # synapses converted at a time


@dataclass
class Synapses:
    """One projection's arrays: rows with 16-bit indices where the target is small enough.

    `weight` is float32 [nnz] or [1]; `delay` is the one delay in steps, or an array [nnz] with a
    ring [n_slots, n_post] to wait in. `order` is where the edges of the wiring stand in the rows,
    as it was given.
    """

    projection: Projection
    indptr: NDArray[np.int64]
    indices: NDArray[Any]
    weight: NDArray[np.float32]
    delay: Any
    n_post: int
    segments: NDArray[np.int64]
    stride: int
    ring: NDArray[Any] | None = None
    bits: NDArray[np.uint64] | None = None
    plastic: Learning | None = None
    pending: NDArray[Any] | None = None
    edited: bool = False
    reweighted: bool = False
    epoch: int = 0
    order: NDArray[Any] | None = None

    @property
    def nnz(self) -> int:
        """Number of synapses."""
        return int(self.indptr[-1])

    @property
    def n_pre(self) -> int:
        """Number of presynaptic neurons."""
        return len(self.indptr) - 1

    @property
    def row_words(self) -> int:
        """Words of a row of the bit matrix."""
        return padded(self.n_post) // 64

    @property
    def history(self) -> int:
        """How many steps back this projection reads spikes."""
        return 0 if self.ring is not None else int(np.max(self.delay, initial=0))

    @property
    def layout(self) -> str:
        """How the synapses lie in memory, in words."""
        if self.bits is not None:
            return "bits"
        if self.plastic is not None:
            return "rows, learning"
        return "rows, delays" if isinstance(self.delay, np.ndarray) else "rows"

    def connectivity(self) -> Connectivity:
        """The synapses as they are now, as a Connectivity."""
        alike = self.weight.size == 1 and self.nnz != 1
        weight = float(self.weight[0]) if alike else self.weight.copy()
        indices = self.indices if self.bits is None else self._unpacked()
        return Connectivity(
            self.indptr, indices.astype(np.int32), self.n_post, weight, self.delay, self.order
        )

    def _unpacked(self) -> NDArray[Any]:
        return np.concatenate([*self.index_parts(), np.zeros(0, np.int32)])

    def ends(self, positions: NDArray[np.int64]) -> dict[str, NDArray[np.int32]]:
        """The neurons that the synapses at `positions` join, in CSR order, as a record of weights
        holds them.
        """
        indices = self.indices if self.bits is None else self._unpacked()
        pre = np.searchsorted(self.indptr, positions, side="right") - 1
        return {"pre": pre.astype(np.int32), "post": indices[positions].astype(np.int32)}

    def _holds(self, indptr: NDArray[Any], indices: NDArray[Any]) -> bool:
        """Whether these are the synapses that are here."""
        return np.array_equal(indptr, self.indptr) and np.array_equal(
            indices, self._unpacked()
        )

    def index_parts(self) -> Iterator[NDArray[np.int32]]:
        """Postsynaptic neurons in CSR order, piece by piece, whatever the layout."""
        if self.bits is None:
            for first in range(0, self.nnz, PIECE):
                yield self.indices[first : first + PIECE].astype(np.int32)
            return
        bits = self.bits[: self.n_pre * self.row_words].reshape(self.n_pre, -1)
        for row in bits:
            yield np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little")).astype(
                np.int32
            )

    def trace_arrays(self) -> dict[str, NDArray[Any]]:
        """The traces of a plasticity rule, for a checkpoint."""
        if self.plastic is None:
            return {}
        return {f"trace_{k}": a for k, a in self.plastic.arrays().items()}

    def learning_state(self) -> LearningState:
        """What its plasticity rule keeps, as live arrays; ValueError if it does not learn."""
        learning = self.plastic
        if learning is None:
            expected = "a projection with plasticity=, as PairSTDP(...)"
            raise bad_argument("projection", self.projection.name, expected)
        return LearningState(
            rule=learning.rule,
            weight=self.weight,
            eligibility=learning.eligibility,
            modulator=learning.modulator,
            pre_traces=learning.x,
            post_traces=learning.y,
        )

    def put_back(self, arrays: dict[str, NDArray[Any]], post: Group) -> None:
        """Take the synapses and their state from a checkpoint."""
        if "indptr" in arrays:
            delay = arrays["delay"]
            delays = int(delay) if delay.ndim == 0 else delay
            if self.order is not None and not self._holds(
                arrays["indptr"], arrays["indices"]
            ):
                self.order = None
            self.replace(arrays["indptr"], arrays["indices"], arrays["weight"], delays, post)
            self.epoch = int(arrays["epoch"])
            post.sleepy = False
            if self.plastic is not None:
                self.plastic.index(self.indptr, self.indices)
        elif "weight" in arrays:
            self.weight = arrays["weight"].copy()
            self.reweighted = self.plastic is None
        if self.ring is not None:
            self.ring[:, : self.n_post] = arrays["ring"]
        self.pending = None
        if "pending" in arrays:
            self.pending = np.zeros(
                (len(arrays["pending"]), post.n_alloc), dtype=post.rows.dtype
            )
            self.pending[:, : self.n_post] = arrays["pending"]
        if self.plastic is not None:
            self.plastic.put_back(
                {k[6:]: a for k, a in arrays.items() if k.startswith("trace_")}
            )

    def replace(
        self, indptr: Any, indices: Any, weight: Any, delay: Any, post: Group
    ) -> None:
        """Put other synapses in the place of these; rings keep what is under way."""
        self.indptr = indptr
        self.indices = indices
        self.weight = weight
        self.delay = delay
        self.segments, self.stride = row_segments(indptr, indices, post.bounds)
        self.bits = None
        self.edited = True

    @property
    def nbytes(self) -> int:
        """Bytes held for this projection, ring included."""
        arrays = [self.indptr, self.indices, self.weight, self.ring, self.bits, self.pending]
        if self.segments is not self.indptr:
            arrays.append(self.segments)
        if isinstance(self.delay, np.ndarray):
            arrays.append(self.delay)
        learning = 0 if self.plastic is None else self.plastic.nbytes
        return sum(a.nbytes for a in arrays if a is not None) + learning
