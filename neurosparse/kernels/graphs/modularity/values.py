"""What goes into the operation and comes out of it."""

from typing import NamedTuple

from neurosparse.typing import Int64


class Partition(NamedTuple):
    """Community of each neuron `[n]` (0 … communities - 1) and the modularity it has."""

    labels: Int64
    modularity: float
