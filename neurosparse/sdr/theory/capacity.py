"""How many codes there are, and how many overlap a given one (F1-F3)."""

from __future__ import annotations

from fractions import Fraction
from math import comb, log2

from neurosparse.sdr.theory._tail import check_counts, check_whole, log_fraction


def n_codes(n: int, w: int) -> int:
    """Number of codes with w of n cells active, C(n, w), exactly.

    >>> n_codes(1024, 3)
    178433024
    """
    check_whole(w=w)
    check_counts(n, w=w)
    return comb(n, w)


def log_n_codes(n: int, w: int) -> float:
    """Natural logarithm of C(n, w).

    >>> round(log_n_codes(2048, 40), 6)
    194.280788
    """
    return log_fraction(Fraction(n_codes(n, w)))


def same_code(n: int, w: int) -> Fraction:
    """Probability that two random codes are the same, 1 / C(n, w), exactly.

    >>> f"{float(same_code(1024, 2)):.12e}"
    '1.909213098729e-06'
    """
    return Fraction(1, n_codes(n, w))


def overlap_set(n: int, w_x: int, w: int, b: int) -> int:
    """Number of codes of weight w that share exactly b cells with a fixed code of weight w_x.

    |Ω_x(n, w, b)| = C(w_x, b)·C(n − w_x, w − b), exactly.

    >>> sum(overlap_set(600, 40, 40, b) for b in range(41)) == n_codes(600, 40)
    True
    """
    check_whole(w_x=w_x, w=w, b=b)
    check_counts(n, w_x=w_x, w=w)
    return comb(w_x, b) * comb(n - w_x, w - b) if 0 <= b <= w else 0


def max_entropy(n: int, k: int) -> float:
    """Most bits that n cells with k active on average can carry: n·H₂(k/n).

    >>> round(max_entropy(2048, 40), 10)
    284.2634198714
    """
    check_counts(n, k=k)
    p = k / n
    return n * sum(-q * log2(q) for q in (p, 1 - p) if q > 0)
