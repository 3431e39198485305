"""Layers whose edges thin out with distance (bipartite receptive fields)."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.typing import Seed
from neurosparse.wiring._rule import check_sizes, weigh
from neurosparse.wiring.bipartite_edges import from_keys


@dataclass(frozen=True)
class ReceptiveFieldLayer:
    """Let each output draw `round(density n_pre)` distinct inputs, near ones likelier.

    The odds are `(1 + distance)^(-(1 - r) / r)`. Distance is along the ring of inputs, with
    output j at `j n_pre / n_post`. r = 0 takes the nearest, r = 1 is uniform.

    Source: Zhang et al. 2025, arXiv 2501.19107 (BRF, fixed degrees on the outputs).

    >>> ReceptiveFieldLayer(0.2, r=0.25).build(50, 20, rng=0).in_degree.tolist() == [10] * 20
    True
    """

    density: float
    r: float = 0.25

    def __post_init__(self) -> None:
        checks.fraction("density", self.density)
        checks.fraction("r", self.r)

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Draw the layer."""
        check_sizes(n_pre, n_post)
        rng = checks.generator(rng)
        k = round(self.density * n_pre)
        weigh("ReceptiveFieldLayer", k * n_post, n_pre, n_post, 36.0 * k * n_post)
        place = np.arange(n_pre)
        keys = [np.empty(0, np.int64)]
        for j in range(n_post):
            away = np.abs(place - j * n_pre / n_post)
            distance = np.minimum(away, n_pre - away)
            # Gumbel top-k: draws without replacement with these odds
            luck = rng.gumbel(size=n_pre)
            appeal = -distance
            if self.r > 0:
                appeal = luck - (1 - self.r) / self.r * np.log1p(distance)
            keys.append(np.argsort(-appeal, kind="stable")[:k] * n_post + j)
        return from_keys(np.sort(np.concatenate(keys)), n_pre, n_post)
