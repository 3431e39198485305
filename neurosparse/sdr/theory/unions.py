"""The OR of many codes: how full it gets, and how often it matches by chance (F8-F12)."""

from __future__ import annotations

from math import exp, expm1, inf, log, log1p

from neurosparse.sdr.theory._tail import check_counts, check_whole, power
from neurosparse.sdr.theory.matching import inexact_match


def log_union_zero(n: int, w: int, m: int) -> float:
    """Natural logarithm of the chance that a cell is still silent after the OR of m codes.

    >>> round(log_union_zero(1024, 20, 20), 6)
    -0.39449
    """
    check_whole(w=w, m=m)
    check_counts(n, w=w)
    if w == n:
        return 0.0 if m == 0 else -inf
    return m * log1p(-w / n)


def union_zero(n: int, w: int, m: int) -> float:
    """Probability that a given cell is still silent after the OR of m random codes, (1 − w/n)^m.

    >>> round(union_zero(10, 2, 2), 12)
    0.64
    """
    return power(log_union_zero(n, w, m))


def union_zero_approximation(n: int, w: int, m: int) -> float:
    """e^(−m·w/n), good only while w/n is small: at w/n = 0.2, m = 40 it is 2.5 times too large.

    >>> f"{union_zero(10, 2, 40):.3e} {union_zero_approximation(10, 2, 40):.3e}"
    '1.329e-04 3.355e-04'
    """
    check_whole(w=w, m=m)
    check_counts(n, w=w)
    return max(exp(-m * w / n), 5e-324)


def expected_ones(n: int, w: int, m: int) -> float:
    """Expected number of active cells in the OR of m random codes, n·(1 − (1 − w/n)^m).

    >>> round(expected_ones(1024, 20, 20), 6)
    333.799801
    """
    zero = log_union_zero(n, w, m)
    return -n * expm1(zero)


def log_union_match(n: int, w: int, m: int) -> float:
    """Natural logarithm of `union_match`.

    >>> round(log_union_match(2048, 1, 1), 6)
    -7.624619
    """
    zero = log_union_zero(n, w, m)
    if zero < 0:
        return w * log(-expm1(zero))
    return -inf if w else 0.0


def union_match(n: int, w: int, m: int) -> float:
    """Probability that all w cells of a random new code lie in the OR of m codes.

    P = (1 − (1 − w/n)^m)^w. A stored code always matches: unions have no false negatives.

    >>> f"{union_match(1024, 20, 20):.9e}"
    '1.835364562e-10'
    """
    return power(log_union_match(n, w, m))


def union_inexact_match(n: int, w: int, m: int, theta: int) -> float:
    """Probability that at least θ cells of a random code lie in the OR of m codes.

    As `inexact_match` with the expected, real-valued size of the union.

    >>> f"{union_inexact_match(1024, 20, 20, 19):.6e}"
    '5.551661e-09'
    """
    return inexact_match(n, w, theta, expected_ones(n, w, m))
