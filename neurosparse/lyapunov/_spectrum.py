"""Lyapunov spectra by repeated orthonormalisation."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.lyapunov.system import System, finite, settled
from neurosparse.typing import Float64, Seed


class LyapunovSpectrum(NamedTuple):
    """Exponents in descending order, and how they converged.

    Attributes:
        exponents: `[k]`, per unit of time.
        history: running averages after each orthonormalisation, `[blocks, k]`.
        times: when that was, `[blocks]`.
        vectors: the last orthonormal system, `[k, n]`; its first row points where perturbations
            grow fastest.
    """

    exponents: Float64
    history: Float64
    times: Float64
    vectors: Float64


def spectrum(
    system: System,
    state: Any,
    steps: int,
    *,
    k: int | None = None,
    every: int = 1,
    transient: int = 0,
    settle: int | None = None,
    rng: Seed = None,
) -> LyapunovSpectrum:
    """Estimate the k largest exponents, λ_i = Σ ln|R_ii| / T, from QR steps along a trajectory.

    What they mean depends on the system: exponents proper where it is smooth, *surrogate* exponents
    for `DiscreteLif`. Source: G. Benettin et al., Meccanica 15 (1980), doi:10.1007/BF02128236; for
    rate networks R. Engelken, F. Wolf, L. F. Abbott, Phys. Rev. Res. 5 (2023),
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
            when None.
        rng: seed or generator of the first vectors.

    Raises:
        ValueError: counts out of range, or a trajectory that diverges.

    >>> from neurosparse.lyapunov import LinearMap
    >>> system = LinearMap([[0.5, 1.0], [0.0, 2.0]])
    >>> spectrum(system, [1e-9, 0.0], 99, rng=0).exponents.round(3)
    array([ 0.693, -0.693])
    """
    steps = whole_number("steps", steps, 1)
    every = whole_number("every", every, 1)
    t = whole_number("transient", transient)
    state = settled(system, state, t)
    n = len(state)
    k = n if k is None else k
    if not 1 <= k <= n:
        raise bad_argument("k", k, f"1..{n}, the size of the state")
    vectors = np.linalg.qr(np.random.default_rng(rng).standard_normal((n, k)))[0].T
    settle = -(-steps // 10) if settle is None else whole_number("settle", settle)
    settling = -(-settle // every)
    averaged = -(-steps // every)
    growth = np.empty((settling + averaged, k))
    for block in range(settling + averaged):
        # what overflows is found below, and named
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(every):
                vectors = system.push(state, vectors, t)
                state = system.step(state, t)
                t += 1
        q, r = np.linalg.qr(finite(vectors, t).T)
        vectors = q.T
        with np.errstate(divide="ignore"):
            growth[block] = np.log(np.abs(np.diagonal(r)))
    finite(state, t)
    times = np.asarray(np.arange(1, averaged + 1) * every * system.dt, np.float64)
    return averages(growth[settling:], times, vectors)


def averages(growth: Float64, times: Float64, vectors: Float64) -> LyapunovSpectrum:
    """Average the growth `[blocks, k]` up to each of `times [blocks]`, the largest first."""
    history = np.cumsum(growth, axis=0) / times[:, None]
    order = np.argsort(-history[-1], kind="stable")
    return LyapunovSpectrum(history[-1][order], history[:, order], times, vectors)
