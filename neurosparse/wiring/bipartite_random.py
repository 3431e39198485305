"""Random layers of a given density."""

from dataclasses import dataclass
from typing import Any

from neurosparse.connectivity import Connectivity
from neurosparse.wiring.bipartite_edges import share
from neurosparse.wiring.fixed_total import FixedTotal


@dataclass(frozen=True)
class RandomEdges:
    """Connect exactly `round(density n_pre n_post)` distinct pairs, uniformly (Erdős-Rényi G(n,
    m)).

    `FixedTotal` with its number given by the size of the layer, so that one rule serves all layers.

    >>> RandomEdges(0.1).build(30, 40, rng=0).nnz
    120
    """

    density: float

    def __post_init__(self) -> None:
        share("density", self.density)

    def build(self, n_pre: int, n_post: int, rng: Any = None) -> Connectivity:
        """Draw the layer."""
        return FixedTotal(round(self.density * n_pre * n_post)).build(n_pre, n_post, rng)
