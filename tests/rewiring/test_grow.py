"""Ways to grow: where, with which odds, how many."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    Best,
    LayerSynapses,
    Likely,
    PairCorrelation,
    PairGradient,
    PathScore,
    UniformPairs,
)
from tests.rewiring.helpers import a_layer


def test_likely_growth_has_odds_of_the_scores():
    layer = LayerSynapses(Connectivity.from_dense([[1, 0, 0, 0]]), np.ones(1))
    counts = np.zeros(4)
    rng = np.random.default_rng(0)
    for _ in range(3000):
        counts[
            Likely(lambda layer: lambda a, b: np.array([[7.0, 1, 2, 1]]))(layer, 1, rng)[1]
        ] += 1
    np.testing.assert_allclose(counts / 3000, [0, 0.25, 0.5, 0.25], atol=0.03)


def test_hebbian_growth_finds_the_pair_that_fires_together():
    layer = a_layer(density=0.1)
    free = next(
        (i, j) for i in range(20) for j in range(30) if not layer.support.to_dense()[i, j]
    )
    layer.window.outputs[:, free[1]] = layer.window.inputs[:, free[0]] * 3 + 1
    pre, post = Best(PairCorrelation())(layer, 1, np.random.default_rng(0))
    assert (int(pre[0]), int(post[0])) == free


@pytest.mark.parametrize(
    "grow", [UniformPairs(), Best(PairGradient()), Likely(PathScore())]
)
def test_as_many_come_as_are_wanted_and_only_where_none_is(grow):
    layer = a_layer(6, 5, 0.5)
    k = 30 - layer.support.nnz
    pre, post = grow(layer, k, np.random.default_rng(0))
    assert layer.support.edit(pre=pre, post=post).connectivity.nnz == 30
