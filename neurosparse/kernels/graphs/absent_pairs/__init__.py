"""The pairs of a block of scores that lie above a bar and are not connected."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def better_pairs(
    scores: Array, indptr: Array, indices: Array, first: int, least: float, *, backend: str = "cpu"
) -> tuple[NDArray[np.int64], Array]:
    """Collect keys `pre * n_post + post`, ascending, and scores of the unconnected pairs with
    `score > least`.

    Shapes: scores `[rows, n_post]`, those of presynaptic rows first, first + 1, …; CSR with
    ascending rows, indptr `[n_pre + 1]`, indices `[nnz]`. NaN is never above.

    Raises:
        ValueError: the rows are not all there, or the backend is unknown.

    >>> indptr, indices = np.array([0, 1, 1]), np.array([1], np.int32)
    >>> keys, found = better_pairs(np.array([[1.0, 9.0], [3.0, 0.5]]), indptr, indices, 0, 0.7)
    >>> keys.tolist(), found.tolist()
    ([0, 2], [1.0, 3.0])
    """
    if scores.ndim != 2 or not 0 <= first <= first + len(scores) < len(indptr):
        raise ValueError(
            f"scores: got {list(scores.shape)} from row {first}, wants rows of {len(indptr) - 1}"
        )
    match backend:
        case "naive":
            from neurosparse.kernels.graphs.absent_pairs.naive import better_pairs as run
        case "cpu":
            from neurosparse.kernels.graphs.absent_pairs.cpu import better_pairs as run
        case _:
            raise ValueError(f"backend: got {backend!r}, wants 'naive' or 'cpu'")
    return run(np.ascontiguousarray(scores), indptr, indices, first, least)
