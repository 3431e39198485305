"""Every triangle of a skeleton once: counts and products of each neuron, counts by direction.

With x_uv = x_vu a value per joined pair and T the triangles {u, v, w}:

    count[u] = |T ∋ u|,    product[u] = Σ_{T ∋ u} x_uv x_vw x_uw

`kinds[c_uv, c_vw, c_uw]` counts triangles by the skeleton's codes (1 to 3) seen from u to v, v to w
and u to w, for some order of the three; what is equal under reordering adds up to the directed
census.

Source of the order by degree: T. Schank, D. Wagner, WEA 2005, doi:10.1007/11427186_54.
"""

from typing import Literal, cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.skeleton import Skeleton
from neurosparse.kernels.graphs.triangles.values import Triangles as Triangles
from neurosparse.typing import Float32, Int64


def triangles(
    graph: Skeleton,
    value: Float32 | None = None,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Triangles:
    """List the triangles of a skeleton; `value` `[2 m]` is symmetric and 1 where left out.

    >>> import numpy as np
    >>> from neurosparse.kernels.graphs.skeleton import skeleton
    >>> ring = skeleton(np.array([0, 1, 2, 3]), np.array([1, 2, 0], np.int32), backend="naive")
    >>> triangles(ring, backend="naive").counts.tolist()
    [1, 1, 1]
    """
    if value is None:
        value = np.ones(len(graph.neighbours), np.float32)
    run = implementation(__name__, backend).triangles
    return cast(Triangles, run(graph, value))


def triangle_counts(graph: Skeleton, backend: Literal["naive", "cpu"] = "cpu") -> Int64:
    """Count the triangles that each neuron is in `[n]`, and nothing else about them.

    >>> import numpy as np
    >>> from neurosparse.kernels.graphs.skeleton import skeleton
    >>> ring = skeleton(np.array([0, 1, 2, 3]), np.array([1, 2, 0], np.int32), backend="naive")
    >>> triangle_counts(ring, backend="naive").tolist()
    [1, 1, 1]
    """
    run = implementation(__name__, backend).triangle_counts
    return cast(Int64, run(graph))
