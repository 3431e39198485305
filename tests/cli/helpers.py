"""Graphs for the tests of several commands."""

import numpy as np

from neurosparse.connectivity import Connectivity


def graph(
    n: int = 30, edges: int = 150, seed: int = 0, n_post: int | None = None
) -> Connectivity:
    """A random graph with its edges in no order, weights and delays."""
    n_post = n_post or n
    rng = np.random.default_rng(seed)
    key = rng.permutation(rng.choice(n * n_post, edges, replace=False))
    weight = rng.normal(0, 1, edges).astype(np.float32)
    delay = rng.integers(1, 9, edges)
    return Connectivity.from_edges(
        key // n_post,
        key % n_post,
        n_pre=n,
        n_post=n_post,
        weight=weight,
        delay_steps=delay,
    )
