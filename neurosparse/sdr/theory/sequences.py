"""Segments that serve several patterns, and memories of transitions (F13, F14)."""

from __future__ import annotations

from math import exp

from neurosparse.errors import bad_argument
from neurosparse.sdr.theory._tail import check_whole, log_any
from neurosparse.sdr.theory.matching import false_positive, log_false_positive


def mixed_segment(n: int, a: int, theta: int, m: int) -> float:
    """False positive of one segment that stores m patterns with 2·θ synapses each (s = 2·m·θ).

    Source: Hawkins & Ahmad 2016, table 1D.

    >>> f"{mixed_segment(100_000, 2000, 10, 2):.8e}"
    '4.91541865e-09'
    """
    check_whole(theta=theta, m=m)
    if m < 1:
        raise bad_argument("m", m, "at least one pattern")
    return false_positive(n, a, 2 * m * theta, theta)


def sequence_jaccard(
    n: int, a: int, s: int = 25, theta: int = 10, transitions: int = 19_000
) -> float:
    """Mean Jaccard index of the cells a first-order sequence memory predicts and those that come.

    Each cell holds transitions·a/n segments, so a wrong one is predicted with
    e = 1 − (1 − P_fp(n, a, s, θ))^(transitions·a/n), and J = a / (a + e·(n − a)).

    >>> round(sequence_jaccard(1000, 64), 10)
    0.9846976836
    """
    check_whole(transitions=transitions)
    wrong = exp(log_any(log_false_positive(n, a, s, theta), transitions * a / n))
    return a / (a + wrong * (n - a))
