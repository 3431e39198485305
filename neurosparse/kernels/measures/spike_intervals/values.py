"""What goes into the operation and comes out of it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.typing import Float64, Int64

Chunk = tuple[Float64, npt.NDArray[np.integer]]


class Intervals(NamedTuple):
    """Statistics of every neuron, `[n]` each; NaN where there are too few intervals.

    Attributes:
        spikes: their number.
        mean: interval, in the unit of the times; needs one interval.
        cv: coefficient of variation; needs two.
        lv: local variation; needs two.
    """

    spikes: Int64
    mean: Float64
    cv: Float64
    lv: Float64
