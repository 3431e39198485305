"""Eigenvalues and singular values of the weight matrix, and what follows from them."""

from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.topology.extremes import all_eigenvalues, extremes
from neurosparse.analysis.topology.graph import as_connectivity, check_square
from neurosparse.checks import truth
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# up to this many neurons all singular values are found at once
DENSE = 400
# beyond this many, nothing is that needs a dense matrix
LARGEST = 3000


def spectral_radius(connectivity: "Connectivity") -> float:
    """Largest |λ| of the weight matrix: linear activity grows where it is above 1.

    Self loops and signs count. A graph without cycles has exactly 0, an empty one too. Each part
    that is joined both ways is measured by itself, as it has its own eigenvalues. Parts of up to
    3,000 neurons, and parts of any size without negative weights, are exact but for rounding where
    the iteration converges. Larger ones are right to 1 %, as far as the residuals of the matrix and
    of its transpose tell, or NaN: the crowded rim of a disc, as of random signed weights, may not
    converge. `describe` says by how much the value may be off.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2, weight=[2.0, 2.0])
    >>> round(spectral_radius(pair), 6)
    2.0
    """
    return extremes(connectivity).radius.value


def spectral_abscissa(connectivity: "Connectivity") -> float:
    """Largest real part of λ: dx/dt = -x + W x is stable where it is below 1.

    It is as exact as the radius, and never above it.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2, weight=[-2.0, -2.0])
    >>> round(spectral_abscissa(pair), 6)
    2.0
    """
    return extremes(connectivity).abscissa.value


def eigenvalues(connectivity: "Connectivity") -> Any:
    """All eigenvalues (complex `[n]`) of a graph of at most 3,000 neurons, largest |λ| first.

    >>> from neurosparse.connectivity import Connectivity
    >>> eigenvalues(Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2)).round(9).tolist()
    [(1+0j), (-1+0j)]
    """
    check_square(connectivity)
    _refuse_large(connectivity)
    matrix = connectivity.to_scipy().astype(np.float64)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    values = all_eigenvalues(matrix)
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

    0 without weights. Above 400 neurons the largest σ is found by iteration; NaN where that does
    not converge and there are more than 3,000 neurons on both sides.

    >>> from neurosparse.connectivity import Connectivity
    >>> round(stable_rank(Connectivity.from_dense(np.eye(4))), 6)
    4.0
    """
    matrix = as_connectivity(connectivity).to_scipy().astype(np.float64)
    matrix.sum_duplicates()
    largest = float(np.abs(matrix.data).max(initial=0.0))
    if largest == 0:
        return 0.0
    # ARPACK takes all values below 1e-11 for converged
    matrix /= largest
    fewer = min(connectivity.shape)
    top = float("nan") if fewer <= DENSE else _largest_singular_value(matrix)
    if np.isnan(top) and fewer <= LARGEST:
        product = matrix @ matrix.T if connectivity.n_pre <= connectivity.n_post else None
        square = (matrix.T @ matrix if product is None else product).toarray()
        top = float(np.sqrt(np.linalg.eigvalsh(square)[-1]))
    return float((matrix.data**2).sum()) / top**2


def _largest_singular_value(matrix: Any) -> float:
    """Largest σ, or NaN where σ² moves by more than a millionth when the matrix is applied."""
    from scipy.sparse.linalg import ArpackError, svds

    # a constant start would lie in the null space of weights that add up to 0
    start = np.random.default_rng(0).standard_normal(min(matrix.shape))
    try:
        _, values, right = svds(matrix, k=1, v0=start, maxiter=1000)
    except ArpackError:
        return float("nan")
    top = float(values[0])
    residual = np.linalg.norm(matrix.T @ (matrix @ right[0]) - top**2 * right[0])
    return top if residual <= 1e-6 * top**2 else float("nan")


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
    truth("normalised", normalised)
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
    if not len(matrix):
        return matrix
    with np.errstate(over="ignore", invalid="ignore"):
        walks = np.asarray(expm(matrix))
    if not np.isfinite(walks).all():
        largest = Said(f"weights up to {matrix.max():g}, whose walks overflow")
        remedy = "divide them, or leave out normalised=False"
        raise bad_argument("connectivity", largest, "smaller weights", remedy)
    return walks


def _dense(connectivity: "Connectivity") -> Float64:
    _refuse_large(connectivity)
    return connectivity.to_dense().astype(np.float64)


def _refuse_large(connectivity: "Connectivity") -> None:
    if max(as_connectivity(connectivity).shape) > LARGEST:
        expected = f"at most {LARGEST} neurons a side"
        remedy = "take stable_rank or spectral_radius, or a part with select()"
        raise bad_argument("connectivity", max(connectivity.shape), expected, remedy)
