"""Running metrics of a stream of SDRs: share of active cells, frequency of each, overlap in time.

All use an exponential average that warms up: α = 1 / min(period, samples so far).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from neurosparse import checks
from neurosparse.errors import Said, bad_argument
from neurosparse.sdr.value import SDR
from neurosparse.typing import Float64


@dataclass(frozen=True)
class RunningMean:
    """Exponential mean, variance, minimum and maximum of a scalar.

    d = x − mean; mean += α·d; var = (1−α)·(var + α·d²). Until `period` samples that is the
    population variance.

    >>> m = RunningMean(period=10)
    >>> for x in (0.05, 0.45, 0.28):
    ...     m = m.add(x)
    >>> round(m.mean, 6), round(m.std, 5)
    (0.26, 0.16391)
    """

    period: int
    samples: int = 0
    mean: float = 0.0
    var: float = 0.0
    min: float = float("inf")
    max: float = float("-inf")

    def __post_init__(self) -> None:
        checks.keep_numbers(self, "min", "max")
        checks.whole_number("period", self.period, 1)

    @property
    def std(self) -> float:
        """Standard deviation."""
        return float(np.sqrt(self.var))

    def add(self, x: float) -> RunningMean:
        """Return the metric with one more sample."""
        checks.finite("x", x)
        alpha = 1 / min(self.period, self.samples + 1)
        d = x - self.mean
        return replace(
            self,
            samples=self.samples + 1,
            mean=self.mean + alpha * d,
            var=(1 - alpha) * (self.var + alpha * d * d),
            min=min(self.min, x),
            max=max(self.max, x),
        )


def binary_entropy(p: Float64) -> Float64:
    """H₂(p) = −p·log₂p − (1−p)·log₂(1−p) in bits, 0 at both ends.

    >>> p = np.array([.1, .02, .99, .5, .75, .8, .3, .4, 0, 1])
    >>> round(float(binary_entropy(p).sum()), 12)
    5.076676985059
    """
    q = 1 - p
    safe_p = np.where(p > 0, p, 1)
    safe_q = np.where(q > 0, q, 1)
    return np.asarray(-p * np.log2(safe_p) - q * np.log2(safe_q))


@dataclass(frozen=True)
class ActivationFrequency:
    """How often each cell is active: f ← (1−α)·f + α·active, `[size]`.

    `shares` may be set together with `samples >= period`, to start from a known value.

    >>> f = ActivationFrequency(period=10)
    >>> for on in ([], [0, 1], [1]):
    ...     f = f.add(SDR(on, 2))
    >>> [round(float(x), 4) for x in f.shares], round(f.entropy, 6)
    ([0.3333, 0.6667], 0.918296)
    """

    period: int
    samples: int = 0
    shares: Float64 = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        checks.keep_numbers(self)
        checks.keep_fields(self)
        checks.whole_number("period", self.period, 1)

    def add(self, sdr: SDR) -> ActivationFrequency:
        """Return the metric with one more SDR."""
        alpha = 1 / min(self.period, self.samples + 1)
        before = self.shares if self.shares.size else np.zeros(sdr.size)
        if before.size != sdr.size:
            received = Said(f"an SDR of {sdr.size} cells")
            raise bad_argument("sdr", received, f"{before.size} as before")
        shares = before * (1 - alpha)
        shares[sdr.indices] += alpha
        return replace(self, samples=self.samples + 1, shares=shares)

    @property
    def entropy(self) -> float:
        """mean H₂(f) / H₂(mean f): 1 when all cells are used alike (0 when none is ever active)."""
        if not self.shares.size:
            return 0.0
        most = float(binary_entropy(np.array([self.shares.mean()]))[0])
        return float(binary_entropy(self.shares).mean()) / most if most > 0 else 0.0


@dataclass(frozen=True)
class OverlapMetric:
    """Similarity of successive SDRs: |A_t ∩ A_{t−1}| / max(|A_t|, |A_{t−1}|), 1 for two empty ones.

    >>> m = OverlapMetric(RunningMean(10))
    >>> for on in ([0, 1], [1, 2], [1, 2]):
    ...     m = m.add(SDR(on, 4))
    >>> m.stats.mean
    0.75
    """

    stats: RunningMean
    previous: SDR | None = None

    def add(self, sdr: SDR) -> OverlapMetric:
        """Return the metric with one more SDR; the first only primes it."""
        if self.previous is None:
            return replace(self, previous=sdr)
        most = max(len(sdr), len(self.previous))
        share = self.previous.overlap(sdr) / most if most else 1.0
        return OverlapMetric(self.stats.add(share), sdr)


@dataclass(frozen=True)
class Metrics:
    """Share of active cells, frequency of each and overlap together, over about `period` SDRs.

    >>> m = Metrics.start(period=100).add(SDR([0], 10)).add(SDR([0, 1], 10))
    >>> print(m)
    active    mean 0.15 std 0.05 min 0.1 max 0.2
    frequency mean 0.15 std 0.32 min 0 max 1 entropy 0.164
    overlap   mean 0.5 std 0 min 0.5 max 0.5
    """

    active_share: RunningMean
    activation: ActivationFrequency
    overlap: OverlapMetric

    @classmethod
    def start(cls, period: int) -> Metrics:
        """Empty metrics that average over about `period` SDRs."""
        return cls(
            RunningMean(period),
            ActivationFrequency(period),
            OverlapMetric(RunningMean(period)),
        )

    def add(self, sdr: SDR) -> Metrics:
        """Return the metrics with one more SDR."""
        share = self.active_share.add(sdr.active_share)
        return Metrics(share, self.activation.add(sdr), self.overlap.add(sdr))

    def __str__(self) -> str:
        if not self.active_share.samples:
            return "no sample yet"
        f = self.activation.shares
        spread = (
            f"mean {f.mean():.3g} std {f.std():.3g} min {f.min():.3g} max {f.max():.3g}"
        )
        return "\n".join(
            (
                f"active    {_line(self.active_share)}",
                f"frequency {spread} entropy {self.activation.entropy:.3g}",
                f"overlap   {_line(self.overlap.stats)}",
            )
        )


def _line(m: RunningMean) -> str:
    return f"mean {m.mean:.3g} std {m.std:.3g} min {m.min:.3g} max {m.max:.3g}"
