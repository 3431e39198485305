"""The pairs of a block of scores that lie above a bar and are not connected."""

from typing import cast

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array, Int64


def absent_pairs(
    scores: Array,
    indptr: Array,
    indices: Array,
    first: int,
    least: float,
    *,
    backend: str = "cpu",
) -> tuple[Int64, Array]:
    """Collect the unconnected pairs with `score > least`; NaN is never above.

    Args:
        scores: of the rows first, first + 1, …, `[rows, n_post]`.
        indptr, indices: the connected pairs, CSR with ascending rows, `[n_pre + 1]`, `[nnz]`.
        first: presynaptic neuron of the first row of scores.
        least: the bar.
        backend: "cpu" or "naive".

    Returns:
        Keys `pre * n_post + post`, ascending, and the scores.

    Raises:
        ValueError: the rows are not all there, or the backend is unknown.

    >>> indptr, indices = np.array([0, 1, 1]), np.array([1], np.int32)
    >>> keys, above = absent_pairs(np.array([[1.0, 9.0], [3.0, 0.5]]), indptr, indices, 0, 0.7)
    >>> keys.tolist(), above.tolist()
    ([0, 2], [1.0, 3.0])
    """
    if scores.ndim != 2 or not 0 <= first <= first + len(scores) < len(indptr):
        received = Said(f"{list(scores.shape)} from row {first}")
        raise bad_argument("scores", received, f"rows of {len(indptr) - 1}")
    run = implementation(__name__, backend).absent_pairs
    return cast(
        tuple[Int64, Array],
        run(np.ascontiguousarray(scores), indptr, indices, first, least),
    )
