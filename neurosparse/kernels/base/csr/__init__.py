"""Compressed rows (CSR): sorting, checking, transposing, editing and cutting them, each in O(nnz).

Shapes: `indptr` int64 `[n_pre + 1]`, `indices` int32 `[nnz]` (postsynaptic, ascending in each row),
edges as int32 `pre [m]`, `post [m]`. Every call takes `backend="naive"` (NumPy, the law) or `"cpu"`
(Numba).
"""

from typing import Any, Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.base.csr.naive import OUTSIDE as OUTSIDE
from neurosparse.kernels.base.csr.naive import SORTED as SORTED
from neurosparse.kernels.base.csr.naive import UNSORTED as UNSORTED
from neurosparse.typing import Bool, Int32, Int64

Backend = Literal["naive", "cpu"]


def _load(backend: Backend) -> Any:
    return implementation(__name__, backend)


def sort_edges(
    pre: Int32, post: Int32, n_pre: int, n_post: int, backend: Backend = "cpu"
) -> Int64:
    """Order `[m]` that sorts edges by (pre, post), edges that are equal kept as they came.

    >>> import numpy as np
    >>> sort_edges(np.array([1, 0, 1], np.int32), np.array([0, 2, 0], np.int32), 2, 3).tolist()
    [1, 0, 2]
    """
    return cast(Int64, _load(backend).sort_edges(pre, post, n_pre, n_post))


def count(index: Int32, n: int, backend: Backend = "cpu") -> Int64:
    """How often each of 0..n-1 occurs in `index`, `[n]`.

    >>> import numpy as np
    >>> count(np.array([2, 0, 2], np.int32), 4).tolist()
    [1, 0, 2, 0]
    """
    return cast(Int64, _load(backend).count(index, n))


def state(
    indptr: Int64, indices: Int32, n_post: int, backend: Backend = "cpu"
) -> tuple[int, int, int]:
    """Say whether rows are sorted, where they are not, and how many pairs repeat.

    Returns:
        SORTED, UNSORTED or OUTSIDE; position of the first offence or -1; number of repeated pairs.

    >>> import numpy as np
    >>> state(np.array([0, 3]), np.array([1, 4, 2], np.int32), 5) == (UNSORTED, 2, 0)
    True
    """
    return cast(tuple[int, int, int], _load(backend).state(indptr, indices, n_post))


def transpose(
    indptr: Int64, indices: Int32, n_post: int, backend: Backend = "cpu"
) -> tuple[Int64, Int32, Int64]:
    """(indptr `[n_post + 1]`, pre `[nnz]`, position in the original rows `[nnz]`) of the columns.

    >>> import numpy as np
    >>> [part.tolist() for part in transpose(np.array([0, 2, 3]), np.array([0, 1, 0], np.int32), 2)]
    [[0, 2, 3], [0, 1, 0], [0, 2, 1]]
    """
    return cast(
        tuple[Int64, Int32, Int64], _load(backend).transpose(indptr, indices, n_post)
    )


def edit(
    indptr: Int64,
    indices: Int32,
    dropped: Bool,
    pre: Int32,
    post: Int32,
    backend: Backend = "cpu",
) -> tuple[Int64, Int32, Int64, Int64]:
    """Drop the marked synapses `[nnz]` and put new edges `[k]` behind their equals.

    New edges are sorted by (pre, post).

    Returns:
        indptr; indices; new position of each old synapse or -1, `[nnz]`; of each new edge, `[k]`.

    >>> import numpy as np
    >>> one = np.array([1], np.int32)
    >>> dropped = np.array([True, False, False])
    >>> parts = edit(np.array([0, 2, 3]), np.array([0, 2, 0], np.int32), dropped, one, one)
    >>> [part.tolist() for part in parts]
    [[0, 1, 3], [2, 0, 1], [-1, 0, 1], [2]]
    """
    parts = _load(backend).edit(indptr, indices, dropped, pre, post)
    return cast(tuple[Int64, Int32, Int64, Int64], parts)


def select(
    indptr: Int64, indices: Int32, pre: Int32, column: Int32, backend: Backend = "cpu"
) -> tuple[Int64, Int32, Int64]:
    """Cut out rows `pre` with columns renamed by `column` `[n_post]`, -1 for those left out.

    Columns stay in their old order.

    Returns:
        indptr `[len(pre) + 1]`; renamed indices; positions in the original rows.

    >>> import numpy as np
    >>> column = np.array([-1, 0], np.int32)
    >>> rows = np.array([1, 0], np.int32)
    >>> parts = select(np.array([0, 2, 3]), np.array([0, 1, 1], np.int32), rows, column)
    >>> [part.tolist() for part in parts]
    [[0, 1, 2], [0, 0], [2, 1]]
    """
    return cast(
        tuple[Int64, Int32, Int64], _load(backend).select(indptr, indices, pre, column)
    )


def column_range(
    indptr: Int64, indices: Int32, low: int, high: int, backend: Backend = "cpu"
) -> tuple[Int64, Int64]:
    """For each row the positions `[start, stop)` of its columns in `[low, high)`.

    >>> import numpy as np
    >>> indices = np.array([1, 4, 7], np.int32)
    >>> [part.tolist() for part in column_range(np.array([0, 3]), indices, 2, 8)]
    [[1], [3]]
    """
    return cast(
        tuple[Int64, Int64], _load(backend).column_range(indptr, indices, low, high)
    )
