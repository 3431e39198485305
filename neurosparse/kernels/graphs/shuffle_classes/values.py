"""What goes into the operation and comes out of it."""

from typing import NamedTuple

import numpy as np

from neurosparse.typing import Float64, Int32


class Labelled(NamedTuple):
    """Targets `[nnz]` of the rows, and a label ≥ 0 of each edge `[nnz]`."""

    target: Int32
    label: Int32


class Classes(NamedTuple):
    """What edges are told apart by.

    `row_group` `[n_pre]` and `target_group` `[n_post]` count from 0; `place` `[n, dimensions]`
    are positions, and `bounds` `[bins - 1]` the squared distances between bins, ascending.
    """

    row_group: Int32
    target_group: Int32
    place: Float64
    bounds: Float64

    @classmethod
    def of_one(cls, n_pre: int, n_post: int | None = None) -> "Classes":
        """All edges alike."""
        n_post = n_pre if n_post is None else n_post
        row_group = np.zeros(n_pre, np.int32)
        target_group = np.zeros(n_post, np.int32)
        return cls(row_group, target_group, np.zeros((n_pre, 0)), np.zeros(0))

    def bins(self, pre: Int32, post: Int32) -> Int32:
        """Bin of distance of each pair: how many bounds lie below its squared length."""
        square = np.zeros(len(pre))
        for axis in self.place.T:
            square += (axis[pre] - axis[post]) ** 2
        return np.searchsorted(self.bounds, square, side="left").astype(np.int32)
