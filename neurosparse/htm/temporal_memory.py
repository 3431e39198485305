"""Temporal memory: learns sequences of column codes, each cell for its column in one context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from neurosparse import checks
from neurosparse.available import refuse_beyond_memory
from neurosparse.errors import Said, bad_argument
from neurosparse.estimator import Transformer
from neurosparse.htm._memory_file import saved_cells, saved_count, saved_listing
from neurosparse.htm._settings import check_parts
from neurosparse.htm.memory_parts import (
    Growth,
    SegmentThresholds,
    SynapsePermanence,
    memory_rule,
    warn_of_few,
)
from neurosparse.kernels.memory.temporal_memory import (
    Before,
    Listing,
    Reach,
    Rule,
    as_cells,
    backend_module,
)
from neurosparse.sdr import SDR
from neurosparse.sdr.batch import one_sdr, sdr_rows
from neurosparse.store.one_file import load_file, save_file
from neurosparse.typing import Int32, Path

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

_PARTS = (SegmentThresholds(), SynapsePermanence(), Growth())
_MOST_CELLS = 2**31 - 1  # their numbers are int32
_BYTES = 16  # of a cell without segments
_FIRST = 10  # codes after which it is said that all were too small


class SequenceMoment(NamedTuple):
    """What one step of a temporal memory brought."""

    active: Int32  # active cells
    winners: Int32  # cells that learn, one a column or all that were predicted
    anomaly: float  # share of active columns that were not predicted


class TemporalMemory(Transformer):
    """Predict the next column code from cells whose dendritic segments saw the present one.

    A column of n cells is active; cells that a segment had depolarised fire alone, else all burst.
    Segments hold permanences to cells of the step before. The seven rules are written out in
    `neurosparse.kernels.memory.temporal_memory.naive`; external predictive inputs are left out.

    Args:
        column_shape: shape of the codes.
        cells_per_column: cell i of a column is number column·cells_per_column + i.
        thresholds: what makes a segment active or matching.
        permanence: how synapses learn.
        growth: how far segments grow.
        seed: below 2^32; every random choice is a function of it, the step and the segment.
        backend: "cpu" or "naive".

    Attributes:
        active, winners: cells of the last step.
        iteration: steps so far.

    Raises:
        ValueError: parameters out of range, or codes of another size.

    Source: Hawkins & Ahmad 2016, doi:10.3389/fncir.2016.00023.

    >>> memory = TemporalMemory(8, 4, thresholds=SegmentThresholds(2, 1), seed=1)
    >>> song = [SDR([0, 1], 8), SDR([2, 3], 8), SDR([4, 5], 8)]
    >>> for _ in range(6):
    ...     memory.reset()
    ...     surprise = [memory.step(note).anomaly for note in song]
    >>> surprise
    [1.0, 0.0, 0.0]
    """

    def __init__(
        self,
        column_shape: int | Sequence[int],
        cells_per_column: int = 32,
        *,
        thresholds: SegmentThresholds = _PARTS[0],
        permanence: SynapsePermanence = _PARTS[1],
        growth: Growth = _PARTS[2],
        seed: int = 42,
        backend: str = "cpu",
    ) -> None:
        check_parts(
            thresholds=(thresholds, SegmentThresholds),
            permanence=(permanence, SynapsePermanence),
            growth=(growth, Growth),
        )
        self.column_shape = SDR([], column_shape).shape
        self.cells_per_column = checks.whole_number("cells_per_column", cells_per_column, 1)
        self.seed = checks.whole_number("seed", seed, 0, 2**32 - 1)
        self.backend = backend
        self.thresholds = thresholds
        self.permanence = permanence
        self.growth = growth
        self.rule: Rule = memory_rule(
            self.cells_per_column, thresholds, permanence, growth, self.seed
        )
        self.n_cells = prod(self.column_shape) * self.cells_per_column
        if self.n_cells > _MOST_CELLS:
            size = Said(
                f"{prod(self.column_shape):,} columns of {self.cells_per_column:,} cells"
            )
            raise bad_argument("cells_per_column", size, "fewer than 2^31 cells together")
        refuse_beyond_memory(
            "cells_per_column", _BYTES * self.n_cells, f"{self.n_cells:,} cells"
        )
        # the largest of the first codes, until it is known that segments can match
        self._largest = 0
        self._learned = 0
        self.segments: Any = backend_module(backend).empty(self.n_cells)
        self.active = self.winners = as_cells([])
        self.iteration = 0
        self._reach: Reach | None = None

    def step(self, sdr: SDR, learn: bool = True) -> SequenceMoment:
        """Take the next column code; return what became active and how surprising it was."""
        if one_sdr("sdr", sdr).shape != self.column_shape:
            raise bad_argument("sdr", sdr.shape, f"columns of shape {self.column_shape}")
        if learn and self._learned < _FIRST:
            self._warn_of_few(len(sdr))
        return self._step(sdr.indices, learn)

    def reset(self) -> None:
        """Forget what was active: the next code begins a sequence."""
        self.active = self.winners = as_cells([])
        self._reach = None

    @property
    def predictive(self) -> Int32:
        """Cells that an active segment depolarises for the next step, ascending."""
        return np.unique(self._reached().active_cells)

    @property
    def predicted_columns(self) -> SDR:
        """Columns with a predictive cell."""
        return SDR(np.unique(self.predictive // self.cells_per_column), self.column_shape)

    def partial_fit(self, X: Iterable[Any], y: None = None) -> Self:
        """Learn from codes in order; None begins a new sequence.

        Args:
            X: SDRs, a sparse matrix or dense rows `[n, n_columns]`.
            y: nothing; pipelines of scikit-learn pass it.
        """
        for row in sdr_rows(X, self.column_shape):
            if row is None:
                self.reset()
            else:
                self.step(row)
        return self

    def predict(self, X: Iterable[Any]) -> list[SDR]:
        """Columns predicted after each code of a sequence.

        It learns nothing and leaves the state as it was.
        """
        with self._aside():
            return [self.predicted_columns for _ in self._replay(X)]

    def transform(self, X: Iterable[Any]) -> Any:
        """Active cells for each code of a sequence as a SciPy CSR array `[n, n_cells]`.

        It learns nothing and leaves the state as it was.
        """
        from scipy.sparse import csr_array

        with self._aside():
            rows = [moment.active for moment in self._replay(X)]
        indptr = np.concatenate([[0], np.cumsum([r.size for r in rows])]).astype(np.int64)
        indices = np.concatenate([np.empty(0, np.int32), *rows])
        ones = np.ones(indices.size, np.uint8)
        return csr_array((ones, indices, indptr), shape=(len(rows), self.n_cells))

    def create_segment(self, cell: int, sources: Any, permanence: Any) -> Self:
        """Add a segment by hand; of synapses given twice to one source the stronger stays.

        >>> memory = TemporalMemory(4, 2).create_segment(5, [0, 1, 1], [0.5, 0.2, 0.4])
        >>> memory.listing().permanence.tolist()
        [0.5, 0.4000000059604645]
        """
        if np.ndim(sources) != 1 or (
            len(sources) and np.asarray(sources).dtype.kind not in "iu"
        ):
            raise bad_argument("sources", sources, "whole numbers of cells [n]")
        cell = checks.whole_number("cell", cell, 0, self.n_cells - 1)
        source = np.asarray(sources)
        if len(source) and not 0 <= source.min() <= source.max() < self.n_cells:
            raise bad_argument("sources", sources, f"cells from 0 to {self.n_cells - 1}")
        values = np.asarray(permanence)
        if values.dtype.kind not in "iuf" or values.shape not in ((), source.shape):
            expected = f"one permanence, or {len(source)}, as there are sources"
            raise bad_argument("permanence", permanence, expected)
        values = np.broadcast_to(values.astype(np.float32), source.shape)
        if not ((values >= 0) & (values <= 1)).all():
            raise bad_argument("permanence", permanence, "permanences from 0 to 1")
        create = backend_module(self.backend).create
        self.segments = create(self.segments, cell, as_cells(source), values)
        self._reach = None
        return self

    def listing(self) -> Listing:
        """All segments by (cell, age), with their synapses as rows of a sparse matrix."""
        rows: Listing = backend_module(self.backend).listing(self.segments)
        return rows

    def to_connectivity(self) -> Connectivity:
        """Synapses as a `Connectivity` from cells to segments, permanences as weights."""
        from neurosparse.connectivity import Connectivity

        rows = self.listing()
        segment = np.repeat(np.arange(rows.cell.size), np.diff(rows.indptr))
        return Connectivity.from_edges(
            rows.source,
            segment,
            n_pre=self.n_cells,
            n_post=max(1, rows.cell.size),
            weight=rows.permanence,
        )

    def save(self, path: Path) -> None:
        """Write everything to an .npz file, whole or not at all."""
        config = {
            "column_shape": self.column_shape,
            "cells_per_column": self.cells_per_column,
            "parts": [asdict(p) for p in (self.thresholds, self.permanence, self.growth)],
            "seed": self.seed,
            "iteration": self.iteration,
            "born": int(backend_module(self.backend).born(self.segments)),
        }
        arrays = self.listing()._asdict() | {"active": self.active, "winners": self.winners}
        save_file(path, "TemporalMemory", config, arrays)

    @classmethod
    def load(cls, path: Path, backend: str = "cpu") -> TemporalMemory:
        """Read a memory that `save` wrote; it continues to the bit as the saved one would."""
        config, arrays = load_file(path, "TemporalMemory")
        thresholds, permanence, growth = config["parts"]
        out = cls(
            tuple(config["column_shape"]),
            config["cells_per_column"],
            thresholds=SegmentThresholds(**thresholds),
            permanence=SynapsePermanence(**permanence),
            growth=Growth(**growth),
            seed=config["seed"],
            backend=backend,
        )
        rows = saved_listing(arrays, out.n_cells)
        born = saved_count(config, "born", int(rows.serial.max(initial=-1)) + 1)
        out.segments = backend_module(backend).restore(out.n_cells, rows, born)
        out.active = saved_cells(arrays, "active", out.n_cells)
        out.winners = saved_cells(arrays, "winners", out.n_cells)
        out.iteration = saved_count(config, "iteration", 0)
        return out

    def _warn_of_few(self, active: int) -> None:
        """Say once that codes with so few columns can never be predicted."""
        # a segment samples winners, one a column before a first segment matches
        self._largest = max(self._largest, active)
        self._learned += active > 0
        matching = self.thresholds.matching
        if (
            self._learned == _FIRST
            and self._largest < matching
            and not self.predictive.size
        ):
            warn_of_few(matching, self._largest, _FIRST)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Begin anew, and afterwards be where it was, also after an error."""
        kept = (self.active, self.winners, self._reach, self.iteration)
        self.reset()
        try:
            yield
        finally:
            self.active, self.winners, self._reach, self.iteration = kept

    def _replay(self, X: Any) -> Iterator[SequenceMoment]:
        for i, row in enumerate(sdr_rows(X, self.column_shape)):
            yield self.step(one_sdr(f"X[{i}]", row), learn=False)

    def _reached(self) -> Reach:
        if self._reach is None:
            dendrites = backend_module(self.backend).dendrites
            self._reach = dendrites(self.segments, self.active, self.rule)
        return self._reach

    def _step(self, columns: Int32, learn: bool) -> SequenceMoment:
        reach = self._reached()
        before = Before(self.active, self.winners)
        predicted = np.zeros(self.n_cells // self.cells_per_column, np.bool_)
        predicted[reach.active_cells // self.cells_per_column] = True
        hits = int(np.count_nonzero(predicted[columns]))
        anomaly = 1 - hits / columns.size if columns.size else 0.0
        activate = backend_module(self.backend).activate
        self.segments, self.active, self.winners = activate(
            self.segments, reach, columns, before, self.rule, self.iteration, learn
        )
        self._reach = None
        self.iteration += 1
        return SequenceMoment(self.active, self.winners, anomaly)
