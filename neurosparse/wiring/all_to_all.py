"""Everybody to everybody."""

from dataclasses import dataclass

import numpy as np

from neurosparse.kernels.graphs import wire
from neurosparse.wiring._rule import Rows, WiringRule, square


@dataclass(frozen=True, eq=False)
class AllToAll(WiringRule):
    """Connect every neuron to every neuron, or to every other one with `allow_self=False`.

    >>> AllToAll(allow_self=False).build(3, 3).to_dense().tolist()
    [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """

    allow_self: bool = True

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """All pairs."""
        return float(n_pre) * n_post

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Rows 0..n_post-1, without i in row i unless that is allowed."""
        return self.columns(n_pre, n_post, rng, 0, n_post)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows:
        """Rows low..high-1."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        pre = np.array([0, n_pre])
        post = np.array([0, n_post])
        unused = np.zeros(2, np.uint32)  # p = 1 draws nothing
        every = np.ones((1, 1))
        return wire.bernoulli(
            pre, post, every, not self.allow_self, unused, span=(low, high)
        )
