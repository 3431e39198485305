"""Neuron i to neuron i."""

from dataclasses import dataclass

import numpy as np

from neurosparse.wiring._rule import Rows, WiringRule, square


@dataclass(frozen=True, eq=False)
class OneToOne(WiringRule):
    """Connect neuron i to neuron i of a population of the same size.

    >>> OneToOne(weight=2.0).build(2, 2).to_dense().tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """One for each neuron."""
        return float(n_pre)

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Row i holds i."""
        square("OneToOne", n_pre, n_post)
        return np.arange(n_pre + 1, dtype=np.int64), np.arange(n_pre, dtype=np.int32)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows:
        """Rows low..high-1 hold their own number, all others nothing."""
        square("OneToOne", n_pre, n_post)
        indptr = np.clip(np.arange(n_pre + 1, dtype=np.int64), low, high) - low
        return indptr, np.arange(low, high, dtype=np.int32)
