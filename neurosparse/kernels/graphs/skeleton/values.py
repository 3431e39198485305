"""What goes into the operation and comes out of it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.typing import Int32, Int64

OUT = 1
IN = 2


BOTH = 3


class Skeleton(NamedTuple):
    """Neighbour lists of n neurons with m joined pairs."""

    indptr: Int64  # [n + 1]
    neighbours: Int32  # [2 m], ascending for each neuron
    code: NDArray[np.uint8]  # [2 m], OUT, IN or BOTH
