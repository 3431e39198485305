"""How much order phases have: all together, around each, in groups."""

from typing import Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.graphs.neighbour_sums import neighbour_sums
from neurosparse.oscillators.kuramoto import joined, pulls_of
from neurosparse.quantities import real_numbers
from neurosparse.typing import Array, Float64


def order_parameter(theta: Any, harmonic: int = 1) -> Any:
    """Z_m = Σ_j e^{imθ_j} / n, complex; |Z_m| is near 1 where phases stand in m clusters.

    Source: H. Daido, Prog. Theor. Phys. 88 (1992), doi:10.1143/ptp.88.1213.

    Args:
        theta: phases `[..., n]`.
        harmonic: m.

    Raises:
        ValueError: no phases.

    >>> bool(abs(order_parameter([0.0, np.pi])) < 1e-12)
    True
    >>> round(float(abs(order_parameter([0.0, np.pi], harmonic=2))), 12)
    1.0
    """
    phases = _phases(theta)
    waves = np.exp(1j * whole_number("harmonic", harmonic, 1) * phases)
    return waves.mean(axis=-1)


def local_order(connectivity: Connectivity, theta: Any) -> Float64:
    """|Σ_j W_ij e^{iθ_j}| / Σ_j |W_ij| of each oscillator `[n]`; 0 where none pulls at it.

    >>> star = Connectivity.from_dense([[0, 0, 0], [1, 0, 0], [1, 0, 0]])
    >>> local_order(star, [0.0, 1.0, 1.0]).round(6).tolist()
    [1.0, 0.0, 0.0]
    """
    n = joined(connectivity)
    phases = _phases(theta)
    if phases.shape != (n,):
        raise bad_argument("theta", Said(f"shape {list(phases.shape)}"), f"{n} phases")
    pulls = pulls_of(connectivity)
    waves = np.stack([np.cos(phases), np.sin(phases)], axis=1)
    sums = neighbour_sums(pulls.indptr, pulls.pre, pulls.weights, waves)
    sizes = neighbour_sums(pulls.indptr, pulls.pre, np.abs(pulls.weights), np.ones((n, 1)))
    least = np.finfo(float).tiny
    pull = np.hypot(sums[:, 0], sums[:, 1])
    return np.asarray(pull / np.maximum(sizes[:, 0], least))


def group_order(theta: Any, labels: Any) -> Float64:
    """r of each group at each time, `[times, groups]`, groups in ascending order of their label.

    Args:
        theta: phases `[times, n]`.
        labels: group of each oscillator `[n]`.

    Raises:
        ValueError: shapes that do not fit.

    >>> group_order([[0.0, 0.0, 0.0, np.pi]], [0, 0, 1, 1]).round(6).tolist()
    [[1.0, 0.0]]
    """
    phases = np.atleast_2d(_phases(theta))
    groups: Array = np.asarray(labels)
    if groups.shape != phases.shape[1:]:
        fault = Said(f"shape {list(groups.shape)}")
        raise bad_argument("labels", fault, f"{phases.shape[1]} labels")
    waves = np.exp(1j * phases)
    rows = [np.abs(waves[:, groups == one].mean(axis=1)) for one in np.unique(groups)]
    return np.stack(rows, axis=1)


def chimera_index(theta: Any, labels: Any) -> float:
    """Variance of r over groups at a time, its mean over times; 0 where all are alike.

    Source: M. Shanahan, Chaos 20 (2010), doi:10.1063/1.3305451.

    >>> round(chimera_index([[0.0, 0.0, 0.0, np.pi]], [0, 0, 1, 1]), 6)
    0.5
    """
    order = group_order(theta, labels)
    if order.shape[1] < 2:
        raise bad_argument("labels", Said("one group"), "two groups or more")
    return float(order.var(axis=1, ddof=1).mean())


def metastability(theta: Any, labels: Any) -> float:
    """Variance of r over times in a group, its mean over groups; 0 where nothing comes and goes.

    Source: M. Shanahan, Chaos 20 (2010), doi:10.1063/1.3305451.

    >>> metastability([[0.0, 0.0], [0.5, 0.5]], [1, 1])
    0.0
    """
    order = group_order(theta, labels)
    if len(order) < 2:
        raise bad_argument("theta", Said("one time"), "two times or more")
    return float(order.var(axis=0, ddof=1).mean())


def _phases(theta: Any) -> Float64:
    phases = real_numbers("theta", theta, "phases [..., n]")
    if phases.ndim == 0 or phases.size == 0:
        raise bad_argument("theta", Said("no phases"), "phases [..., n]")
    if not np.isfinite(phases).all():
        raise bad_argument("theta", Said("NaN or infinity"), "finite phases")
    return phases
