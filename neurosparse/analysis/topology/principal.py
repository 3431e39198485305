"""The vector that a matrix without negative weights but stretches, where there is only one."""

from typing import Any

import numpy as np

from neurosparse.analysis.topology.extremes import EXACT, LARGEST, SPARSE, outermost
from neurosparse.typing import Float64, Int64

# of λ and the largest value: how far Mx may be from λx
_CLOSE = 1e-9
_POWERS = 1000
_NARROWING = 60


def principal_vector(matrix: Any) -> Float64:
    """Return x ≥ 0 of the largest λ, M x = λ x, its largest value 1 `[n]`; else NaN.

    There is none without cycles, and not one alone where several parts, each joined both ways, tie
    for λ. NaN too where the iteration does not converge.

    Args:
        matrix: sparse `[n, n]` without negative weights.

    >>> from scipy.sparse import csr_array
    >>> principal_vector(csr_array(np.array([[0.0, 2.0, 0.0], [2.0, 0.0, 0.0], [1.0, 0.0, 0.0]])))
    array([1. , 1. , 0.5])
    """
    n = matrix.shape[0]
    unknown = np.full(n, np.nan)
    label, high = _leading(matrix)
    if label < 0:
        return unknown
    members = _reached(matrix, _strong(matrix) == label)
    x = _stretched(matrix[members][:, members], high)
    if x is None:
        return unknown
    whole = np.zeros(n)
    whole[members] = x
    return whole


def _strong(matrix: Any) -> Int64:
    from scipy.sparse.csgraph import connected_components

    return np.asarray(connected_components(matrix, connection="strong")[1], np.int64)


def _leading(matrix: Any) -> tuple[int, float]:
    """The part of the largest λ and a bound that λ does not pass; -1 without cycles or in a tie."""
    part = _strong(matrix)
    low, high = _bounds(matrix, part)
    best = low.max(initial=0.0)
    if best == 0:
        return -1, 0.0
    near = np.flatnonzero(high >= best * (1 - EXACT))
    if len(near) > 1:
        # parts that agree to rounding tie; others may only be slow
        tied = near[(high - low)[near] <= EXACT * high[near]]
        if len(tied) > 1 and low[tied].min() >= high[near].max() * (1 - EXACT):
            return -1, 0.0
        for label in near:
            inside = part == label
            low[label], high[label] = outermost(matrix[inside][:, inside])
        near = near[high[near] >= low[near].max() * (1 - EXACT)]
    if len(near) > 1 or not np.isfinite(high[near[0]]):
        return -1, 0.0
    return int(near[0]), float(high[near[0]])


def _bounds(matrix: Any, part: Int64) -> tuple[Float64, Float64]:
    """Bounds of λ of all parts at once, by min and max of (Mx)_i / x_i."""
    from scipy.sparse import coo_array, csr_array

    edges = coo_array(matrix)
    inside = part[edges.row] == part[edges.col]
    inner = csr_array(
        (edges.data[inside], (edges.row[inside], edges.col[inside])), matrix.shape
    )
    order = np.argsort(part, kind="stable")
    first = np.flatnonzero(np.diff(part[order], prepend=-1))
    x = np.ones(len(part))
    low = np.zeros(len(first))
    high = np.full(len(first), np.inf)
    for _ in range(_NARROWING):
        y = inner @ x
        ratio = (y / x)[order]
        low = np.maximum(low, np.minimum.reduceat(ratio, first))
        high = np.minimum(high, np.maximum.reduceat(ratio, first))
        # the shift damps eigenvalues of the same size and another sign
        x = y + high[part] / 2 * x
        largest = np.maximum.reduceat(x[order], first)[part]
        x = np.maximum(
            np.divide(x, largest, out=np.ones_like(x), where=largest > 0), 1e-300
        )
    return low, high


def _reached(matrix: Any, begun: Any) -> Int64:
    """Neurons that the marked ones reach, M[v, u] leading from u to v; these among them."""
    onward = abs(matrix).tocsr()
    reached = begun
    while True:
        grown = reached | (onward @ reached.astype(np.float64) > 0)
        if (grown == reached).all():
            return np.flatnonzero(reached)
        reached = grown


def _stretched(matrix: Any, high: float) -> Float64 | None:
    """The vector by powers of M + s, or by the inverse just above λ where powers are slow."""
    x = np.ones(matrix.shape[0])
    for _ in range(_POWERS):
        y = matrix @ x
        if _holds(x, y):
            return x
        x = y + high / 2 * x
        x /= x.max()
    n = len(x)
    if n > LARGEST and matrix.nnz > SPARSE * n:
        return None
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    try:
        inverse = splu((high * (1 + 1e-12) * eye_array(n) - matrix).tocsc())
    except RuntimeError:
        return None
    for _ in range(_NARROWING):
        x = np.abs(np.asarray(inverse.solve(x), np.float64))
        x /= x.max()
        if _holds(x, matrix @ x):
            return x
    return None


def _holds(x: Float64, y: Float64) -> bool:
    largest = int(x.argmax())
    stretch = y[largest] / x[largest]
    return bool(stretch > 0 and np.abs(y - stretch * x).max() <= _CLOSE * stretch)
