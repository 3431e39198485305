"""Numbers that sum up a spectrum."""

from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.lyapunov.system import Float


def _descending(exponents: Any) -> Float:
    given = np.asarray(exponents, np.float64)
    if given.ndim != 1 or not len(given) or np.isnan(given).any():
        raise bad_argument("exponents", given, "numbers, shape [k]")
    return -np.sort(-given)


def kaplan_yorke(exponents: Any) -> float:
    """Attractor dimension D = m + Σ_{i≤m} λ_i / |λ_{m+1}|, m the most whose sum is not negative.

    Source: J. L. Kaplan, J. A. Yorke (1979), doi:10.1007/BFb0064319.

    Raises:
        ValueError: the sum of all that are given is still positive, so that the dimension is not
            determined
            (for a full spectrum: the volume grows, and there is no attractor).

    >>> round(kaplan_yorke([0.906, 0.0, -14.572]), 4)
    2.0622
    >>> kaplan_yorke([-1.0, -2.0])
    0.0
    """
    ordered = _descending(exponents)
    sums = np.cumsum(ordered)
    m = int(np.count_nonzero(sums >= 0))
    if m == 0:
        return 0.0
    if m == len(ordered):
        if sums[-1] == 0:
            return float(m)
        found = Said(f"{m} exponents with the sum {sums[-1]:.4g}")
        raise bad_argument(
            "exponents", found, "enough to make the sum negative", "ask spectrum for a larger k"
        )
    return float(m + sums[m - 1] / abs(ordered[m]))


def entropy_rate(exponents: Any) -> float:
    """Upper bound of the dynamical (Kolmogorov-Sinai) entropy rate, the sum of the positive exponents, in nats.

    Equal to it where Pesin's identity holds. Source: Y. B. Pesin (1977),
    doi:10.1070/RM1977v032n04ABEH001639.

    >>> entropy_rate([0.9, 0.0, -14.6])
    0.9
    """
    return float(np.maximum(_descending(exponents), 0.0).sum())


def participation(vector: Any) -> float:
    """Number of neurons that carry a vector `[n]`, (Σ|v|²)² / Σ|v|⁴: 1 when one does, n when all do alike.

    >>> participation([0.0, 2.0, 0.0]), participation([1.0, -1.0])
    (1.0, 2.0)
    """
    square = np.abs(np.asarray(vector)) ** 2
    if not square.sum() > 0:
        raise bad_argument("vector", vector, "a vector that is not 0")
    return float(square.sum() ** 2 / (square**2).sum())
