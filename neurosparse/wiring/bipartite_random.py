"""Random layers of a given density."""

from dataclasses import dataclass

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.typing import Seed
from neurosparse.wiring._rule import check_sizes
from neurosparse.wiring.fixed_total import FixedTotal


@dataclass(frozen=True)
class RandomEdges:
    """Connect exactly `round(density n_pre n_post)` distinct pairs, uniformly.

    This is Erdős-Rényi G(n, m): `FixedTotal` with its number given by the size of the layer, so
    that one rule serves all layers.

    >>> RandomEdges(0.1).build(30, 40, rng=0).nnz
    120
    """

    density: float

    def __post_init__(self) -> None:
        checks.fraction("density", self.density)

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Draw the layer."""
        check_sizes(n_pre, n_post)
        nnz = round(self.density * n_pre * n_post)
        return FixedTotal(nnz).build(n_pre, n_post, rng)
