"""Layers with local receptive fields and some long-range edges (bipartite small world)."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.kernels.base import csr
from neurosparse.typing import Seed
from neurosparse.wiring._rule import check_sizes, weigh
from neurosparse.wiring.bipartite_edges import (
    absent,
    bytes_to_draw,
    distinct,
    from_keys,
    merged,
)


@dataclass(frozen=True)
class SmallWorldLayer:
    """Connect each output to its nearest inputs on a ring, then move a share of the edges anywhere.

    Output j sits at `j n_pre / n_post`; it gets the `round(density n_pre)` inputs around it. A
    share `beta` of all edges, drawn without repetition, is then replaced by as many unconnected
    pairs: beta=0 is a lattice (the bipartite Watts-Strogatz start), beta=1 is random.

    Source: Zhang et al. 2025, arXiv 2501.19107 (BSW).

    >>> SmallWorldLayer(0.5, beta=0.0).build(6, 3, rng=0).to_dense().T.astype(int).tolist()
    [[1, 1, 0, 0, 0, 1], [0, 1, 1, 1, 0, 0], [0, 0, 0, 1, 1, 1]]
    """

    density: float
    beta: float = 0.25

    def __post_init__(self) -> None:
        checks.fraction("density", self.density)
        checks.fraction("beta", self.beta)

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Draw the layer."""
        check_sizes(n_pre, n_post)
        rng = checks.generator(rng)
        k = round(self.density * n_pre)
        drawing = bytes_to_draw(n_pre * n_post, self.beta * k * n_post)
        weigh("SmallWorldLayer", k * n_post, n_pre, n_post, 48.0 * k * n_post + drawing)
        centre = np.floor(np.arange(n_post) * n_pre / max(n_post, 1)).astype(np.int64)
        pre = (centre[:, None] + np.arange(k) - (k - 1) // 2) % max(n_pre, 1)
        starts = np.arange(n_post + 1, dtype=np.int64) * k
        rows = csr.transpose(starts, pre.ravel().astype(np.int32), n_pre)
        first = np.arange(n_pre, dtype=np.int64) * n_post  # key of each row
        keys = np.asarray(np.repeat(first, np.diff(rows[0])) + rows[1], np.int64)
        moved = round(self.beta * len(keys))
        kept = np.delete(keys, distinct(len(keys), moved, rng))
        # the places of the moved edges are free again
        new = absent(kept, n_pre * n_post, moved, rng)
        return from_keys(merged(kept, new), n_pre, n_post)
