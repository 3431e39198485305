"""Small worlds: a ring with short cuts."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs import wire
from neurosparse.wiring._rule import Rows, WiringRule, key, square


@dataclass(frozen=True, eq=False)
class WattsStrogatz(WiringRule):
    """Connect each neuron to its k nearest on a ring, then move each synapse with probability p.

    Directed: every out-degree stays k, in-degrees vary with p; a moved synapse goes to a neuron
    that is neither its source nor a target already.

    Args:
        k: neighbours, as many on either side: an even number, or all n - 1.
        p: chance that a synapse is moved.

    Raises:
        ValueError: an odd k, or one that n neurons do not have.

    Source: D. J. Watts, S. H. Strogatz, Nature 393, 440 (1998), doi:10.1038/30918.

    >>> WattsStrogatz(2, 0.0).build(4, 4).edges()[1].tolist()
    [1, 3, 0, 2, 1, 3, 0, 2]
    """

    k: int
    p: float

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.whole_number("k", self.k)
        checks.probability("p", self.p)

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """k for each neuron."""
        return float(self.k) * n_pre

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Rows of length k each."""
        square("WattsStrogatz", n_pre, n_post)
        if self.k > max(n_pre - 1, 0):
            raise bad_argument("k", self.k, f"at most n - 1 = {n_pre - 1} neighbours")
        if self.k % 2 and self.k != n_pre - 1:
            expected = "an even number of neighbours, as many on either side"
            raise bad_argument("k", self.k, expected, f"write {self.k - 1} or {self.k + 1}")
        return wire.ring(n_pre, self.k, float(self.p), key(rng))
