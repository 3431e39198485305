"""Eigenvalues and singular values of the weight matrix, and what follows from them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.topology.graph import as_connectivity, check_square
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# up to this many neurons all eigenvalues are found, above it the one that is asked for
DENSE = 400
LARGEST = 3000


def spectral_radius(connectivity: "Connectivity") -> float:
    """Largest |λ| of the weight matrix: linear activity grows where it is above 1.

    Self loops and signs count. A graph without cycles has exactly 0, an empty one too. Each part
    that is joined both ways is measured by itself, as it has its own eigenvalues. In parts above
    400 neurons an eigenvalue that stands out is found to six digits; where the largest are the
    crowded rim of a disc, as of random weights, the result is an estimate, a few per cent low at
    worst.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2, weight=[2.0, 2.0])
    >>> round(spectral_radius(pair), 6)
    2.0
    """
    return _extreme(connectivity, "LM", lambda values: np.abs(values).max())


def spectral_abscissa(connectivity: "Connectivity") -> float:
    """Largest real part of λ: dx/dt = -x + W x is stable where it is below 1.

    It is as exact as the radius.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2, weight=[-2.0, -2.0])
    >>> round(spectral_abscissa(pair), 6)
    2.0
    """
    return _extreme(connectivity, "LR", lambda values: values.real.max())


def eigenvalues(connectivity: "Connectivity") -> Any:
    """All eigenvalues (complex `[n]`) of a graph of at most 3,000 neurons, largest |λ| first.

    >>> from neurosparse.connectivity import Connectivity
    >>> eigenvalues(Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2)).round(9).tolist()
    [(1+0j), (-1+0j)]
    """
    check_square(connectivity)
    values = np.linalg.eigvals(_dense(connectivity)).astype(complex)
    return values[np.lexsort((-values.real, -np.abs(values).round(12)))]


def effective_rank(connectivity: "Connectivity") -> float:
    """Effective rank exp(-Σ p ln p), p = σ / Σ σ the shares of the singular values.

    Between 1 and the rank, also for graphs between two populations; 0 without weights. At most
    3,000 neurons a side.

    Source: O. Roy, M. Vetterli, EUSIPCO 2007, doi:10.5281/zenodo.40378.

    >>> from neurosparse.connectivity import Connectivity
    >>> round(effective_rank(Connectivity.from_dense(np.eye(4))), 6)
    4.0
    """
    values = np.linalg.svd(_dense(connectivity), compute_uv=False)
    total = values.sum()
    if total == 0:
        return 0.0
    share = values[values > 0] / total
    return float(np.exp(-(share * np.log(share)).sum()))


def stable_rank(connectivity: "Connectivity") -> float:
    """Stable rank Σ σ² / max σ²: a lower bound of the rank that large graphs afford.

    0 without weights.

    >>> from neurosparse.connectivity import Connectivity
    >>> round(stable_rank(Connectivity.from_dense(np.eye(4))), 6)
    4.0
    """
    from scipy.sparse.linalg import svds

    matrix = as_connectivity(connectivity).to_scipy().astype(np.float64)
    matrix.sum_duplicates()
    square_sum = float((matrix.data**2).sum())
    if square_sum == 0:
        return 0.0
    if min(connectivity.shape) <= DENSE:
        top = float(np.linalg.norm(matrix.toarray(), 2))
    else:
        start = np.ones(min(connectivity.shape))
        top = float(svds(matrix, k=1, v0=start, return_singular_vectors=False)[0])
    return square_sum / top**2


def communicability(connectivity: "Connectivity", *, normalised: bool = True) -> Float64:
    """Communicability exp(A) `[n, n]`, [pre, post]: walks of all lengths k, each weighted 1/k!.

    A holds |w|, divided by the square roots of the strengths of both ends when `normalised`, so
    that strong neurons do not drown the rest. At most 3,000 neurons.

    Sources: E. Estrada, N. Hatano, Phys. Rev. E 77 (2008), doi:10.1103/PhysRevE.77.036111;
    J. J. Crofts, D. J. Higham, J. R. Soc. Interface 6 (2009), doi:10.1098/rsif.2008.0484.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = Connectivity.from_edges([0], [1], n_pre=2, n_post=2)
    >>> communicability(pair, normalised=False).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    from scipy.linalg import expm

    check_square(connectivity)
    matrix = np.abs(_dense(connectivity))
    if normalised:
        sent = matrix.sum(axis=1)
        received = matrix.sum(axis=0)
        # a neuron without weights has nothing to divide
        sent[sent == 0] = 1.0
        received[received == 0] = 1.0
        matrix = matrix / np.sqrt(np.outer(sent, received))
    return np.asarray(expm(matrix)) if len(matrix) else matrix


def _dense(connectivity: "Connectivity") -> Float64:
    if max(as_connectivity(connectivity).shape) > LARGEST:
        expected = f"at most {LARGEST} neurons a side"
        remedy = "take stable_rank or spectral_radius, or a part with select()"
        raise bad_argument("connectivity", max(connectivity.shape), expected, remedy)
    return connectivity.to_dense().astype(np.float64)


def _extreme(connectivity: "Connectivity", which: str, pick: Any) -> float:
    """What `pick` says of the eigenvalues; ARPACK calls those that matter `which`."""
    from scipy.sparse.csgraph import connected_components

    check_square(connectivity)
    n = connectivity.n_pre
    if n == 0:
        return 0.0
    matrix = connectivity.to_scipy().astype(np.float64)
    matrix.sum_duplicates()
    # sorted by strong components the matrix is block triangular: its eigenvalues are those of the
    # blocks
    label = connected_components(matrix, connection="strong")[1]
    size = np.bincount(label)
    values = [matrix.diagonal()[size[label] == 1]]
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(size)
    for first, last in zip(ends - size, ends, strict=True):
        if last - first > 1:
            members = order[first:last]
            block = matrix if last - first == n else matrix[members][:, members]
            values.append(np.atleast_1d(_of_block(block, which)))
    return float(pick(np.concatenate(values)))


def _of_block(matrix: Any, which: str) -> Any:
    """All eigenvalues of a small matrix, the one that is `which` of a large one."""
    from scipy.sparse.linalg import ArpackNoConvergence, eigs

    n = matrix.shape[0]
    if n <= DENSE:
        return np.linalg.eigvals(matrix.toarray())
    # a free eigenvalue converges within these restarts; the rim of a disc of them would take hours
    start = np.random.default_rng(0).standard_normal(n)
    try:
        return eigs(
            matrix,
            k=1,
            which=which,
            v0=start,
            ncv=40,
            maxiter=12,
            tol=1e-6,
            return_eigenvectors=False,
        )
    except ArpackNoConvergence:
        return _ritz_values(matrix, start)


def _ritz_values(matrix: Any, start: Float64, steps: int = 60) -> Any:
    """Eigenvalue estimates from one Krylov space (W. E. Arnoldi, 1951, doi:10.1090/qam/42792)."""
    basis = np.zeros((steps + 1, len(start)))
    projected = np.zeros((steps + 1, steps))
    basis[0] = start / np.linalg.norm(start)
    for k in range(steps):
        new = matrix @ basis[k]
        # twice is enough to stay orthogonal
        for _ in range(2):
            part = basis[: k + 1] @ new
            new -= part @ basis[: k + 1]
            projected[: k + 1, k] += part
        projected[k + 1, k] = np.linalg.norm(new)
        if projected[k + 1, k] < 1e-12:
            return np.linalg.eigvals(projected[: k + 1, : k + 1])
        basis[k + 1] = new / projected[k + 1, k]
    return np.linalg.eigvals(projected[:steps])
