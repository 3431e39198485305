"""Every presynaptic neuron with the same number of outputs."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.kernels.graphs import wire
from neurosparse.wiring._rule import Rows, WiringRule, degree_argument, degrees, key, square


@dataclass(frozen=True, eq=False)
class FixedOutDegree(WiringRule):
    """Give every presynaptic neuron k outputs, drawn from all postsynaptic ones.

    Args:
        k: outputs, one number or `[n_pre]`.
        multapses: the same postsynaptic neuron may be drawn again.
        allow_self: neuron i may be drawn for neuron i.

    >>> FixedOutDegree(3).build(4, 10, rng=1).out_degree.tolist()
    [3, 3, 3, 3]
    """

    k: Any
    multapses: bool = False
    allow_self: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        degree_argument("k", self.k)

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """The degrees of all sources."""
        return float(np.mean(self.k)) * n_pre if np.size(self.k) else 0.0

    def _of_neurons(self, n_pre: int, n_post: int) -> float:
        """Each thread has marks of its own."""
        return super()._of_neurons(n_pre, n_post) + 4.0 * n_post * (os.cpu_count() or 1)

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Rows of length k each."""
        return self.columns(n_pre, n_post, rng, 0, n_post)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows:
        """Rows are drawn whole, a few at a time, and cut."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        targets = n_post - (not self.allow_self)
        k = degrees("k", self.k, n_pre, targets, self.multapses)
        options = (not self.allow_self, self.multapses, key(rng))
        return wire.fixed_rows(k, n_post, *options, span=(low, high))
