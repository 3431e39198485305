"""The threshold τ of Σ clip(u - τ, 0, 1)^power = total (Numba).

For total 1 and power >= 1 the power-norm of (u - τ)₊ is convex in τ and nearly straight: Newton's steps from the
left never pass the root, so scores that a step leaves below τ are dropped for good. Else by bisection.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}
Array = NDArray[Any]


@njit(cache=True, nogil=True, inline="always")
def raised(s: float, power: float) -> float:
    """s^power, the common powers without a logarithm."""
    if power == 1.0:
        return s
    if power == 2.0:
        return s * s
    if power == 0.0:
        return 1.0
    return float(s**power)


@njit(cache=True, nogil=True, fastmath=FAST)
def _newton(u: Array, power: float) -> float:
    m, tau = len(u), -1.0
    for _ in range(64):
        f, g, kept = 0.0, 0.0, 0
        for i in range(m):
            s = u[i] - tau
            if s > 0.0:
                u[kept] = u[i]
                kept += 1
                r = raised(s, power - 1.0)
                f += r * s
                g += r
        m = kept
        if g == 0.0:  # scores that overflowed
            return float(np.nan)
        step = (f - f ** (1.0 - 1.0 / power)) / g
        if not step > 1e-16:
            break
        tau += step
    return tau


@njit(cache=True, nogil=True, fastmath=FAST)
def _sum(u: Array, tau: float, power: float) -> float:
    f = 0.0
    for i in range(len(u)):
        s = min(u[i] - tau, 1.0)
        if s > 0.0:
            f += raised(s, power)
    return f


@njit(cache=True, nogil=True)
def _polish(u: Array, tau: float, total: float) -> float:
    """τ in closed form from which scores lie inside (0, 1), for power 1."""
    inside, ones, sum_inside = 0, 0, 0.0
    for i in range(len(u)):
        s = u[i] - tau
        if s >= 1.0 - 1e-12:
            ones += 1
        elif s > 1e-12:
            inside += 1
            sum_inside += u[i]
    return (sum_inside + ones - total) / inside if inside else tau


@njit(cache=True, nogil=True)
def _bisect(u: Array, power: float, total: float) -> float:
    k = int(total)
    lo, hi = -1.0, 0.0
    if k > 1:
        if len(u) < k:
            return -np.inf
        lo = np.partition(u, len(u) - k)[len(u) - k] - 1.0
    for _ in range(80):
        mid = 0.5 * (lo + hi)
        if _sum(u, mid, power) >= total:
            lo = mid
        else:
            hi = mid
    return _polish(u, lo, total) if power == 1.0 and k > 1 else lo


@njit(cache=True, nogil=True)
def threshold(u: Array, power: float, total: float) -> float:
    """τ for scaled scores u <= 0 [m] float64 whose largest is 0; u is used up.

    -inf where fewer than `total` scores are there.
    """
    if total == 1.0 and power >= 1.0:
        return float(_newton(u, power))
    return float(_bisect(u, power, total))
