"""What theory promises about `HopfieldMemory`, dense and sparse, and within which limits.

The margin laws are exact. The error bounds and capacities hold but are loose, by orders of
magnitude away from well-separated patterns: print them beside measurements, never accept or reject
a run by them.
"""

from typing import NamedTuple

import numpy as np

from neurosparse.checks import finite, whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.memory.entmax.rules import Rule, as_rule
from neurosparse.kernels.memory.retrieve import nearest
from neurosparse.memory.vectors.energy import largest_norm
from neurosparse.memory.vectors.patterns import as_rows
from neurosparse.typing import Array, Bool, Float64


class RetrievalCapacity(NamedTuple):
    """A lower bound on how many random patterns can be stored.

    Attributes:
        base: c of N >= √p · c^((d-1)/4).
        patterns: the bound N.
    """

    base: float
    patterns: float


def _capacity(a: float, b: float, d: int, failure: float) -> RetrievalCapacity:
    from scipy.special import lambertw

    base = b / float(np.real(lambertw(np.exp(a + np.log(b)))))
    return RetrievalCapacity(base, float(np.sqrt(failure) * base ** ((d - 1) / 4)))


def softmax_capacity(
    d: int, beta: float = 1.0, norm: float = 1.0, failure: float = 1e-3
) -> RetrievalCapacity:
    """Patterns on a sphere that softmax retrieval stores with probability 1 - failure.

    a = 2/(d-1)·(1 + ln(2βK²p(d-1))), b = 2K²β/5, c = b / W₀(exp(a + ln b)). Needs d >= 2 and c >= 1
    to say anything. Source: Ramsauer et al. (2021), arXiv:2008.02217, theorem 3.

    Args:
        d: width of a pattern.
        beta: inverse temperature.
        norm: K; the radius of the sphere is K·√(d-1).
        failure: p.

    >>> round(softmax_capacity(20, norm=3.0).base, 4), round(softmax_capacity(75).base, 4)
    (3.1546, 1.3719)
    """
    d = whole_number("d", d)
    _positive(d=d - 1, beta=beta, norm=norm, failure=failure)
    _chance(failure)
    a = 2 / (d - 1) * (1 + np.log(2 * beta * norm**2 * failure * (d - 1)))
    return _capacity(float(a), 2 * norm**2 * beta / 5, d, failure)


def sparse_capacity(
    d: int, beta: float, norm: float, radius: float, failure: float = 1e-3
) -> RetrievalCapacity:
    """Patterns that sparse retrieval stores with probability 1 - failure.

    a = 4/(d-1)·(ln[2m(√p - 1)/R] + 1) as printed needs √p > 1, which no probability has; taken as
    (1/√p - 1), so that the logarithm exists. Medium confidence: quote the paper, not this number.
    Source: Hu et al. (2023), arXiv:2309.12673, lemma 2.1.

    Args:
        d: width of a pattern.
        beta: inverse temperature.
        norm: m, norm of a pattern.
        radius: R, within which a pattern is retrieved.
        failure: p.
    """
    d = whole_number("d", d)
    _positive(d=d - 1, beta=beta, norm=norm, radius=radius, failure=failure)
    _chance(failure)
    a = 4 / (d - 1) * (np.log(2 * norm * (1 / np.sqrt(failure) - 1) / radius) + 1)
    return _capacity(float(a), 4 * norm**2 * beta / (5 * (d - 1)), d, failure)


def pattern_separations(patterns: Array, threads: int = 1) -> Float64:
    """Δ_i = x_i·x_i - max_{j≠i} x_i·x_j of each pattern `[n]`; infinite for a single one.

    >>> pattern_separations(np.array([[1.0, 0.0], [0.5, 1.0]]))
    array([0.5 , 0.75])
    """
    patterns = as_rows("patterns", patterns, None)
    if patterns.dtype not in (np.float32, np.float64):
        patterns = patterns.astype(np.float64)
    if len(patterns) == 1:
        return np.array([np.inf])
    indices, scores = nearest(patterns, np.asarray(patterns), 2, threads=threads)
    squares = np.square(patterns, dtype=np.float64).sum(1)
    # a pattern is often its own best match, but not when another is longer
    itself_first = indices[:, 0] == np.arange(len(patterns))
    best_other = np.where(itself_first, scores[:, 1], scores[:, 0])
    return np.asarray(squares - best_other)


def fixed_patterns(patterns: Array, beta: float, rule: Rule | float = 2.0) -> Bool:
    """Which patterns an update leaves exactly where they are: β Δ_i >= the rule's gap, `[n]`.

    Exact; none under softmax.

    >>> fixed_patterns(np.array([[1.0, 0.0], [0.5, 1.0]]), beta=1.5, rule=2.0)
    array([False,  True])
    """
    _positive(beta=beta)
    return np.asarray(beta * pattern_separations(patterns) >= as_rule(rule).gap)


def exact_retrieval_radius(
    patterns: Array, beta: float, rule: Rule | float = 2.0
) -> Float64:
    """How far a query may be from each pattern so that one update surely returns it, `[n]`.

    (Δ_i - gap/β) / (2M), or 0. Sufficient, not necessary: at 0 nothing is promised.

    >>> exact_retrieval_radius(np.eye(2) * 2, beta=1.0, rule=2.0)
    array([0.75, 0.75])
    """
    _positive(beta=beta)
    room = pattern_separations(patterns) - as_rule(rule).gap / beta
    return np.asarray(np.maximum(room, 0) / (2 * largest_norm(patterns)))


def softmax_error_bound(patterns: Array, beta: float, distance: float) -> Float64:
    """Bound on |f(q) - x_i| after one softmax update from |q - x_i| <= distance, `[n]`.

    2(N-1) M exp(-β(Δ_i - 2 distance M)); says something only where Δ_i > 2·distance·M, and
    `distance` must cover the way from the pattern to its fixed point too. Source: Ramsauer et al.
    (2021), arXiv:2008.02217, theorem 5.
    """
    _positive(beta=beta)
    m = largest_norm(patterns)
    room = pattern_separations(patterns) - 2 * distance * m
    return np.asarray(2 * (len(patterns) - 1) * m * np.exp(-beta * room))


def sparse_error_bound(scores: Array, beta: float, norm: float, d: int, size: int) -> float:
    """Bound on |f(q) - x| for α >= 2: m + √d m β (κ(max s - s_(κ)) + 1/β).

    It is never below m + √d m, the length of the state itself: it bounds growth, not error. Medium
    confidence.

    Args:
        scores: dot products of the query with the patterns, `[N]`.
        beta: inverse temperature.
        norm: m, largest norm of a pattern.
        d: width of a pattern.
        size: κ, of the support.

    Source: Hu et al. (2023), arXiv:2309.12673, theorem 2.2.
    """
    ordered = -np.sort(-np.asarray(scores, np.float64))
    if not 1 <= size <= len(ordered):
        raise bad_argument("size", size, f"1 to {len(ordered)} scores")
    spread = size * (ordered[0] - ordered[size - 1])
    return float(norm + np.sqrt(d) * norm * beta * (spread + 1 / beta))


def _chance(failure: float) -> None:
    if not failure < 1:
        raise bad_argument("failure", failure, "a probability below 1")


def _positive(**numbers: float) -> None:
    for name, value in numbers.items():
        if not finite(name, value) > 0:
            # the formulas need d - 1
            received = value + 1 if name == "d" else value
            expected = "at least 2 dimensions" if name == "d" else "a number above 0"
            raise bad_argument(name, received, expected)
