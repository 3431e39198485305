"""What goes into the operation and comes out of it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.typing import Float64

Chunk = tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]


class CountMoments(NamedTuple):
    """Mean and (population) variance of the count per window, `[n]` each."""

    mean: Float64
    variance: Float64
