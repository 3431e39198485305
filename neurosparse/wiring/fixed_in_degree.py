"""Every postsynaptic neuron with the same number of inputs."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.kernels.graphs import wire
from neurosparse.wiring._rule import Rows, WiringRule, degree_argument, degrees, key, square


@dataclass(frozen=True, eq=False)
class FixedInDegree(WiringRule):
    """Give every postsynaptic neuron k inputs, drawn from all presynaptic ones.

    Args:
        k: inputs, one number or `[n_post]`.
        multapses: the same presynaptic neuron may be drawn again.
        allow_self: neuron i may be drawn for neuron i.

    Source: N. Brunel, J. Comput. Neurosci. 8, 183 (2000), doi:10.1023/A:1008925309027.

    >>> FixedInDegree(3).build(10, 4, rng=1).in_degree.tolist()
    [3, 3, 3, 3]
    """

    k: Any
    multapses: bool = False
    allow_self: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        degree_argument("k", self.k)

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """The degrees of all targets."""
        return float(np.mean(self.k)) * n_post if np.size(self.k) else 0.0

    def _of_neurons(self, n_pre: int, n_post: int) -> float:
        """Each thread has marks of its own, and counts rows."""
        return super()._of_neurons(n_pre, n_post) + 12.0 * n_pre * (os.cpu_count() or 1)

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Columns of length k each, as rows."""
        return self.columns(n_pre, n_post, rng, 0, n_post)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows:
        """These columns; the others are left empty."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        sources = n_pre - (not self.allow_self)
        k = degrees("k", self.k, n_post, sources, self.multapses)
        own = np.zeros(n_post, np.int64)
        own[low:high] = k[low:high]
        return wire.fixed_columns(own, n_pre, not self.allow_self, self.multapses, key(rng))
