"""Networks that several test files prune."""

import numpy as np
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import LifField, RecurrentNet
from tests.strategies import SEEDS


def clusters(seed=0, symmetric=True, sizes=(150, 40, 110)):
    """Three clusters of density 0.6, weights N(1, 1), weak synapses between; with labels."""
    rng = np.random.default_rng(seed)
    n = sum(sizes)
    label = np.repeat(np.arange(3), sizes)
    w = rng.normal(1, 1, (n, n)) * (rng.random((n, n)) < 0.6) * (label[:, None] == label)
    across = np.argwhere(label[:, None] < label)
    some = across[rng.choice(len(across), n // 2, replace=False)]
    w[some[:, 0], some[:, 1]] = rng.random(len(some))
    if not symmetric:
        w[some[:, 1], some[:, 0]] = rng.random(len(some))
    np.fill_diagonal(w, 0)
    if symmetric:
        w = np.triu(w, 1) + np.triu(w, 1).T
    return Connectivity.from_dense(w / (1.1 * np.linalg.eigvals(w).real.max())), label


def spiking(n=40, seed=0, steps=300):
    """A small random LIF network and what drives it."""
    rng = np.random.default_rng(seed)
    w = rng.normal(0, 0.3, (n, n)) * (rng.random((n, n)) < 0.2) * (1 - np.eye(n))
    net = RecurrentNet.begin(Connectivity.from_dense(w), 1 / (2 + rng.gamma(3, 6, n)))
    return net, LifField(0.1 + 0.15 * rng.standard_normal((steps, n)), burn_in=50)


@st.composite
def networks(draw):
    rng = np.random.default_rng(draw(SEEDS))
    n = draw(st.integers(2, 14))
    dense = (
        rng.standard_normal((n, n))
        * (rng.random((n, n)) < draw(st.floats(0, 0.6)))
        * (1 - np.eye(n))
    )
    return RecurrentNet.begin(Connectivity.from_dense(dense), rng.random(n) + 0.1)
