"""What goes into the operation and comes out of it."""

from typing import NamedTuple

from neurosparse.typing import Float64, Int64


class HopSums(NamedTuple):
    """What each source `[k]` reaches."""

    reached: Int64  # neurons
    total: Int64  # sum of their distances
    inverse: Float64  # sum of 1 / distance
    farthest: Int64  # largest distance
