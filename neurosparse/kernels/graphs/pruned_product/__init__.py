"""A product of sparse matrices without its small entries, which are never all held at once.

    C = A B,    entries with |c| < least left out

What k steps of a graph carry is dense before it is cut; row by row, a cut product needs the memory
of what is kept.

Source: F. G. Gustavson, ACM TOMS 4 (1978), doi:10.1145/355791.355796 (row by row).
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.graphs.pruned_product.values import Rows as Rows


def pruned_product(
    a: Rows,
    b: Rows,
    width: int,
    least: float,
    threads: int = 1,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Rows:
    """Multiply rows `a` by rows `b`, which has `width` columns; sums are float64, kept as float32.

    The result ascends in each row and does not depend on `threads`.

    >>> import numpy as np
    >>> half = Rows(np.array([0, 1, 2]), np.array([1, 0], np.int32), np.float32([0.5, 0.25]))
    >>> pruned_product(half, half, 2, 0.1, backend="naive").value.tolist()
    [0.125, 0.125]
    """
    run = implementation(__name__, backend).pruned_product
    return cast(Rows, run(a, b, width, least, threads))
