"""Competition between columns: over all of them, or each among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurosparse import grid
from neurosparse.errors import bad_argument
from neurosparse.htm._settings import settle
from neurosparse.kernels.layers.k_winners import k_winners
from neurosparse.kernels.memory.spatial_pooler import backend_module
from neurosparse.typing import Array, Int32, Int64


class Hood(NamedTuple):
    """Neighbours of each column, itself included, as rows of a sparse matrix."""

    indptr: Int64
    indices: Int32

    def mean(self, values: Array) -> Array:
        """Mean of a quantity over each neighbourhood, `[n_columns]`."""
        total = np.add.reduceat(values[self.indices], self.indptr[:-1])
        return np.asarray(total / np.diff(self.indptr))

    def largest(self, values: Array) -> Array:
        """Maximum of a quantity over each neighbourhood, `[n_columns]`."""
        return np.asarray(np.maximum.reduceat(values[self.indices], self.indptr[:-1]))


def _check(active_share: float) -> None:
    if not 0 < active_share <= 1:
        expected = "a share of active columns above 0 and up to 1"
        raise bad_argument("active_share", active_share, expected)


@dataclass(frozen=True)
class GlobalInhibition:
    """Let the floor(active_share·n) columns of largest overlap win; ties go to the higher index.

    Columns below `stimulus_threshold` never win. A pooler refuses a share that lets none
    of its columns win.

    >>> GlobalInhibition(0.3)(np.array([1, 2, 1, 4, 8, 3, 12, 5, 4, 1.0]), None).tolist()
    [4, 6, 7]
    """

    active_share: float = 0.05
    stimulus_threshold: int = 0

    def __post_init__(self) -> None:
        settle(self)
        _check(self.active_share)

    def __call__(self, overlap: Array, hood: Hood | None, backend: str = "cpu") -> Int32:
        """Return the ascending winning columns for overlaps `[n_columns]`."""
        winners = k_winners(overlap[None], self.count(overlap.size), backend=backend)[0]
        return np.asarray(winners[overlap[winners] >= self.stimulus_threshold])

    def count(self, columns: int) -> int:
        """Winners among so many columns."""
        return int(grid.floor_steps(self.active_share * columns, 1.0))

    def target(self, active_duty: Array, hood: Hood | None) -> Any:
        """Activity that boosting steers each column to: the share."""
        return self.active_share

    def peak(self, overlap_duty: Array, hood: Hood | None) -> Array:
        """Largest duty that a column is measured by: that of all, `[n_columns]`."""
        return np.full(overlap_duty.size, overlap_duty.max(initial=0.0))


@dataclass(frozen=True)
class LocalInhibition:
    """Let a column win when fewer than k of its neighbours beat it.

    k = floor(½ + active_share·|hood|). Columns are visited in order; an equal neighbour counts as
    stronger once it has won.

    >>> from neurosparse.htm.topology import neighbourhoods
    >>> hood = Hood(*neighbourhoods((10,), 3, wrap=False))
    >>> LocalInhibition(0.25)(np.ones(10), hood).tolist()
    [0, 2, 4, 6]
    """

    active_share: float = 0.05
    stimulus_threshold: int = 0

    def __post_init__(self) -> None:
        settle(self)
        _check(self.active_share)

    def __call__(self, overlap: Array, hood: Hood | None, backend: str = "cpu") -> Int32:
        """Return the ascending winning columns for overlaps `[n_columns]`."""
        assert hood is not None
        inhibit = backend_module(backend).inhibit
        values = overlap.astype(np.float32)
        winners = inhibit(values, *hood, self.active_share, float(self.stimulus_threshold))
        return np.asarray(winners, np.int32)

    def target(self, active_duty: Array, hood: Hood | None) -> Any:
        """Activity that boosting steers to: the mean of the neighbours, `[n_columns]`."""
        assert hood is not None
        return hood.mean(active_duty)

    def peak(self, overlap_duty: Array, hood: Hood | None) -> Array:
        """Largest duty that a column is measured by: that of its neighbours, `[n_columns]`."""
        assert hood is not None
        return hood.largest(overlap_duty)


Inhibition = GlobalInhibition | LocalInhibition
