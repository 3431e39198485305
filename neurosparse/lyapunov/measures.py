"""Numbers that sum up a spectrum."""

from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Float64


def _descending(exponents: Any) -> Float64:
    values = np.asarray(exponents, np.float64)
    if values.ndim != 1 or not len(values) or np.isnan(values).any():
        raise bad_argument("exponents", values, "numbers, shape [k]")
    return -np.sort(-values)


def kaplan_yorke(exponents: Any) -> float:
    """Attractor dimension D = m + Σ_{i≤m} λ_i / |λ_{m+1}|, m the most whose sum is not negative.

    Source: J. L. Kaplan, J. A. Yorke (1979), doi:10.1007/BFb0064319.

    Raises:
        ValueError: the sum of all exponents is still positive, so that the dimension is not
            determined (for a full spectrum: the volume grows, and there is no attractor).

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
        received = Said(f"{m} exponents with the sum {sums[-1]:.4g}")
        remedy = "ask spectrum for a larger k"
        raise bad_argument("exponents", received, "enough to make the sum negative", remedy)
    return float(m + sums[m - 1] / abs(ordered[m]))


def entropy_rate(exponents: Any) -> float:
    """Sum of the positive exponents, in nats: an upper bound of the entropy rate.

    Equal to the dynamical (Kolmogorov-Sinai) entropy rate where Pesin's identity holds. Source:
    Y. B. Pesin (1977), doi:10.1070/RM1977v032n04ABEH001639.

    >>> entropy_rate([0.9, 0.0, -14.6])
    0.9
    """
    return float(np.maximum(_descending(exponents), 0.0).sum())


def participation(vector: Any) -> float:
    """Number of neurons that carry a vector `[n]`: (Σ|v|²)² / Σ|v|⁴.

    It is 1 when one neuron does, n when all do alike.

    >>> participation([0.0, 2.0, 0.0]), participation([1.0, -1.0])
    (1.0, 2.0)
    """
    squares = np.abs(np.asarray(vector)) ** 2
    if not squares.sum() > 0:
        raise bad_argument("vector", vector, "a vector that is not 0")
    return float(squares.sum() ** 2 / (squares**2).sum())
