"""Activity of a noisy rate network, simulated, for `MeasuredNoise`."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.typing import Float64


@dataclass(frozen=True)
class RateRollout:
    """Noisy activity of rate neurons, dx = (-leak x + W f(x)) dt + σ √dt ξ, several runs at once.

    Args:
        samples: kept, over all runs together.
        burn_in: steps left out of each run.
        share: step as a share of the fastest neuron's time constant.
        sigma: strength of the noise.
        runs: trajectories side by side.
        linear: f(x) = x; otherwise tanh.

    >>> from neurosparse.connectivity import Connectivity
    >>> net = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [0, 0]]))
    >>> RateRollout(samples=50)(net, np.random.default_rng(0)).shape
    (50, 2)
    """

    samples: int = 25_000
    burn_in: int = 300
    share: float = 0.1
    sigma: float = 1.0
    runs: int = 50
    linear: bool = False

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Simulate by Euler and Maruyama: activity `[samples, n]`."""
        from neurosparse.lyapunov.rate import through

        n = net.connectivity.n_pre
        dt = self.share / float(net.leak.max())
        x = np.zeros((self.runs, n))
        steps = -(-self.samples // self.runs)
        kept = np.empty((steps, self.runs, n))
        for t in range(-self.burn_in, steps):
            rate = x if self.linear else np.tanh(x)
            drift = through(net.connectivity, rate) - net.leak * x
            x = x + dt * drift + self.sigma * np.sqrt(dt) * rng.standard_normal(x.shape)
            if t >= 0:
                kept[t] = x if self.linear else np.tanh(x)
        return kept.reshape(-1, n)[: self.samples]
