"""Which units of a binary memory fire, given how many active cue units are linked to each."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.selection import kth_highest
from neurosparse.typing import Bool, Int32


class Threshold(Protocol):
    """A frozen dataclass that says which units fire."""

    def __call__(self, sums: Int32, cue: Int32) -> Bool:
        """Units that fire `[q, n]`.

        Args:
            sums: active cue units linked to each unit, `[q, n]`.
            cue: active units of each cue, `[q]`.
        """


@dataclass(frozen=True)
class CueSize:
    """Willshaw's threshold: units fire to which all active cue units but `missing` are linked.

    >>> CueSize()(np.array([[3, 2, 0]], np.int32), np.array([3], np.int32)).tolist()
    [[True, False, False]]
    """

    missing: int = 0

    def __post_init__(self) -> None:
        whole_number("CueSize.missing", self.missing)

    def __call__(self, sums: Int32, cue: Int32) -> Bool:
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
        # at 0 silence would pass
        whole_number("AtLeast.theta", self.theta, 1)

    def __call__(self, sums: Int32, cue: Int32) -> Bool:
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
        whole_number("Winners.k", self.k, 1)

    def __call__(self, sums: Int32, cue: Int32) -> Bool:
        """Compare with the k-th largest sum, and with 1: what hears nothing is silent."""
        return np.asarray(sums >= np.maximum(kth_highest(sums, self.k), 1))
