"""Linear networks under white noise, dx/dt = A x + σ ξ: stability and stationary covariance."""

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import Said, bad_argument
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.typing import Array, Float64


def linearised(net: RecurrentNet, gain: float = 1.0) -> Float64:
    """Write out A = gain W - diag(leak), dense `[post, pre]`.

    >>> from neurosparse.connectivity import Connectivity
    >>> linearised(RecurrentNet.begin(Connectivity.from_dense([[0, 1], [-2, 0]]), 3.0)).tolist()
    [[-3.0, -2.0], [1.0, -3.0]]
    """
    a = gain * net.connectivity.to_dense().T.astype(np.float64)
    a[np.diag_indices(len(a))] -= net.leak
    return a


def abscissa(a: ArrayLike) -> float:
    """Largest real part of the eigenvalues; below 0 the system is stable.

    >>> abscissa([[-1.0, 5.0], [0.0, -2.0]])
    -1.0
    """
    return float(_eigenvalues(np.asarray(a, np.float64)).real.max(initial=-np.inf))


def _eigenvalues(a: Float64) -> Array:
    return np.linalg.eigvalsh(a) if np.array_equal(a, a.T) else np.linalg.eigvals(a)


def stationary_covariance(a: ArrayLike, sigma: float = 1.0) -> Float64:
    """Solve A C + C Aᵀ = -σ² I.

    In closed form where A is symmetric (-A⁻¹ / 2) or normal (-(A + Aᵀ)⁻¹).

    Source: R. H. Bartels, G. W. Stewart, Commun. ACM 15 (1972), doi:10.1145/361573.361582.

    Args:
        a: stable, `[n, n]`.
        sigma: strength of the noise.

    Raises:
        ValueError: an unstable system (the abscissa is named), or a solution that is not positive.

    >>> stationary_covariance([[-2.0, 0.0], [0.0, -4.0]]).tolist()
    [[0.25, 0.0], [0.0, 0.125]]
    """
    a = np.asarray(a, np.float64)
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise bad_argument("a", a, "a square matrix")
    top = abscissa(a)
    if top >= 0:
        received = Said(f"a system with spectral abscissa {top:.4g}")
        remedy = "raise the leak or scale the weights down"
        raise bad_argument("a", received, "a stable one, abscissa below 0", remedy)
    c = sigma**2 * _solve(a)
    c = (c + c.T) / 2
    if not is_positive(c):
        low, high = np.linalg.eigvalsh(c)[[0, -1]]
        received = Said(f"a solution with eigenvalues from {low:.4g} to {high:.4g}")
        remedy = "A is too near instability; raise the leak"
        raise bad_argument("a", received, "a positive covariance", remedy)
    return np.asarray(c)


def _solve(a: Float64) -> Float64:
    if np.array_equal(a, a.T):
        return np.asarray(-0.5 * np.linalg.inv(a))
    if np.array_equal(a @ a.T, a.T @ a):
        return np.asarray(-np.linalg.inv(a + a.T))
    from scipy.linalg import solve_continuous_lyapunov

    return np.asarray(solve_continuous_lyapunov(a, -np.eye(len(a))))


def is_positive(c: ArrayLike, tolerance: float = 1e-5) -> bool:
    """Whether a symmetric matrix has an eigenvalue above 0 and none far below.

    Far is -tolerance times the largest.

    >>> is_positive([[1.0, 2.0], [2.0, 1.0]])
    False
    """
    values = np.linalg.eigvalsh(np.asarray(c, np.float64))
    finite = np.isfinite(values).all()
    return bool(finite and values[-1] > 0 and values[0] >= -tolerance * values[-1])


def slow_mode_error(before: RecurrentNet, after: RecurrentNet, modes: int = 10) -> float:
    """Mean relative error |λ' - λ| / |λ| of the slowest modes.

    Those are the eigenvalues of A with the largest real part.

    Raises:
        ValueError: fewer neurons are left than modes are compared.

    >>> from neurosparse.connectivity import Connectivity
    >>> net = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [1, 0]]), 2.0)
    >>> slow_mode_error(net, net._replace(leak=net.leak * 1.5), modes=1)
    1.0
    """
    modes = min(modes, len(before.leak))
    if not 1 <= modes <= len(after.leak):
        raise bad_argument(
            "modes", modes, f"1..{len(after.leak)}, the neurons that are left"
        )
    old = _slowest(before)[:modes]
    new = _slowest(after)[:modes]
    return float(np.mean(np.abs(new - old) / np.abs(old)))


def _slowest(net: RecurrentNet) -> Array:
    """Eigenvalues of A, the largest real part first."""
    values = _eigenvalues(linearised(net))
    # conjugates in one order, or two equal pairs would seem to differ
    return np.asarray(values[np.lexsort((-values.imag, -values.real.round(12)))])
