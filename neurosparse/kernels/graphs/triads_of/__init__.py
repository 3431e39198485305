"""Which triads each neuron takes part in, counted for every neuron and pattern.

`patterns.closed[c_uv, c_vw, c_uw]` is the column of a triangle with these codes of the skeleton,
`patterns.open_[c_uv, c_uw]` that of two pairs joined at u, whose ends are not joined:

    count[x, k] = | { {u, v, w} ∋ x : pattern k } |

Open triads are counted from the degrees of their centres; what is closed is taken off triangle by
triangle.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.skeleton import Skeleton
from neurosparse.kernels.graphs.triads_of.values import Patterns as Patterns
from neurosparse.typing import Int64


def triads_of(
    graph: Skeleton, patterns: Patterns, backend: Literal["naive", "cpu"] = "cpu"
) -> Int64:
    """Count the triads of each pattern that each neuron is one of `[n, columns]`.

    >>> import numpy as np
    >>> from neurosparse.kernels.graphs.skeleton import skeleton
    >>> ring = skeleton(np.array([0, 1, 2, 3]), np.array([1, 2, 0], np.int32), backend="naive")
    >>> closed = np.ones((4, 4, 4), np.int64)
    >>> patterns = Patterns(closed, np.zeros((4, 4), np.int64), 2)
    >>> triads_of(ring, patterns, backend="naive").tolist()
    [[0, 1], [0, 1], [0, 1]]
    """
    run = implementation(__name__, backend).triads_of
    return cast(Int64, run(graph, patterns))
