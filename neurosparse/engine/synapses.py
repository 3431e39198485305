"""Projections as arrays."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine.learning import Learning
from neurosparse.engine.learning_state import LearningState
from neurosparse.engine.parts import Parts, cut_rows, in_rows
from neurosparse.engine.populations import Group
from neurosparse.engine.ranks import ALONE, Alone
from neurosparse.engine.rings import Ring
from neurosparse.engine.short_term import ShortTerm
from neurosparse.engine.slices import padded, row_segments
from neurosparse.errors import bad_argument
from neurosparse.network import Projection

PIECE = 1 << 22  # synapses converted at a time


@dataclass
class Synapses:
    """One projection's arrays: rows with 16-bit indices where the target is small enough.

    `weight` is float32 [nnz] or [1]; `delay` is the one delay in steps, or an array [nnz] in CSR
    order with `longest` the longest that it may come to hold. Where delays differ spikes wait in a
    `ring`, or rows are cut into `parts`: then `indices` and weights stand part by part. What a rule
    keeps may be `shown` to be changed. `order` is where the edges of the wiring
    stand in the rows, as it was given. Those walked `together` with others hold `indptr` alone.
    Where `ranks` share the projection these are the synapses onto the neurons here, from and to
    before `columns`, of `n_all`, and `differs` says whether each of all has a weight of its own.
    """

    projection: Projection
    indptr: NDArray[np.int64]
    indices: NDArray[Any]
    weight: NDArray[np.float32]
    delay: Any
    n_post: int
    segments: NDArray[Any]
    stride: int
    longest: int = 0
    ring: Ring | None = None
    parts: Parts | None = None
    bits: NDArray[np.uint64] | None = None
    plastic: Learning | None = None
    short: ShortTerm | None = None
    shown: LearningState | None = None
    _places: NDArray[Any] | None = None
    edited: bool = False
    reweighted: bool = False
    together: bool = False
    laid_out: bool = False
    epoch: int = 0
    order: NDArray[Any] | None = None
    ranks: Alone = ALONE
    n_all: int = -1
    differs: bool = False
    columns: tuple[int, int] | None = None

    @property
    def nnz_all(self) -> int:
        """Number of synapses on all ranks."""
        return self.nnz if self.ranks.size == 1 else self.n_all

    @property
    def alike(self) -> bool:
        """Whether all share one weight."""
        return self.weight.size == 1 and not self.differs

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
        """Words of a row of the bit matrix, that of the neurons here."""
        low, high = self.columns or (0, padded(self.n_post))
        return (high - low) // 64

    @property
    def mixed(self) -> bool:
        """Whether its synapses may differ in delay."""
        return isinstance(self.delay, np.ndarray)

    @property
    def delays(self) -> NDArray[np.int64]:
        """The delays that occur, each once."""
        if self.parts is not None:
            return self.parts.delays
        return np.atleast_1d(np.asarray(self.delay, dtype=np.int64))

    @property
    def layout(self) -> str:
        """How the synapses lie in memory, in words."""
        if self.bits is not None or self.together:
            return "bits" if self.bits is not None else "rows together"
        words = ["rows" if self.parts is None else "rows by delay"]
        words += ["ring"] if self.ring is not None else []
        words += ["learning"] if self.projection.plasticity is not None else []
        words += ["values"] if self.projection.transmits is not None else []
        words += ["short-term"] if self.projection.short_term is not None else []
        return ", ".join(words)

    def connectivity(self) -> Connectivity:
        """The synapses as they are now, as a Connectivity."""
        alike = self.alike and (self.nnz != 1 or self.ranks.size > 1)
        weight: Any = float(self.weight[0]) if alike else self.weights().copy()
        if self.ranks.size > 1 and not self.nnz:
            weight = 1.0  # all are elsewhere
        indices = self.whole().astype(np.int32)
        return Connectivity(
            self.indptr, indices, self.n_post, weight, self.delay, self.order
        )

    @property
    def delivers(self) -> bool:
        """Whether what arrives is another number than the weight that lies here."""
        moves = self.plastic is not None and self.plastic.moves
        return self.short is not None or moves

    def seen(self, now: int) -> "Synapses":
        """The synapses as they are at step `now`, to be looked at; these where nothing moves."""
        if self.plastic is None or not self.plastic.moves:
            return self
        return replace(self, weight=self.plastic.variables(self.weight, now)["weight"])

    def weights(self) -> NDArray[np.float32]:
        """The weights in CSR order, [nnz] or [1]."""
        self.settle()
        at = self.places()
        if at is None or self.weight.size != self.nnz:
            return self.weight
        return in_rows(self.weight, at)

    def places(self) -> NDArray[Any] | None:
        """Where in CSR order each synapse stands, None where they stand in that order."""
        if self.parts is None:
            return None
        if self.plastic is None:
            return self.parts.places(self.delay)
        # asked for again and again, by recorders and rules
        if self._places is None:
            self._places = self.parts.places(self.delay)
        return self._places

    def settle(self) -> None:
        """Take what was changed in the state of a rule that was handed out."""
        if self.shown is not None:
            self.shown.settle()

    def begin(self) -> None:
        """Make ready for steps of a rule: what was handed out is of the past from then on."""
        self.settle()
        self.shown = None
        if self.plastic is not None:
            self.plastic.stir()

    def put_weights(self, weight: NDArray[np.float32]) -> None:
        """Take weights in CSR order, [nnz] or one for all, into the array that is there."""
        at = self.places()
        self.settle()
        self.weight[:] = weight if at is None or weight.size == 1 else weight[at]
        if self.shown is not None:
            self.shown.follow()

    def whole(self) -> NDArray[Any]:
        """The postsynaptic neurons in CSR order, whatever the layout."""
        if self.bits is None and self.parts is None:
            return self.indices
        return np.concatenate([*self.index_parts(), np.zeros(0, np.int32)])

    def ends(self, positions: NDArray[np.int64]) -> dict[str, NDArray[np.int32]]:
        """The neurons that the synapses at `positions` join, in CSR order, as a record of weights
        holds them.
        """
        pre = np.searchsorted(self.indptr, positions, side="right") - 1
        return {
            "pre": pre.astype(np.int32),
            "post": self.whole()[positions].astype(np.int32),
        }

    def _holds(self, indptr: NDArray[Any], indices: NDArray[Any]) -> bool:
        """Whether these are the synapses that are here."""
        return np.array_equal(indptr, self.indptr) and np.array_equal(indices, self.whole())

    def index_parts(self) -> Iterator[NDArray[np.int32]]:
        """Postsynaptic neurons in CSR order, piece by piece, whatever the layout."""
        if self.parts is not None:
            whole = np.empty(self.nnz, dtype=np.int32)
            whole[self.places()] = self.indices
            yield whole
            return
        if self.bits is None:
            for first in range(0, self.nnz, PIECE):
                yield self.indices[first : first + PIECE].astype(np.int32)
            return
        bits = self.bits[: self.n_pre * self.row_words].reshape(self.n_pre, -1)
        for row in bits:
            ones = np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little"))
            yield (ones + (self.columns[0] if self.columns else 0)).astype(np.int32)

    def trace_arrays(self) -> dict[str, NDArray[Any]]:
        """The traces of both kinds of plasticity, for a checkpoint."""
        arrays: dict[str, NDArray[Any]] = {}
        if self.short is not None:
            arrays |= {f"short_{k}": a for k, a in self.short.arrays().items()}
        if self.plastic is not None:
            self.settle()
            traces = self.plastic.arrays(self.places())
            arrays |= {f"trace_{k}": a for k, a in traces.items()}
        return arrays

    def learning_state(self, now: int) -> LearningState:
        """What its plasticity rule keeps, as live arrays; ValueError if it does not learn."""
        learning = self.plastic
        if learning is None:
            expected = "a projection with plasticity=, as PairSTDP(...)"
            raise bad_argument("projection", self.projection.name, expected)
        learning.catch_up(self.weight, now)
        if self.shown is None or self.shown.now != now:
            self.shown = LearningState(self, now)
        return self.shown

    def put_back(self, arrays: dict[str, NDArray[Any]], post: Group, now: int) -> None:
        """Take the synapses and their state from a checkpoint of step `now`."""
        self.shown = None
        if "indptr" in arrays:
            delay = arrays["delay"]
            delays = int(delay) if delay.ndim == 0 else delay
            self.longest = max(self.longest, int(delay.max(initial=0)))
            if self.order is not None and not self._holds(
                arrays["indptr"], arrays["indices"]
            ):
                self.order = None
            self.replace(
                arrays["indptr"], arrays["indices"], arrays["weight"], delays, post
            )
            post.sleepy = False
        elif "weight" in arrays:
            weight = arrays["weight"]
            self.weight = np.empty(weight.size, dtype=np.float32)
            self.put_weights(weight)
            self.reweighted = self.plastic is None
        self.epoch = int(arrays["epoch"]) if "epoch" in arrays else 0
        if self.short is not None:
            self.short.put_back(
                {k[6:]: a for k, a in arrays.items() if k.startswith("short_")}
            )
        if self.plastic is not None:
            traces = {k[6:]: a for k, a in arrays.items() if k.startswith("trace_")}
            self.plastic.put_back(traces, now, self.places())

    def replace(
        self, indptr: Any, indices: Any, weight: Any, delay: Any, post: Group
    ) -> None:
        """Put other synapses in the place of these; rings keep what is under way."""
        self.indptr = indptr
        self.indices = indices
        self.weight = weight
        self.delay = delay
        self.bits = None
        self.edited = True
        self.lay_out(post, cut=self.parts is not None)

    def let_go(self) -> None:
        """Hold no synapses any more: a bundle does."""
        self.indices = self.indices[:0].copy()
        self.weight = self.weight[:0].copy()
        self.delay = 0
        self.order = None
        self.together = True

    def lay_out(self, post: Group, cut: bool) -> None:
        """Find where each thread's part of a row begins, from arrays in CSR order; `cut` rows into
        parts of one delay.
        """
        self.laid_out = True
        self.shown = None
        self._places = None
        if not cut:
            if self.plastic is not None:
                self.plastic.index(self.indptr, self.indices)
            self.segments, self.stride = row_segments(
                self.indptr, self.indices, post.bounds
            )
            return
        self.parts, at = cut_rows(self.indptr, self.indices, self.delay, post.bounds)
        if self.plastic is not None:
            self.plastic.index(self.indptr, self.indices, self.delay, at)
        self.segments = self.parts.segments
        self.stride = self.parts.stride
        self.indices = self.indices[at]
        if self.weight.size > 1:
            self.weight = self.weight[at]

    @property
    def nbytes(self) -> int:
        """Bytes held for this projection; rings belong to their populations."""
        arrays = [self.indptr, self.indices, self.weight, self._places, self.bits]
        if self.segments is not self.indptr:
            arrays.append(self.segments)
        if isinstance(self.delay, np.ndarray):
            arrays.append(self.delay)
        states = (self.plastic, self.short)
        kept = sum(state.nbytes for state in states if state is not None)
        return sum(a.nbytes for a in arrays if a is not None) + kept
