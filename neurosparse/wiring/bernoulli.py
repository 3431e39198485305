"""Each pair with the same probability."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.kernels.graphs import wire
from neurosparse.wiring._rule import Rows, WiringRule, key, square


@dataclass(frozen=True, eq=False)
class Bernoulli(WiringRule):
    """Connect each pair with probability p, independently: a directed Erdős-Rényi (Gilbert) graph.

    Geometric leaps make it O(nnz), counted and then drawn straight into the final arrays, and
    synapses onto some neurons are drawn without the others.

    Source: E. N. Gilbert, Ann. Math. Statist. 30, 1141 (1959), doi:10.1214/aoms/1177706098.

    >>> Bernoulli(0.1, allow_self=False).build(1000, 1000, rng=1).nnz
    99568
    """

    p: float
    allow_self: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.probability("p", self.p)

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """The mean of a binomial."""
        return self.p * n_pre * n_post

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Lane by lane, pairs at geometric distances."""
        return self.columns(n_pre, n_post, rng, 0, n_post)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows:
        """The lanes of these columns."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        pre = np.array([0, n_pre])
        post = np.array([0, n_post])
        p = np.array([[self.p]], np.float64)
        return wire.bernoulli(pre, post, p, not self.allow_self, key(rng), span=(low, high))
