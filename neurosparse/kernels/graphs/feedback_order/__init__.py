"""An order of the neurons in which little weight runs backward: greedy, by excess of output.

Until none is left: a neuron without targets goes to the end, one without sources to the front,
else that with the largest (weight out - weight in) to the front; the lowest number breaks ties.
Edges that then run backward are a set without which the graph has no cycle; without weights they
are at most half of the edges less a sixth of the neurons (for graphs without pairs both ways).

Source: P. Eades, X. Lin, W. F. Smyth, Inf. Process. Lett. 47 (1993),
doi:10.1016/0020-0190(93)90079-O; with weights in place of degrees.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float64, Int32, Int64


def feedback_order(
    indptr: Int64,
    indices: Int32,
    weight: Float64,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Int64:
    """Order the neurons of a graph without self loops; weights ≥ 0 `[nnz]`.

    >>> import numpy as np
    >>> indptr, indices = np.array([0, 1, 2, 3]), np.array([1, 2, 0], np.int32)
    >>> feedback_order(indptr, indices, np.array([1.0, 3, 2]), backend="naive").tolist()
    [1, 2, 0]
    """
    run = implementation(__name__, backend).feedback_order
    return cast(Int64, run(indptr, indices, weight))
