"""How much `HopfieldNetwork` and `DenseMemory` hold: overlaps, errors of one step, capacities.

All are for many units, random patterns without correlation and no noise. Sources: Amit, Gutfreund &
Sompolinsky 1985, doi:10.1103/PhysRevLett.55.1530; Krotov & Hopfield 2016, arXiv:1606.01164;
Demircigil et al. 2017, arXiv:1702.01929.
"""

import math
import sys
from fractions import Fraction

from neurosparse.checks import positive, whole_number
from neurosparse.errors import bad_argument

MOST = sys.float_info.max  # more patterns than that are infinitely many


def hopfield_network_one_step_error(load: float) -> float:
    """Share of units that flip in one update from a stored pattern: erfc(1/sqrt(2 load)) / 2.

    Args:
        load: patterns / units.

    >>> [round(hopfield_network_one_step_error(a), 4) for a in (0.105, 0.138, 0.185)]
    [0.001, 0.0036, 0.01]
    """
    return 0.5 * math.erfc(1 / math.sqrt(2 * positive("load", load)))


def hopfield_network_overlap(load: float) -> float:
    """Overlap m of the attractor near a pattern with it; 0 above the critical load 0.1379.

    m = erf(y), y the largest root of y (sqrt(2 load) + 2/sqrt(pi) e^(-y^2)) = erf(y).

    >>> round(hopfield_network_overlap(0.1), 5), hopfield_network_overlap(0.14)
    (0.998, 0.0)
    """
    slope = math.sqrt(2 * positive("load", load))
    y = 1 / slope + 1.0
    # from above the largest root, y <- erf(y) / (...) falls to it, or to 0 where there is none
    for _ in range(100_000):
        new = math.erf(y) / (slope + 2 / math.sqrt(math.pi) * math.exp(-y * y))
        if abs(new - y) < 1e-13 or new < 1e-3:
            break
        y = new
    return math.erf(new) if new > 1e-3 else 0.0


def hopfield_network_critical_load() -> float:
    """The load at which retrieval ends, by bisection of `hopfield_network_overlap`.

    >>> round(hopfield_network_critical_load(), 4)
    0.1379
    """
    low, high = 0.1, 0.2
    for _ in range(24):
        middle = (low + high) / 2
        if hopfield_network_overlap(middle) > 0.5:
            low = middle
        else:
            high = middle
    return low


def dense_memory_one_step_error(n: int, degree: int, patterns: int) -> float:
    """Share of units that flip in one update of a dense memory from a stored pattern.

    erfc(sqrt(n^(degree-1) / (2 patterns (2 degree - 3)!!))) / 2 for F(x) = x^degree.

    >>> round(dense_memory_one_step_error(100, 3, 1000), 4)
    0.0339
    """
    signal = whole_number("n", n, 1) ** (_degree(degree) - 1)
    noise = 2 * whole_number("patterns", patterns, 1) * _odd_factorial(degree)
    return 0.5 * math.erfc(math.sqrt(signal / noise))


def dense_memory_capacity(n: int, degree: int) -> float:
    """Patterns a dense memory holds without errors: n^(degree-1) / (2 (2 degree - 3)!! ln n).

    F(x) = x^degree.

    >>> round(dense_memory_capacity(100, 2), 1), round(dense_memory_capacity(100, 3))
    (10.9, 362)
    """
    # a fraction of whole numbers: as a float the power would overflow before it is divided
    signal = whole_number("n", n, 2) ** (_degree(degree) - 1)
    patterns = signal / Fraction(2 * _odd_factorial(degree))
    return float(patterns) / math.log(n) if patterns < MOST else math.inf


def exponential_memory_capacity(n: int, share_wrong: float) -> float:
    """Patterns an exponential memory holds that repairs cues with some units wrong, as n grows.

    exp(n I / 2), I = ((1+x) ln(1+x) + (1-x) ln(1-x)) / 2 at x = 1 - 2 share_wrong; 2^(n/2) for
    right cues.

    Args:
        n: units.
        share_wrong: largest share of wrong units in a cue.

    >>> round(exponential_memory_capacity(40, 0.0)) == 2**20
    True
    """
    if not 0 <= share_wrong < 0.5:
        raise bad_argument("share_wrong", share_wrong, "a share from 0 to below 0.5")
    up = 2 - 2 * share_wrong
    down = 2 * share_wrong
    rate = (up * math.log(up) + (down * math.log(down) if down else 0.0)) / 2
    power = rate * whole_number("n", n, 1) / 2
    return math.exp(power) if power < math.log(MOST) else math.inf


def _degree(degree: int) -> int:
    return whole_number("degree", degree, 2)


def _odd_factorial(degree: int) -> int:
    """(2 degree - 3)!!."""
    return math.prod(range(1, 2 * _degree(degree) - 2, 2))
