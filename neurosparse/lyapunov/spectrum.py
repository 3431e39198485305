"""Lyapunov spectra by repeated orthonormalisation."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.lyapunov.system import Float, System, at_least, finite, settled


class LyapunovSpectrum(NamedTuple):
    """Exponents `[k]` in descending order, and how they converged.

    `history [blocks, k]` holds the running averages after each orthonormalisation, `times [blocks]`
    when that was;
    `vectors [k, n]` the last orthonormal system (its first row points where perturbations grow
    fastest).
    """

    exponents: Float
    history: Float
    times: Float
    vectors: Float


def spectrum(
    system: System,
    state: Any,
    steps: int,
    *,
    k: int | None = None,
    every: int = 1,
    transient: int = 0,
    settle: int | None = None,
    rng: Any = None,
) -> LyapunovSpectrum:
    """Estimate the k largest exponents, λ_i = Σ ln|R_ii| / T, from QR steps along a trajectory.

    What they mean depends on the system: exponents proper where it is smooth, *surrogate* exponents
    for
    `DiscreteLif`. Source: G. Benettin et al., Meccanica 15 (1980), doi:10.1007/BF02128236; for rate
    networks
    R. Engelken, F. Wolf, L. F. Abbott, Phys. Rev. Res. 5 (2023),
    doi:10.1103/PhysRevResearch.5.043044.

    Args:
        system: with `step` and `push`.
        state: `[n]`, where to start.
        steps: to average over, a multiple of `every` (rounded up to one).
        k: number of exponents; all n without it.
        every: steps between two orthonormalisations; too many lose the smaller exponents to
            rounding.
        transient: steps to run before, so that the trajectory is on the attractor.
        settle: further steps in which only the orthonormal system settles; a tenth of `steps`
            unless told.
        rng: seed or generator of the first vectors.

    Raises:
        ValueError: numbers that cannot be meant, or a trajectory that diverges.

    >>> from neurosparse.lyapunov import LinearMap
    >>> spectrum(LinearMap([[0.5, 1.0], [0.0, 2.0]]), [1e-9, 0.0], 99, rng=0).exponents.round(3)
    array([ 0.693, -0.693])
    """
    steps = at_least("steps", steps, 1)
    every = at_least("every", every, 1)
    here = settled(system, state, at_least("transient", transient, 0))
    n = len(here)
    k = n if k is None else k
    if not 1 <= k <= n:
        raise bad_argument("k", k, f"1..{n}, the size of the state")
    vectors = np.linalg.qr(np.random.default_rng(rng).standard_normal((n, k)))[0].T
    settle = -(-steps // 10) if settle is None else at_least("settle", settle, 0)
    early, late = -(-settle // every), -(-steps // every)
    growth = np.empty((early + late, k))
    t = transient
    for block in range(early + late):
        # what overflows is found below, and named
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(every):
                vectors = system.push(here, vectors, t)
                here = system.step(here, t)
                t += 1
        q, r = np.linalg.qr(finite(vectors, t).T)
        vectors = q.T
        with np.errstate(divide="ignore"):
            growth[block] = np.log(np.abs(np.diagonal(r)))
    finite(here, t)
    times = np.arange(1, late + 1) * every * system.dt
    history = np.cumsum(growth[early:], axis=0) / times[:, None]
    order = np.argsort(-history[-1], kind="stable")
    return LyapunovSpectrum(
        history[-1][order], history[:, order], np.asarray(times, np.float64), vectors
    )
