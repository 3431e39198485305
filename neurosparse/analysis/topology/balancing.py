"""Scales of neurons under which the weights that come in and go out are alike.

D W D⁻¹ has the eigenvalues of W for every diagonal D, but where its rows and columns are alike,
rounding moves them little: a ring of any weights becomes one of equal weights, whose eigenvalues
are exact.
"""

from typing import Any

import numpy as np

from neurosparse.typing import Float64

_STEPS = 60
_EVEN = 1e-9  # of what passes through a neuron
_SOLVER_STEPS = 2000


def balanced(matrix: Any) -> Any:
    """Return D W D⁻¹ (CSR) of a strongly connected matrix, D > 0 so that it is balanced.

        minimise Σ |w_ij| exp(x_i - x_j),    D = diag(exp(x))

    by Newton's method; its second derivative is the Laplacian of the scaled graph.

    Source: M. B. Cohen et al., FOCS 2017, doi:10.1109/FOCS.2017.88 (box-constrained steps).

    >>> from scipy.sparse import csr_array
    >>> balanced(csr_array([[0.0, 8.0], [2.0, 0.0]])).toarray().round(6).tolist()
    [[0.0, 4.0], [4.0, 0.0]]
    """
    from scipy.sparse import csr_array

    weights = csr_array(matrix, dtype=np.float64)
    weights.eliminate_zeros()
    n = weights.shape[0]
    row = np.repeat(np.arange(n), np.diff(weights.indptr))
    column = weights.indices
    between = row != column
    size = np.where(between, np.abs(weights.data), 1.0)
    log_size = np.where(between, np.log(size), -np.inf)
    x = np.zeros(n)
    best = (np.inf, x)
    for _ in range(_STEPS):
        exponent = log_size + x[row] - x[column]
        # of the order of 1: no overflow, whatever the weights are
        top = exponent.max(initial=-np.inf)
        flow = np.exp(exponent - top)
        total = top + np.log(flow.sum())
        if not total < best[0]:
            break
        best = (total, x)
        sent = np.bincount(row, flow, n).astype(np.float64)
        received = np.bincount(column, flow, n).astype(np.float64)
        excess = sent - received
        if np.all(np.abs(excess) <= _EVEN * (sent + received)):
            break
        scaled = csr_array((flow, column, weights.indptr), (n, n))
        step = _newton_step(scaled, sent + received, excess)
        # a step of more than e between two neighbours is beyond what the derivatives say
        x = x - step / max(1.0, float(np.abs(step[row] - step[column]).max(initial=0.0)))
    x = best[1]
    data = weights.data * np.exp(np.where(between, x[row] - x[column], 0.0))
    return csr_array((data, column, weights.indptr), (n, n))


def _newton_step(flow: Any, through: Float64, excess: Float64) -> Float64:
    """Solve L step = excess, L the Laplacian of the flow, by conjugate gradients."""
    from scipy.sparse.linalg import LinearOperator, cg

    n = len(through)
    back = flow.T.tocsr()
    scale = 1.0 / np.sqrt(np.where(through > 0, through, 1.0))

    def laplacian(vector: Float64) -> Float64:
        v = scale * vector
        moved: Float64 = scale * (through * v - flow @ v - back @ v)
        return moved

    operator = LinearOperator((n, n), matvec=laplacian, dtype=np.float64)
    most = min(2 * n + 10, _SOLVER_STEPS)
    solved = cg(operator, scale * excess, rtol=1e-8, maxiter=most)[0]
    step: Float64 = scale * solved
    return step
