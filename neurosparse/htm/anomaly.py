"""From surprise to alarm: raw anomaly, and how unlikely it is given the past."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, log, log10, pi, sqrt
from typing import NamedTuple

from neurosparse import checks
from neurosparse.sdr import SDR

_LEAST_MEAN = 0.03
_LEAST_VARIANCE = 0.0003


def anomaly_score(active: SDR, predicted: SDR) -> float:
    """Share of active columns that were not predicted, |A \\ P| / |A| (0 when none is active).

    >>> anomaly_score(SDR([1, 2], 9), SDR([2, 3], 9))
    0.5
    """
    return 1 - active.overlap(predicted) / len(active) if len(active) else 0.0


def log_score(likelihood: float) -> float:
    """Likelihood on a scale where 0.9999999999 is 1: ln(1.0000000001 − l) / ln(1e-10).

    >>> round(log_score(0.99999), 6)
    0.5
    """
    likelihood = checks.fraction("likelihood", likelihood)
    return log(1.0000000001 - likelihood) / -23.02585084720009


class LikelihoodState(NamedTuple):
    """Running Gaussian of the raw score, and the surprise of the last row."""

    mean: float = 1.0
    variance: float = 0.0003
    records: int = 0
    previous: float = 0.0


def tail_exponent(z: float) -> float:
    """−log₁₀ of the Gaussian tail, ½·erfc(z / √2); also where the tail underflows.

    >>> round(tail_exponent(0.0), 6), round(tail_exponent(40.0))
    (0.30103, 349)
    """
    if z < 20:
        return -log10(0.5 * erfc(z / sqrt(2)))
    return (z * z / 2 + log(z * sqrt(2 * pi))) / log(10)  # relative error below 1/z²


@dataclass(frozen=True)
class AnomalyLikelihood:
    """How unlikely the present anomaly score is, under a running Gaussian over about `period` rows.

    z = (x − mean) / σ, l = 1 − ½·erfc(z / √2), combined = 1 − (1 − l)·(1 − l_prev); then the
    Gaussian moves by α = 1 − e^(−1/period). It is 0 for the first `period` rows; mean and variance
    count as at least 0.03 and 0.0003.

    Source: Ahmad, Lavin, Purdy & Agha, "Unsupervised real-time anomaly detection for streaming
    data", Neurocomputing 262 (2017), doi:10.1016/j.neucom.2017.04.070.

    >>> rule = AnomalyLikelihood(100)
    >>> state = LikelihoodState()
    >>> for x in [0.0] * 1000 + [1.0]:
    ...     state, likelihood = rule(state, x)
    >>> likelihood
    1.0
    """

    period: int = 1000

    def __post_init__(self) -> None:
        checks.whole_number("period", self.period, 1)

    def __call__(
        self, state: LikelihoodState, score: float
    ) -> tuple[LikelihoodState, float]:
        """Take one raw score in [0, 1]; return the next state and the combined likelihood."""
        following, exponent = self.surprise(state, score)
        return following, 1 - 10.0**-exponent

    def surprise(
        self, state: LikelihoodState, score: float
    ) -> tuple[LikelihoodState, float]:
        """As a call, but return −log₁₀(1 − likelihood), which never saturates.

        Raises:
            ValueError: a score outside [0, 1], or NaN.
        """
        checks.fraction("score", score)
        checks.not_negative("state.variance", state.variance)
        checks.fraction("state.mean", state.mean)
        sigma = sqrt(max(state.variance, _LEAST_VARIANCE))
        single = tail_exponent((score - max(state.mean, _LEAST_MEAN)) / sigma)
        alpha = 1 - exp(-1 / self.period)
        moved = score - state.mean
        mean = state.mean + alpha * moved
        variance = (1 - alpha) * (state.variance + alpha * moved * moved)
        following = LikelihoodState(mean, variance, state.records + 1, single)
        if state.records < self.period:
            return following, 0.0
        return following, single + state.previous
