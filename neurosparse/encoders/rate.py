"""Rate codes: a number as the share of steps in which a neuron spikes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse import checks, grid
from neurosparse.available import refuse_beyond_memory
from neurosparse.encoders.spikes import Spikes, as_signal, as_spikes
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Float32, Float64, Seed


def raster(spikes: Spikes, n_steps: int, n: int) -> Float32:
    """Write spikes (step, neuron) as 0 and 1, `[n_steps, n]`.

    Raises:
        ValueError: a spike outside, or not as many steps as neurons.
        TypeError: sizes or spikes that are no whole numbers.

    >>> raster((np.array([1]), np.array([0], np.int32)), 2, 2).tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    checks.whole_number("n_steps", n_steps, 1)
    steps, neurons = as_spikes(spikes, n_steps, n)
    size = f"{n_steps:,} steps of {n:,} neurons"
    refuse_beyond_memory("n_steps", 4.0 * n_steps * n, size)
    out = np.zeros((n_steps, n), np.float32)
    out[steps, neurons] = 1
    return out


@dataclass(frozen=True)
class RateEncoder:
    """Let every channel spike at random, in each step with probability `most` x, x in [0, 1].

    >>> encoder = RateEncoder(n_steps=1000, most=0.5)
    >>> counts = np.bincount(encoder.encode([1.0, 0.2, 0.0], rng=0)[1], minlength=3)
    >>> bool(abs(counts[0] - 500) < 60), bool(abs(counts[1] - 100) < 40), int(counts[2])
    (True, True, 0)
    """

    n_steps: int
    most: float = 1.0

    def __post_init__(self) -> None:
        checks.keep_counts(self, 1, "n_steps")
        if not 0 < checks.finite("most", self.most) <= 1:
            raise bad_argument("most", self.most, "a probability a step above 0, up to 1")

    def encode(self, values: Any, rng: Seed = None) -> Spikes:
        """Return (step, neuron) of all spikes of one frame `[n_channels]`."""
        frame = as_signal(values, 1)
        if frame.size and not (frame.min() >= 0 and frame.max() <= 1):
            received = Said(f"{frame.min()} to {frame.max()}")
            raise bad_argument("values", received, "numbers from 0 to 1")
        size = f"{self.n_steps:,} steps of {frame.size:,} channels"
        refuse_beyond_memory("n_steps", 10.0 * self.n_steps * frame.size, size)
        drawn = np.random.default_rng(rng).random((self.n_steps, frame.size))
        steps, neurons = np.nonzero(drawn < self.most * frame)
        return steps.astype(np.int64), neurons.astype(np.int32)

    def decode(self, spikes: Spikes, n_channels: int) -> Float64:
        """Estimate the frame `[n_channels]` by the share of steps with a spike.

        >>> RateEncoder(4, most=0.5).decode((np.array([0, 3]), np.array([1, 1])), 2).tolist()
        [0.0, 1.0]
        """
        _, neurons = as_spikes(spikes, self.n_steps, n_channels)
        return np.bincount(neurons, minlength=n_channels) / (self.n_steps * self.most)


def integrate(values: Any, threshold: float = 1.0) -> Spikes:
    """Let every channel add up its signal and spike whenever the sum passes the threshold.

    At most one spike a step; the threshold is then taken off, so nothing is lost. It is a rate code
    without chance.

    Args:
        values: the signal, `[n_steps, n_channels]`.
        threshold: in units of the signal.

    Returns:
        (step, neuron) of all spikes.

    >>> steps, neurons = integrate([[0.6], [0.6], [0.6], [0.6]])
    >>> steps.tolist()
    [1, 3]
    """
    threshold = checks.positive("threshold", threshold, "units of the signal")
    signal = as_signal(values, 2)
    eps = grid.precision(values)
    total = np.zeros(signal.shape[1])
    fired = np.zeros(signal.shape, bool)
    for step, row in enumerate(signal):
        total += row
        # each addition rounds once more
        fired[step] = total >= threshold * (1 - eps * (step + 1))
        total[fired[step]] -= threshold
    steps, neurons = np.nonzero(fired)
    return steps.astype(np.int64), neurons.astype(np.int32)
