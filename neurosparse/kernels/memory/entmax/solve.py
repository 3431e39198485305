"""The threshold τ of Σ clip(u - τ, 0, 1)^power = total (Numba).

For total 1 and power >= 1 the power-norm of (u - τ)₊ is convex in τ and nearly straight: Newton's
steps from the left never pass the root, so scores that a step leaves below τ are dropped for good.
Else by bisection. For power < 1 a small weight hangs on digits that τ has no room for: there τ is
the lowest score of the support less a rest.

`fastmath=False` is said where digits count: a function without a word takes that of whichever
caller compiles it first.
"""

import numpy as np
from numba import njit

from neurosparse.kernels.layers.k_winners.select import kth_largest
from neurosparse.typing import Array

FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}
LOWEST = -1074.0  # log2 of the smallest rest


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
    m = len(u)
    tau = -1.0
    for _ in range(64):
        f = 0.0
        g = 0.0
        kept = 0
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


@njit(cache=True, nogil=True, fastmath=False)
def _polish(u: Array, tau: float, total: float) -> float:
    """τ in closed form from which scores lie inside (0, 1), for power 1."""
    inside = 0
    ones = 0
    sum_inside = 0.0
    for i in range(len(u)):
        s = u[i] - tau
        if s >= 1.0 - 1e-12:
            ones += 1
        elif s > 1e-12:
            inside += 1
            sum_inside += u[i]
    return (sum_inside + ones - total) / inside if inside else tau


@njit(cache=True, nogil=True, fastmath=False)
def _bisect(u: Array, power: float, total: float) -> float:
    k = int(total)
    lo = -1.0
    hi = 0.0
    if k > 1:
        if len(u) < k:
            return -np.inf
        lo = kth_largest(u, k) - 1.0
    for _ in range(80):
        mid = 0.5 * (lo + hi)
        if _sum(u, mid, power) >= total:
            lo = mid
        else:
            hi = mid
    return _polish(u, lo, total) if power == 1.0 and k > 1 else lo


@njit(cache=True, nogil=True, fastmath=False)
def slack(u: float, base: float, rest: float) -> float:
    """How far a score is above τ = base - rest, 0 below it.

    Never within FAST, whose reassociation loses the rest.
    """
    return u - base + rest if u >= base else 0.0


@njit(cache=True, nogil=True, fastmath=False)
def _sum_above(u: Array, base: float, rest: float, power: float) -> float:
    f = 0.0
    for i in range(len(u)):
        s = slack(u[i], base, rest)
        if s > 0.0:
            f += raised(s, power)
    return f


@njit(cache=True, nogil=True, fastmath=False)
def _lowest(u: Array, least: float) -> float:
    low = np.inf
    for i in range(len(u)):
        if u[i] > least:
            low = min(low, u[i])
    return float(low)


@njit(cache=True, nogil=True, fastmath=False)
def _steep(u: Array, power: float) -> tuple[float, float]:
    """The lowest score of the support and what τ lies below it, for power < 1."""
    base = _lowest(u, _bisect(u, power, 1.0) - 1e-15)
    while base < 0.0 and _sum_above(u, base, 0.0, power) >= 1.0:
        base = _lowest(u, base)
    lo, hi = LOWEST, 0.0
    for _ in range(64):
        mid = 0.5 * (lo + hi)
        if _sum_above(u, base, 2.0**mid, power) >= 1.0:
            hi = mid
        else:
            lo = mid
    return base, float(2.0**hi)


@njit(cache=True, nogil=True, fastmath=False)
def threshold(u: Array, power: float, total: float) -> tuple[float, float]:
    """(base, rest) of τ = base - rest for scaled scores u <= 0 [m] float64 whose largest is 0.

    u is used up. base is -inf where fewer than `total` scores are there.
    """
    if total == 1.0 and power >= 1.0:
        return float(_newton(u, power)), 0.0
    if total == 1.0:
        return _steep(u, power)
    return float(_bisect(u, power, total)), 0.0
