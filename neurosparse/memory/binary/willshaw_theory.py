"""What a Willshaw memory will hold: how dense it gets, and how many units fire that should not.

Symbols: n units of which k are active in each of m random patterns; a cue of c of them. The usual
formula takes the bits of a unit to be independent; they are not, because a unit that is in many
patterns has many bits. `willshaw_dendritic_sums` follows the true distribution. Sources: Willshaw
et al. 1969, doi:10.1038/222960a0; Buckingham & Willshaw 1992, doi:10.1088/0954-898X_3_4_005;
Knoblauch, Palm & Sommer 2010, doi:10.1162/neco.2009.08-07-588.
"""

import math

import numpy as np

from neurosparse.checks import positive, whole_number
from neurosparse.checks import share as check_share
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64


def willshaw_density(n: int, k: int, m: int) -> float:
    """Expected share of set bits between different units: 1 - (1 - k (k-1) / (n (n-1)))^m.

    >>> [round(willshaw_density(1000, 10, m), 4) for m in (2000, 4000, 6931)]
    [0.1649, 0.3026, 0.4644]
    """
    n, k, m = _counts(n, k, m)
    if n == k:
        return float(m > 0)
    return -math.expm1(m * math.log1p(-k * (k - 1) / (n * (n - 1))))


def willshaw_pair_density(
    n_pre: int, k_pre: int, n_post: int, k_post: int, m: int
) -> float:
    """Expected share of set bits of a memory of pairs.

    1 - (1 - k_pre k_post / (n_pre n_post))^m.

    >>> round(willshaw_pair_density(100, 10, 50, 5, 69), 3)
    0.5
    """
    n_pre, k_pre, m = _counts(n_pre, k_pre, m)
    n_post, k_post, m = _counts(n_post, k_post, m)
    both = k_pre * k_post / (n_pre * n_post)
    return -math.expm1(m * math.log1p(-both)) if both < 1 else float(m > 0)


def willshaw_independent_false_ones(n: int, k: int, m: int, c: int) -> float:
    """Expected wrong units if bits were independent, (n - k) p^c.

    Too low by 5 to 60 %: `willshaw_false_ones` is exact.

    >>> round(willshaw_independent_false_ones(1000, 10, 2000, 5), 3)
    0.121
    """
    return (n - k) * willshaw_density(n, k, m) ** _cue(c, k)


def willshaw_dendritic_sums(
    n: int, k: int, m: int, c: int, *, share: float | None = None
) -> Float64:
    """Distribution `[c + 1]` of how many of c cue units are linked to a unit outside the pattern.

    It is exact. The m - 1 other patterns come one after the other: with probability k/n one holds
    the unit, and then links it to k - 1 of the other n - 1 units, so that with s of c linked the
    next has s + t with a hypergeometric chance. The chain's power m - 1 has no cancelling terms,
    unlike the sum of Buckingham and Willshaw, which it equals.

    Args:
        n: units.
        k: active units of a pattern.
        m: patterns.
        c: units of the cue.
        share: for pairs: the chance k_post/n_post that a unit is in an output pattern; all k inputs
            are then drawn of n.

    >>> willshaw_dendritic_sums(1000, 10, 2000, 5)[5] > willshaw_density(1000, 10, 2000) ** 5
    np.True_
    """
    n, k, m = _counts(n, k, m)
    _cue(c, n - 1 if share is None else n)
    if share is None:
        # of the units besides the one that is asked about
        others = n - 1
        drawn = k - 1
        chance = k / n
    else:
        others = n
        drawn = k
        chance = check_share("share", share)
    from scipy.stats import hypergeom

    step = np.zeros((c + 1, c + 1))
    for s in range(c + 1):
        step[s, s:] = chance * hypergeom.pmf(np.arange(c - s + 1), others, c - s, drawn)
        step[s, s] += 1 - chance
    return np.asarray(np.linalg.matrix_power(step, max(m - 1, 0))[0])


def willshaw_false_ones(n: int, k: int, m: int, c: int, theta: int | None = None) -> float:
    """Expected number of wrong units of an autoassociative memory cued with c of k units, exactly.

    A unit fires that is linked to `theta` (default c) of the cue. Random patterns of exactly k
    units each.

    >>> round(willshaw_false_ones(1000, 10, 2000, 5), 3)
    0.168
    """
    _cue(c, k)
    theta = c if theta is None else whole_number("theta", theta, 1)
    n, k, m = _counts(n, k, m)
    if n == k:
        return 0.0
    return (n - k) * float(willshaw_dendritic_sums(n, k, m, c)[theta:].sum())


def willshaw_pair_false_ones(
    n_pre: int, k_pre: int, n_post: int, k_post: int, m: int, c: int
) -> float:
    """Expected number of wrong units of a memory of pairs cued with c of k_pre units, exactly.

    >>> round(willshaw_pair_false_ones(500, 10, 300, 6, 1000, 8), 2)
    0.08
    """
    _cue(c, k_pre)
    _counts(n_post, k_post, m)
    if n_post == k_post:
        return 0.0
    sums = willshaw_dendritic_sums(n_pre, k_pre, m, c, share=k_post / n_post)
    return (n_post - k_post) * float(sums[c])


def willshaw_patterns_at_density(n: int, k: int, p: float = 0.5) -> float:
    """How many patterns make a share p of the bits 1, by inversion of `willshaw_density`.

    About ln 2 (n/k)^2 at one half.

    >>> round(willshaw_patterns_at_density(1000, 10))
    7694
    """
    n, k, _ = _counts(n, k, 1)
    both = k * (k - 1) / (n * (n - 1))
    if not 0 < both < 1:
        raise bad_argument("k", k, f"more than 1 and fewer than {n} active units")
    return math.log1p(-check_share("p", p)) / math.log1p(-both)


def willshaw_high_fidelity_patterns(n: int, k: int, eps: float = 0.01) -> float:
    """How many patterns leave eps k wrong units at a full cue, bits taken as independent.

    p = (eps k / (n - k))^(1/k), m = ln(1 - p) / ln(1 - k^2/n^2).

    >>> round(willshaw_high_fidelity_patterns(1000, 10))
    5083
    """
    n, k, _ = _counts(n, k, 1)
    if n <= k:
        raise bad_argument("k", k, f"fewer than {n} active units")
    p = (positive("eps", eps) * k / (n - k)) ** (1 / k)
    return math.log1p(-min(p, 1 - 1e-12)) / math.log1p(-(k * k) / (n * n))


def _counts(n: int, k: int, m: int) -> tuple[int, int, int]:
    """The three as Python's whole numbers: those of an array would overflow in products."""
    n = whole_number("n", n, 1)
    k = whole_number("k", k, 1)
    m = whole_number("m", m)
    if k > n:
        raise bad_argument("k", k, f"at most n = {n} active units")
    return n, k, m


def _cue(c: int, k: int) -> int:
    if whole_number("c", c, 1) > k:
        raise bad_argument("c", c, f"a cue of at most {k} units")
    return c
