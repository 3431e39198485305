"""The one sum everything here rests on: the upper tail of the hypergeometric distribution.

Written with falling factorials x^(k) = x (x−1) … (x−k+1), a term needs only s factors near one,

    C(s,b) C(n−s, a−b) / C(n,a) = C(s,b) a^(b) (n−a)^(s−b) / n^(s),

so that neither huge binomials nor differences of log-gammas appear, and `a` may be a real number.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, expm1, floor, frexp, inf, log, log1p

from neurosparse.checks import finite, whole_number
from neurosparse.errors import bad_argument

TINY = 5e-324  # smallest positive double: stands where a probability is smaller, but not 0


def check_counts(n: int, whole_n: str = "n", **parts: float) -> None:
    """Refuse n below 1 and parts outside [0, n]; parts may be real, as the size of a union is."""
    if whole_number(whole_n, n) < 1:
        raise bad_argument(whole_n, n, "at least 1 cell")
    for name, value in parts.items():
        if not 0 <= finite(name, value) <= n:
            raise bad_argument(name, value, f"a count from 0 to {whole_n}={n}")


def check_whole(**counts: float) -> None:
    """Refuse counts that are not whole: of 2.5 codes formulas would give some number."""
    for name, value in counts.items():
        # a threshold below 0 is always reached
        whole_number(name, value, -(2**63) if name in ("theta", "b") else 0)


def exact_tail(n: int, a: int, s: int, theta: int) -> Fraction:
    """P(at least θ of s fixed cells are among a random active ones of n), exactly."""
    first = max(theta, 0)
    last = min(s, a)
    hits = sum(comb(s, b) * comb(n - s, a - b) for b in range(first, last + 1))
    return Fraction(hits, comb(n, a))


def log_fraction(p: Fraction) -> float:
    """Natural logarithm of a positive fraction of any size (−inf for 0)."""
    if p <= 0:
        return -inf
    shift = p.numerator.bit_length() - p.denominator.bit_length()
    scaled = p / Fraction(2) ** shift
    return log(scaled) + shift * log(2)


def log_term(n: int, a: float, s: int, b: int) -> float:
    """Logarithm of P(exactly b of s fixed cells are active); `a` may be real."""
    if b > a or s - b > n - a:
        return -inf
    total = log(comb(s, b))
    total += sum(log((a - i) / (n - i)) for i in range(b))
    return total + sum(log((n - a - i) / (n - b - i)) for i in range(s - b))


def log_tail(n: int, a: float, s: int, theta: int) -> float:
    """Logarithm of P(at least θ of s fixed cells are active).

    The tail itself is summed, never 1 − cdf, which would lose it.
    """
    if theta <= 0:
        return 0.0
    logs = [log_term(n, a, s, b) for b in range(theta, min(s, floor(a)) + 1)]
    top = max(logs, default=-inf)
    return -inf if top == -inf else min(0.0, top + log(sum(exp(x - top) for x in logs)))


def power(log_p: float) -> float:
    """exp(log_p) that is 0 only where the probability is."""
    return 0.0 if log_p == -inf else max(exp(log_p), TINY)


def log_any(log_p: float, count: float) -> float:
    """log(1 − (1 − p)^count) without losing small p."""
    if log_p == -inf or count == 0:
        return -inf
    if log_p == 0:
        return 0.0
    if log_p < -700 or log_p + log(count) < -40:
        return log_p + log(count)  # both corrections are below the last bit
    missed = -expm1(count * log1p(-exp(log_p)))
    return log(missed) if frexp(missed)[0] else log_p + log(count)
