"""The outermost eigenvalues of a weight matrix, with a bound of their error."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neurosparse.analysis.topology.balancing import balanced
from neurosparse.analysis.topology.graph import check_square
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neurosparse.connectivity import Connectivity

# up to this many neurons in a part that is joined both ways all its eigenvalues are found
LARGEST = 3000
EXACT = 1e-9  # relative error that nobody needs to be told
SURE = 1e-2  # beyond this relative error there is no value
_POWERS = 1000
SPARSE = 20  # weights a neuron, up to which a factorisation is cheap
_KRYLOV = 60
_RESTARTS = 40


class Extreme(NamedTuple):
    """A value, and by how much it may be off; NaN and infinity where it is not known.

    `ceiling` is a value that the true one is never above.
    """

    value: float
    error: float
    ceiling: float

    @property
    def note(self) -> str:
        """What a table says of it: nothing where it is exact."""
        if np.isnan(self.value):
            return f"not known, at most {self.ceiling:.4g}: the iteration did not converge"
        if self.error <= EXACT * abs(self.value) or self.error <= EXACT * self.ceiling:
            return ""
        return f"± {self.error:.1g}"


class Extremes(NamedTuple):
    """Largest |λ| and largest real part."""

    radius: Extreme
    abscissa: Extreme


def extremes(connectivity: "Connectivity") -> Extremes:
    """Find the largest |λ| and the largest real part of the weight matrix.

    Each part that is joined both ways has its own eigenvalues. Weights of one sign have bounds that
    hold in any case (L. Collatz, Math. Z. 48 (1942), doi:10.1007/BF01180013); others are found by
    LAPACK up to 3,000 neurons, and by ARPACK, of both the matrix and its transpose, above.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2, weight=[-2.0, -2.0])
    >>> [round(one.value, 6) for one in extremes(pair)]
    [2.0, 2.0]
    """
    check_square(connectivity)
    n = connectivity.n_pre
    if n == 0:
        zero = Extreme(0.0, 0.0, 0.0)
        return Extremes(zero, zero)
    matrix = connectivity.to_scipy().astype(np.float64)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    loops, parts = _parts(matrix)
    extremes = [_of_part(part) for part in parts]
    if len(loops):
        radius = float(np.abs(loops).max())
        abscissa = float(loops.max())
        extremes.append(
            Extremes(Extreme(radius, 0, radius), Extreme(abscissa, 0, abscissa))
        )
    return Extremes(
        _largest([one.radius for one in extremes]),
        _largest([one.abscissa for one in extremes]),
    )


def outermost(part: Any) -> tuple[float, float]:
    """Bounds of the largest eigenvalue of one part without negative weights."""
    root = _of_part(part).radius if part.shape[0] > 1 else _loop(part)
    if np.isnan(root.value):
        return 0.0, root.ceiling
    return root.value - root.error, root.value + root.error


def _loop(part: Any) -> Extreme:
    weight = float(part.sum())
    return Extreme(weight, 0.0, weight)


def all_eigenvalues(matrix: Any) -> Any:
    """All eigenvalues `[n]` of a sparse matrix, part by part."""
    loops, parts = _parts(matrix)
    values = [loops.astype(complex)]
    for part in parts:
        dense, scale = _scaled(part)
        values.append(np.linalg.eigvals(dense.toarray()) * scale)
    return np.concatenate(values).astype(complex)


def _parts(matrix: Any) -> "tuple[Float64, Iterator[Any]]":
    """Weights of the loops of neurons that are parts by themselves, and all larger parts."""
    from scipy.sparse.csgraph import connected_components

    # sorted by strong components the matrix is block triangular: its eigenvalues are those of
    # the blocks
    n = matrix.shape[0]
    label = connected_components(matrix, connection="strong")[1]
    size = np.bincount(label)
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(size)

    def larger() -> "Iterator[Any]":
        for first, last in zip(ends - size, ends, strict=True):
            if last - first > 1:
                members = order[first:last]
                yield matrix if last - first == n else matrix[members][:, members]

    return matrix.diagonal()[size[label] == 1], larger()


def _scaled(part: Any) -> tuple[Any, float]:
    """The part balanced and divided by its largest weight, and that weight."""
    even = balanced(part)
    scale = float(np.abs(even.data).max())
    even.data /= scale
    return even, scale


def _of_part(part: Any) -> Extremes:
    even, scale = _scaled(part)
    size = abs(even)
    ceiling = min(float(size.sum(axis=0).max()), float(size.sum(axis=1).max()))
    if even.data.min() >= 0:
        root = _perron(even)
        both = Extremes(root, root)
    elif even.shape[0] <= LARGEST:
        both = _dense(even.toarray(), ceiling)
    else:
        both = _iterated(even, ceiling)
    return Extremes(*(Extreme(*(number * scale for number in one)) for one in both))


def _largest(values: list[Extreme]) -> Extreme:
    """The largest of the parts; unknown where a part that is not known may hold it."""
    ceiling = max(one.ceiling for one in values)
    known = [one for one in values if not np.isnan(one.value)]
    best = max(known, key=lambda one: one.value, default=Extreme(-np.inf, np.inf, ceiling))
    unknown = [one.ceiling for one in values if np.isnan(one.value)]
    if max(unknown, default=-np.inf) > best.value:
        return Extreme(float("nan"), float("inf"), ceiling)
    return Extreme(best.value, best.error, max(best.value, ceiling))


def _perron(matrix: Any) -> Extreme:
    """Largest eigenvalue of non-negative weights: min (Wx)_i / x_i ≤ λ ≤ max (Wx)_i / x_i, x > 0.

    The bounds hold for every x; powers of W + s make them meet, or the inverse where powers are
    slow.
    """
    low, high = _collatz(matrix, np.ones(matrix.shape[0]))
    if high - low > EXACT * high and matrix.nnz <= SPARSE * matrix.shape[0]:
        low, high = _noda(matrix, low, high)
    if high - low > EXACT * high and matrix.shape[0] <= LARGEST:
        value = float(np.clip(np.abs(np.linalg.eigvals(matrix.toarray())).max(), low, high))
        return Extreme(value, EXACT * value, high)
    middle = (low + high) / 2
    if high - low > SURE * high:
        return Extreme(float("nan"), float("inf"), high)
    return Extreme(middle, (high - low) / 2, high)


def _noda(matrix: Any, low: float, high: float) -> tuple[float, float]:
    """Tighten the bounds by inverse iteration from above, which keeps x > 0.

    Source: T. Noda, Numer. Math. 17 (1971), doi:10.1007/BF01436084.
    """
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    n = matrix.shape[0]
    x = np.ones(n)
    shift = float((matrix @ x).max())
    for _ in range(_POWERS // 10):
        # just above, so that there is an inverse when the bounds have met
        shifted = (shift * (1 + 1e-13) * eye_array(n) - matrix).tocsc()
        try:
            x = np.abs(splu(shifted).solve(x))
        except RuntimeError:
            break
        x = np.maximum(x / x.max(), 1e-300)
        ratio = (matrix @ x) / x
        low = max(low, float(ratio.min()))
        shift = float(ratio.max())
        high = min(high, shift)
        if high - low <= EXACT * high:
            break
    return low, high


def _collatz(matrix: Any, x: Float64) -> tuple[float, float]:
    low, high = 0.0, float("inf")
    for _ in range(_POWERS):
        y = matrix @ x
        ratio = y / x
        low = max(low, float(ratio.min()))
        high = min(high, float(ratio.max()))
        if high - low <= 1e-3 * EXACT * high:
            break
        # the shift damps eigenvalues of the same size and another sign, as a ring has
        x = y + high / 2 * x
        x /= x.max()
        # never 0: a quotient by what underflowed would say nothing
        x = np.maximum(x, 1e-300)
    return low, high


def _dense(matrix: Float64, ceiling: float) -> Extremes:
    values = np.linalg.eigvals(matrix).astype(complex)
    outermost = values[np.argmax(np.abs(values))]
    rightmost = values[np.argmax(values.real)]
    radius = _checked(matrix, outermost, abs(outermost), ceiling)
    if rightmost == outermost:
        return Extremes(radius, radius._replace(value=float(rightmost.real)))
    return Extremes(radius, _checked(matrix, rightmost, rightmost.real, ceiling))


def _checked(matrix: Float64, value: complex, part: float, ceiling: float) -> Extreme:
    """Bound the error by rounding: that of the matrix times the condition of the eigenvalue."""
    rounding = float(np.finfo(float).eps * np.linalg.norm(matrix))
    error = rounding * _condition(matrix, value)
    # defective eigenvalues at 0, as of neurons that cancel, are small beside the weights
    if error > max(SURE * abs(part), 1e-4 * ceiling):
        return Extreme(float("nan"), float("inf"), ceiling)
    return Extreme(float(part), error, ceiling)


def _condition(matrix: Float64, value: complex) -> float:
    """1 / |y*x| of the unit eigenvectors, by inverse iteration (H. Wielandt, 1944)."""
    from scipy.linalg import lu_factor, lu_solve

    n = len(matrix)
    shift = value.real if value.imag == 0 else value
    beside = shift + 1e-11 * np.linalg.norm(matrix)
    factors = lu_factor(matrix - beside * np.eye(n), check_finite=False)
    start = np.random.default_rng(0).standard_normal(n)
    right = left = start
    for _ in range(2):
        right = lu_solve(factors, right / np.linalg.norm(right), check_finite=False)
        left = lu_solve(factors, left / np.linalg.norm(left), trans=2, check_finite=False)
    cosine = abs(np.vdot(left, right)) / (np.linalg.norm(left) * np.linalg.norm(right))
    return float(1 / cosine) if cosine > 0 else float("inf")


def _iterated(matrix: Any, ceiling: float) -> Extremes:
    outermost = _both_sides(matrix, "LM", abs, ceiling)
    rightmost = _both_sides(matrix, "LR", lambda value: value.real, ceiling)
    if rightmost.value > outermost.value:
        outermost = rightmost
    return Extremes(outermost, rightmost)


def _both_sides(matrix: Any, which: str, part: Any, ceiling: float) -> Extreme:
    """The value that the matrix and its transpose agree on, each with a small residual."""
    value, vector, residual = _arpack(matrix, which)
    other, left, other_residual = _arpack(matrix.T.tocsr(), which)
    unknown = Extreme(float("nan"), float("inf"), ceiling)
    if vector is None or left is None:
        return unknown
    error = abs(part(value) - part(other)) + max(residual, other_residual)
    # eigenvectors of one eigenvalue say how much of a residual it feels
    for pair in (left, left.conj()):
        cosine = abs(pair @ vector)
        if abs(value - other) < 1e-3 * abs(value) and cosine > 1e-9:
            error = min(error / cosine, error + residual / cosine)
            break
    if not error <= SURE * abs(part(value)):
        return unknown
    return Extreme(float(part(value)), float(error), ceiling)


def _arpack(matrix: Any, which: str) -> tuple[complex, Any, float]:
    """The eigenvalue that is `which`, its unit vector, and |Wx - λx|; no vector: not converged."""
    from scipy.sparse.linalg import ArpackError, eigs

    n = matrix.shape[0]
    start = np.random.default_rng(0).standard_normal(n)
    try:
        values, vectors = eigs(
            matrix, k=1, which=which, v0=start, ncv=_KRYLOV, maxiter=_RESTARTS, tol=1e-6
        )
    except ArpackError:
        return complex("nan"), None, float("inf")
    value = complex(values[0])
    vector = vectors[:, 0]
    return value, vector, float(np.linalg.norm(matrix @ vector - value * vector))
