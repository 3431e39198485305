"""Orders of neurons in which those that are joined stand side by side, for data numbered at random.

Ranks own stretches of neurons, so an order says which stay together. Data are renumbered once:
`connectivity.select(pre=order, post=order)`; bits are then those of the renumbered network.
"""

from typing import Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument, bad_type, missing_extra
from neurosparse.kernels.base import csr
from neurosparse.quantities import real_numbers
from neurosparse.typing import Int64

BITS = 16  # of a coordinate


def order_by_positions(positions: Any) -> Int64:
    """Order neurons along Morton's curve through their positions, `[n, d]`, d up to 3.

    Neurons that are near in space are near on the curve, for the most part.

    Source: G. M. Morton, A computer oriented geodetic data base, IBM (1966).

    >>> order_by_positions([[0.0, 0.0], [9.0, 9.0], [1.0, 0.0], [9.0, 8.0]]).tolist()
    [0, 2, 3, 1]
    """
    points = real_numbers("positions", positions, "finite numbers [n, d], d from 1 to 3")
    if points.ndim != 2 or not 1 <= points.shape[1] <= 3 or not np.isfinite(points).all():
        raise bad_argument("positions", positions, "finite numbers [n, d], d from 1 to 3")
    low = points.min(axis=0, initial=np.inf)
    spread = np.max(points - low, initial=0.0) or 1.0
    whole = ((points - low) / spread * (2**BITS - 1)).astype(np.uint64)
    d = points.shape[1]
    code = np.zeros(len(points), np.uint64)
    for bit in range(BITS):
        for axis in range(d):
            digit = (whole[:, axis] >> np.uint64(bit)) & np.uint64(1)
            code |= digit << np.uint64(bit * d + d - 1 - axis)
    return np.argsort(code, kind="stable")


def order_by_metis(connectivity: Connectivity, parts: int) -> Int64:
    """Order neurons part by part, as METIS cuts the fewest synapses between `parts` of equal load.

    A neuron weighs 64 and half of its synapses in; wants the extra `partition` (pymetis).

    Source: G. Karypis & V. Kumar, SIAM J. Sci. Comput. 20, 359 (1998),
    doi:10.1137/S1064827595287997.

    >>> ring = Connectivity.from_edges([0, 2, 1, 3], [2, 0, 3, 1], n_pre=4, n_post=4)
    >>> order_by_metis(ring, 2).reshape(2, 2).tolist() in ([[0, 2], [1, 3]], [[1, 3], [0, 2]])
    True
    """
    if not isinstance(connectivity, Connectivity):
        raise bad_type("connectivity", connectivity, "a Connectivity")
    whole_number("parts", parts, 1)
    try:
        import pymetis
    except ImportError as error:
        raise missing_extra("pymetis", "partition") from error
    n = connectivity.n_pre
    if n != connectivity.n_post:
        raise bad_argument(
            "connectivity", connectivity, "one of a population with itself, [n, n]"
        )
    pre = np.repeat(np.arange(n, dtype=np.int32), np.diff(connectivity.indptr))
    post = connectivity.indices
    apart = pre != post
    ends = (
        np.concatenate([pre[apart], post[apart]]),
        np.concatenate([post[apart], pre[apart]]),
    )
    order = csr.sort_edges(*ends, n, n)
    rows, columns = ends[0][order], ends[1][order]
    first = np.ones(len(rows), bool)
    first[1:] = (np.diff(rows) != 0) | (np.diff(columns) != 0)
    begin = np.flatnonzero(first)
    times = np.diff(np.append(begin, len(rows)))
    xadj = np.concatenate([[0], np.cumsum(np.bincount(rows[begin], minlength=n))])
    loads = 64 + np.bincount(post, minlength=n) // 2
    graph = pymetis.CSRAdjacency(xadj, columns[begin])
    _, member = pymetis.part_graph(parts, graph, vweights=loads, eweights=times)
    return np.argsort(member, kind="stable")
