"""Layers with a few hubs and many neurons of low degree (bipartite scale free)."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.wiring.bipartite_edges import from_keys, share


@dataclass(frozen=True)
class ScaleFreeLayer:
    """Connect exactly `round(density n_pre n_post)` pairs whose degrees fall off as a power, `p(k)
    ~ k^-exponent`.

    Neurons on each side get a weight `rank^(-1 / (exponent - 1))` in random order (Goh, Kahng & Kim
    2001, doi:10.1103/PhysRevLett.87.278701); pairs are drawn with odds of the product of weights
    until enough are distinct. Exponent 3 is that of Barabási-Albert growth.

    >>> layer = ScaleFreeLayer(0.02).build(300, 300, rng=0)
    >>> layer.nnz, bool(layer.out_degree.max() > 5 * layer.out_degree.mean())
    (1800, True)
    """

    density: float
    exponent: float = 3.0

    def __post_init__(self) -> None:
        share("density", self.density)
        share("1 / exponent", 1 / self.exponent if self.exponent > 0 else -1.0)

    def build(self, n_pre: int, n_post: int, rng: Any = None) -> Connectivity:
        """Draw the layer."""
        rng = np.random.default_rng(rng)
        wanted = round(self.density * n_pre * n_post)
        left, right = (self._odds(n, rng) for n in (n_pre, n_post))
        keys = np.empty(0, np.int64)
        for _ in range(50):
            missing = wanted - len(keys)
            if missing <= 0:
                break
            pre, post = (rng.choice(len(odds), 2 * missing, p=odds) for odds in (left, right))
            fresh = np.unique(pre * n_post + post)
            fresh = fresh[~np.isin(fresh, keys)]
            keys = np.concatenate([keys, rng.permutation(fresh)[:missing]])
        # hubs that are full leave a remainder that only uniform draws can place
        free = np.setdiff1d(np.arange(n_pre * n_post), keys) if len(keys) < wanted else keys[:0]
        return from_keys(
            np.concatenate([keys, rng.permutation(free)[: wanted - len(keys)]]), n_pre, n_post
        )

    def _odds(self, n: int, rng: np.random.Generator) -> Any:
        weights = (
            np.arange(1, n + 1) ** (-1 / (self.exponent - 1)) if self.exponent > 1 else np.ones(n)
        )
        return rng.permutation(weights / weights.sum()) if n else weights
