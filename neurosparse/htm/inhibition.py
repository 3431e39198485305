"""Competition between columns: over all of them, or each among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument
from neurosparse.htm._store import settle
from neurosparse.kernels.layers.k_winners import k_winners
from neurosparse.kernels.memory.spatial_pooler import backend_module

Floats = NDArray[Any]


class Hood(NamedTuple):
    """Neighbours of each column, itself included, as rows of a sparse matrix."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]

    def mean(self, values: Floats) -> Floats:
        """Mean of a quantity over each neighbourhood [n_columns]."""
        return np.asarray(
            np.add.reduceat(values[self.indices], self.indptr[:-1]) / np.diff(self.indptr)
        )

    def largest(self, values: Floats) -> Floats:
        """Maximum of a quantity over each neighbourhood [n_columns]."""
        return np.asarray(np.maximum.reduceat(values[self.indices], self.indptr[:-1]))


def _check(density: float, stimulus_threshold: int) -> None:
    if not 0 < density <= 1:
        raise bad_argument("density", density, "a share of active columns above 0 and up to 1")
    if stimulus_threshold < 0:
        raise bad_argument(
            "stimulus_threshold", stimulus_threshold, "a number of synapses, 0 or more"
        )


@dataclass(frozen=True)
class GlobalInhibition:
    """Let the floor(density·n) columns of largest overlap win; ties go to the higher index.

    Columns below `stimulus_threshold` never win. A pooler refuses a density that lets none of its
    columns win.

    >>> GlobalInhibition(0.3)(np.array([1, 2, 1, 4, 8, 3, 12, 5, 4, 1.0]), None).tolist()
    [4, 6, 7]
    """

    density: float = 0.05
    stimulus_threshold: int = 0

    def __post_init__(self) -> None:
        settle(self, "stimulus_threshold")
        _check(self.density, self.stimulus_threshold)

    def __call__(
        self, overlap: Floats, hood: Hood | None, backend: str = "cpu"
    ) -> NDArray[np.int32]:
        """Return the ascending winning columns for overlaps [n_columns]."""
        winners = k_winners(overlap[None], self.count(overlap.size), backend=backend)[0]
        return np.asarray(winners[overlap[winners] >= self.stimulus_threshold])

    def count(self, columns: int) -> int:
        """Winners among so many columns."""
        return floor(self.density * columns + 1e-9)

    def target(self, active_duty: Floats, hood: Hood | None) -> Any:
        """Activity that boosting steers each column to: the density."""
        return self.density

    def peak(self, overlap_duty: Floats, hood: Hood | None) -> Floats:
        """Largest duty that a column is measured by: that of all [n_columns]."""
        return np.full(overlap_duty.size, overlap_duty.max(initial=0.0))


@dataclass(frozen=True)
class LocalInhibition:
    """Let a column win when fewer than k of its neighbours beat it, k = floor(½ + density·|hood|).

    Columns are visited in order; an equal neighbour counts as stronger once it has won.

    >>> from neurosparse.htm.topology import neighbourhoods
    >>> hood = Hood(*neighbourhoods((10,), 3, wrap=False))
    >>> LocalInhibition(0.25)(np.ones(10), hood).tolist()
    [0, 2, 4, 6]
    """

    density: float = 0.05
    stimulus_threshold: int = 0

    def __post_init__(self) -> None:
        settle(self, "stimulus_threshold")
        _check(self.density, self.stimulus_threshold)

    def __call__(
        self, overlap: Floats, hood: Hood | None, backend: str = "cpu"
    ) -> NDArray[np.int32]:
        """Return the ascending winning columns for overlaps [n_columns]."""
        assert hood is not None
        inhibit = backend_module(backend).inhibit
        values = overlap.astype(np.float32)
        winners = inhibit(values, *hood, self.density, float(self.stimulus_threshold))
        return np.asarray(winners, np.int32)

    def target(self, active_duty: Floats, hood: Hood | None) -> Any:
        """Activity that boosting steers each column to: the mean of its neighbours [n_columns]."""
        assert hood is not None
        return hood.mean(active_duty)

    def peak(self, overlap_duty: Floats, hood: Hood | None) -> Floats:
        """Largest duty that a column is measured by: that of its neighbours [n_columns]."""
        assert hood is not None
        return hood.largest(overlap_duty)


Inhibition = GlobalInhibition | LocalInhibition
