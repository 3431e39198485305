"""Which units of a binary memory fire, given how many active cue units are linked to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.memory.binary import _check

Bools = NDArray[np.bool_]


class Threshold(Protocol):
    """A frozen dataclass that turns sums int32 [q, n] and cue sizes int32 [q] into active units,
    boolean [q, n].
    """

    def __call__(self, sums: NDArray[np.int32], cue: NDArray[np.int32]) -> Bools:
        """Choose."""


@dataclass(frozen=True)
class CueSize:
    """Units fire to which every active cue unit, but `missing` of them, is linked: Willshaw's
    threshold.

    >>> CueSize()(np.array([[3, 2, 0]], np.int32), np.array([3], np.int32)).tolist()
    [[True, False, False]]
    """

    missing: int = 0

    def __post_init__(self) -> None:
        """Refuse a negative count."""
        _check.count("CueSize.missing", self.missing, 0)

    def __call__(self, sums: NDArray[np.int32], cue: NDArray[np.int32]) -> Bools:
        """Compare with the size of each cue."""
        return np.asarray((sums >= (cue - self.missing)[:, None]) & (sums > 0))


@dataclass(frozen=True)
class AtLeast:
    """Units fire that receive `theta` or more.

    >>> AtLeast(2)(np.array([[3, 2, 0]], np.int32), np.array([3], np.int32)).tolist()
    [[True, True, False]]
    """

    theta: int

    def __post_init__(self) -> None:
        """Refuse a threshold that silence would pass."""
        _check.count("AtLeast.theta", self.theta)

    def __call__(self, sums: NDArray[np.int32], cue: NDArray[np.int32]) -> Bools:
        """Compare with one number."""
        return np.asarray(sums >= self.theta)


@dataclass(frozen=True)
class Winners:
    """The k units that receive most fire, with all that receive as much as the last of them.

    >>> Winners(1)(np.array([[3, 2, 3], [0, 0, 0]], np.int32), np.array([3, 3], np.int32)).tolist()
    [[True, False, True], [False, False, False]]
    """

    k: int

    def __post_init__(self) -> None:
        """Refuse no winners."""
        _check.count("Winners.k", self.k)

    def __call__(self, sums: NDArray[np.int32], cue: NDArray[np.int32]) -> Bools:
        """Compare with the k-th largest sum."""
        k = min(self.k, sums.shape[1])
        last = np.partition(sums, sums.shape[1] - k, axis=1)[:, [sums.shape[1] - k]]
        return np.asarray(sums >= np.maximum(last, 1))
