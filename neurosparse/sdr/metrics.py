"""Running metrics of a stream of SDRs: sparsity, activation frequency, overlap of successive SDRs.

All use an exponential average that warms up: α = 1 / min(period, samples so far).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from neurosparse.sdr.value import SDR


@dataclass(frozen=True)
class RunningMean:
    """Exponential mean, variance, minimum and maximum of a scalar.

    d = x − mean; mean += α·d; var = (1−α)·(var + α·d²): the population variance until `period`
    samples.

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
        if self.period < 1:
            raise ValueError(f"period: got {self.period}, want at least 1 sample")

    @property
    def std(self) -> float:
        """Standard deviation."""
        return float(np.sqrt(self.var))

    def add(self, x: float) -> RunningMean:
        """Return the metric with one more sample."""
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


def binary_entropy(p: NDArray[np.float64]) -> NDArray[np.float64]:
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
    """How often each cell is active: f ← (1−α)·f + α·active, [size].

    `frequency` may be given with `samples >= period` to start from a known value instead of warming
    up.

    >>> f = ActivationFrequency(period=10)
    >>> for on in ([], [0, 1], [1]):
    ...     f = f.add(SDR(on, 2))
    >>> [round(float(x), 4) for x in f.frequency], round(f.entropy, 6)
    ([0.3333, 0.6667], 0.918296)
    """

    period: int
    samples: int = 0
    frequency: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if self.period < 1:
            raise ValueError(f"period: got {self.period}, want at least 1 sample")

    def add(self, sdr: SDR) -> ActivationFrequency:
        """Return the metric with one more SDR."""
        alpha = 1 / min(self.period, self.samples + 1)
        f = (self.frequency if self.frequency.size else np.zeros(sdr.size)) * (1 - alpha)
        if f.size != sdr.size:
            raise ValueError(f"sdr: has {sdr.size} cells, want {f.size} as before")
        f[sdr.indices] += alpha
        return replace(self, samples=self.samples + 1, frequency=f)

    @property
    def entropy(self) -> float:
        """mean H₂(f) / H₂(mean f): 1 when all cells are used alike (0 when none is ever active)."""
        if not self.frequency.size:
            return 0.0
        whole = float(binary_entropy(np.array([self.frequency.mean()]))[0])
        return float(binary_entropy(self.frequency).mean()) / whole if whole > 0 else 0.0


@dataclass(frozen=True)
class OverlapMetric:
    """Similarity of successive SDRs: |A_t ∩ A_{t−1}| / max(|A_t|, |A_{t−1}|), 1 when both are empty.

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
    """Sparsity, activation frequency and overlap together, over about `period` SDRs.

    >>> m = Metrics.start(period=100).add(SDR([0], 10)).add(SDR([0, 1], 10))
    >>> print(m)
    sparsity  mean 0.15 std 0.05 min 0.1 max 0.2
    frequency mean 0.15 std 0.32 min 0 max 1 entropy 0.164
    overlap   mean 0.5 std 0 min 0.5 max 0.5
    """

    sparsity: RunningMean
    frequency: ActivationFrequency
    overlap: OverlapMetric

    @classmethod
    def start(cls, period: int) -> Metrics:
        """Empty metrics that average over about `period` SDRs."""
        return cls(
            RunningMean(period), ActivationFrequency(period), OverlapMetric(RunningMean(period))
        )

    def add(self, sdr: SDR) -> Metrics:
        """Return the metrics with one more SDR."""
        return Metrics(
            self.sparsity.add(sdr.sparsity), self.frequency.add(sdr), self.overlap.add(sdr)
        )

    def __str__(self) -> str:
        if not self.sparsity.samples:
            return "no sample yet"
        s = self.sparsity
        f = self.frequency.frequency
        o = self.overlap.stats
        return "\n".join(
            (
                f"sparsity  mean {s.mean:.3g} std {s.std:.3g} min {s.min:.3g} max {s.max:.3g}",
                f"frequency mean {f.mean():.3g} std {f.std():.3g} min {f.min():.3g} max {f.max():.3g} "
                f"entropy {self.frequency.entropy:.3g}",
                f"overlap   mean {o.mean:.3g} std {o.std:.3g} min {o.min:.3g} max {o.max:.3g}",
            )
        )
