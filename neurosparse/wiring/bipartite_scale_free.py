"""Layers with a few hubs and many neurons of low degree (bipartite scale free)."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64, Seed
from neurosparse.wiring._rule import check_sizes, weigh
from neurosparse.wiring.bipartite_edges import (
    absent,
    bytes_to_draw,
    contained,
    from_keys,
    merged,
)

_ROUNDS = 50  # of draws, before what is missing is placed anywhere
_PIECE = 1 << 21  # drawn together; between two pieces Ctrl-C is heard


@dataclass(frozen=True)
class ScaleFreeLayer:
    """Connect exactly `round(density n_pre n_post)` pairs, few neurons with many of them.

    Degrees fall off as a power, `p(k) ~ k^-exponent`; 3 is that of Barabási-Albert growth. Neurons
    on each side get a weight `rank^(-1 / (exponent - 1))` in random order; pairs are drawn with
    odds of the product of weights until enough are distinct.

    Source: Goh, Kahng & Kim 2001, doi:10.1103/PhysRevLett.87.278701.

    >>> layer = ScaleFreeLayer(0.02).build(300, 300, rng=0)
    >>> layer.nnz, bool(layer.out_degree.max() > 5 * layer.out_degree.mean())
    (1800, True)
    """

    density: float
    exponent: float = 3.0

    def __post_init__(self) -> None:
        checks.fraction("density", self.density)
        if checks.finite("exponent", self.exponent) < 1:
            raise bad_argument("exponent", self.exponent, "a number, 1 or more")

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Draw the layer."""
        check_sizes(n_pre, n_post)
        rng = checks.generator(rng)
        nnz = round(self.density * n_pre * n_post)
        weigh("ScaleFreeLayer", nnz, n_pre, n_post, 80.0 * nnz)
        pre_odds = self._odds(n_pre, rng)
        post_odds = self._odds(n_post, rng)
        keys = np.empty(0, np.int64)
        for _ in range(_ROUNDS + 2 * nnz // _PIECE):
            missing = nnz - len(keys)
            if missing <= 0:
                break
            draws = min(2 * missing, _PIECE)
            pre = rng.choice(n_pre, draws, p=pre_odds)
            post = rng.choice(n_post, draws, p=post_odds)
            fresh = np.unique(pre * n_post + post)
            fresh = fresh[~contained(fresh, keys)]
            keys = merged(keys, np.sort(rng.permutation(fresh)[:missing]))
        # hubs that are full leave a remainder that only uniform draws can place
        missing = nnz - len(keys)
        n_pairs = n_pre * n_post
        weigh("ScaleFreeLayer", nnz, n_pre, n_post, bytes_to_draw(n_pairs, missing))
        others = absent(keys, n_pairs, missing, rng)
        return from_keys(merged(keys, others), n_pre, n_post)

    def _odds(self, n: int, rng: np.random.Generator) -> Float64:
        if not n:
            return np.zeros(0)
        power = -1 / (self.exponent - 1) if self.exponent > 1 else 0.0
        weights = np.arange(1, n + 1) ** power
        return rng.permutation(weights / weights.sum())
