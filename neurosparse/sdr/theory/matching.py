"""Matching a stored pattern: false positives and false negatives (F4, F5, F7)."""

from __future__ import annotations

from fractions import Fraction

from neurosparse.sdr.theory._tail import (
    check_counts,
    check_whole,
    exact_tail,
    log_tail,
    log_term,
    power,
)


def exact_false_positive(n: int, a: int, s: int, theta: int) -> Fraction:
    """False positive of a segment as an exact fraction; see `false_positive`.

    >>> exact_false_positive(4, 2, 2, 2)
    Fraction(1, 6)
    """
    check_whole(a=a, s=s, theta=theta)
    check_counts(n, a=a, s=s)
    return exact_tail(n, a, s, theta)


def log_false_positive(n: int, a: float, s: int, theta: int) -> float:
    """Natural logarithm of `false_positive`; `a` may be real (activity that is itself a union).

    >>> round(log_false_positive(200_000, 2000, 1000, 1000) / 2.302585092994046, 1)
    -2132.0
    """
    check_whole(s=s, theta=theta)
    check_counts(n, a=a, s=s)
    return log_tail(n, a, s, theta)


def false_positive(n: int, a: float, s: int, theta: int) -> float:
    """Probability that a random pattern of `a` active cells reaches θ of a segment's s synapses.

    P = Σ_{b=θ}^{min(s,a)} C(s,b)·C(n−s,a−b) / C(n,a)   (Ahmad & Hawkins 2016, equation 1).

    A threshold above s gives 0: nothing reaches it.

    Raises:
        ValueError: a or s outside [0, n].

    >>> f"{false_positive(1024, 8, 4, 2):.10e}"
    '3.1824166542e-04'
    """
    return power(log_false_positive(n, a, s, theta))


def inexact_match(n: int, w: int, theta: int, w_x: float | None = None) -> float:
    """Probability that a random code shares at least θ of its w cells with a fixed one (F4).

    `w_x`, the weight of the fixed code, is w unless given; it may be real, as the expected size of
    a union is.

    >>> f"{inexact_match(1024, 20, 10):.8e}"
    '9.32923862e-14'
    """
    return false_positive(n, w if w_x is None else w_x, w, theta)


def leading_term(n: int, a: float, s: int, theta: int) -> float:
    """The first term (b = θ) of `false_positive`: its usual approximation.

    >>> f"{leading_term(1024, 7, 7, 4):.8e}"
    '2.66596026e-08'
    """
    check_whole(s=s, theta=theta)
    check_counts(n, a=a, s=s, theta=theta)
    return power(log_term(n, a, s, theta)) if theta <= s else 0.0


def exact_false_negative(a: int, s: int, theta: int, v: int) -> Fraction:
    """False negative of a segment as an exact fraction; see `false_negative`.

    >>> exact_false_negative(4, 4, 4, 1)
    Fraction(1, 1)
    """
    check_whole(s=s, theta=theta, v=v)
    check_counts(a, "a", s=s, v=v)
    return exact_tail(a, v, s, s - theta + 1)


def log_false_negative(a: int, s: int, theta: int, v: int) -> float:
    """Natural logarithm of `false_negative`.

    >>> log_false_negative(40, 20, 8, 12)
    -inf
    """
    check_whole(s=s, theta=theta, v=v)
    check_counts(a, "a", s=s, v=v)
    return log_tail(a, v, s, s - theta + 1)


def false_negative(a: int, s: int, theta: int, v: int) -> float:
    """Probability that a segment misses its own pattern after v of its `a` active cells were moved.

    P = Σ_{b=s−θ+1}^{min(s,v)} C(s,b)·C(a−s,v−b) / C(a,v); displaced cells that hit by chance are
    ignored, so the number of cells does not enter. Zero while v <= s − θ.

    >>> f"{1 - false_negative(40, 20, 12, 12):.12f}"
    '0.958820611490'
    """
    return power(log_false_negative(a, s, theta, v))
