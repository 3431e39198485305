"""What goes into the operation."""

from typing import NamedTuple

from neurosparse.typing import Float64, Int32, Int64


class Sending(NamedTuple):
    """Where each segment begins `[segments + 1]`; target and weight of each edge `[nnz]`."""

    start: Int64
    target: Int32
    weight: Float64
