"""A rectangle of a connectivity, seen without copying it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neurosparse.typing import Float32, Int32, Int64

if TYPE_CHECKING:
    from neurosparse.connectivity._connectivity import Connectivity


@dataclass(frozen=True, eq=False)
class Block:
    """Synapses from neurons `pre[0]..pre[1]-1` to neurons `post[0]..post[1]-1` of a connectivity.

    In row i they are one contiguous piece, positions `start[i]` up to `stop[i]` of the parent.

    >>> from neurosparse.connectivity import Connectivity
    >>> block = Connectivity.from_dense([[1, 2], [3, 4]]).block(slice(1, 2), slice(0, 2))
    >>> block.weights_array().tolist(), block.positions.tolist()
    ([3.0, 4.0], [2, 3])
    """

    parent: "Connectivity"
    pre: tuple[int, int]
    post: tuple[int, int]
    start: Int64
    stop: Int64

    @property
    def shape(self) -> tuple[int, int]:
        """(presynaptic, postsynaptic) neurons of the block."""
        return self.pre[1] - self.pre[0], self.post[1] - self.post[0]

    @property
    def nnz(self) -> int:
        """Synapses within the block."""
        return int(np.sum(self.stop - self.start))

    @property
    def positions(self) -> Int64:
        """Their positions in the parent, `[nnz]`, ascending."""
        length = self.stop - self.start
        begin = np.cumsum(length) - length
        return np.asarray(np.arange(length.sum()) + np.repeat(self.start - begin, length))

    def edges(self) -> tuple[Int32, Int32]:
        """(pre, post) counted from the corner of the block."""
        pre = np.repeat(np.arange(self.shape[0], dtype=np.int32), self.stop - self.start)
        return pre, self.parent.indices[self.positions] - np.int32(self.post[0])

    def weights_array(self) -> Float32:
        """Their weights, `[nnz]`."""
        return self.parent.weights_array()[self.positions]

    def to_connectivity(self) -> "Connectivity":
        """Copy the block into a connectivity by itself."""
        return self.parent.select(slice(*self.pre), slice(*self.post))
