"""Matching against many stored codes (F6)."""

from __future__ import annotations

from neurosparse.sdr.theory._tail import check_whole, log_any, power
from neurosparse.sdr.theory.matching import log_false_positive


def log_classification(n: int, w: int, theta: int, m: int) -> float:
    """Natural logarithm of `classification`.

    >>> round(log_classification(1024, 21, 21, 10**9), 4)
    -79.251
    """
    check_whole(m=m)
    return log_any(log_false_positive(n, w, w, theta), m)


def classification(n: int, w: int, theta: int, m: int) -> float:
    """Probability that a random code falsely matches one of m stored random codes, 1 − (1 − fp)^m.

    >>> round(classification(100, 7, 3, 500), 10)
    0.9648392813
    """
    return power(log_classification(n, w, theta, m))


def classification_bound(n: int, w: int, theta: int, m: int) -> float:
    """The union bound m·fp, which may exceed one.

    >>> round(classification_bound(100, 7, 3, 500), 5)
    3.33664
    """
    check_whole(m=m)
    return m * power(log_false_positive(n, w, w, theta))
