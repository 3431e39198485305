"""Pruning while training, step by step; whole runs are in tests/models/training."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    Gradual,
    granet,
)
from neurosparse.rewiring import Cubic, LayerSynapses


def layers():
    rng = np.random.default_rng(0)
    return [
        LayerSynapses(Connectivity.from_dense(np.ones((4, n))), rng.standard_normal(4 * n))
        for n in (5, 10)
    ]


def test_gradual_drops_the_smallest_down_to_its_density():
    rule = Gradual(Cubic(1.0, 0.25))
    first, second = layers()
    changes = rule.step([first, second], 1.0)
    left = [
        np.delete(a.values, c.drop) for a, c in zip((first, second), changes, strict=True)
    ]
    assert sum(map(len, left)) == 15
    sizes = np.abs(np.concatenate([first.values, second.values]))
    assert np.abs(np.concatenate(left)).min() >= np.sort(sizes)[-15]
    assert all(len(change.pre) == 0 for change in changes)
    each = Gradual(Cubic(1.0, 0.25), scope="layer").step([first, second], 1.0)
    assert [20 - len(each[0].drop), 40 - len(each[1].drop)] == [5, 10]


def test_both_recipes_say_that_layers_shrink():
    assert Gradual().resizes
    assert granet(0.1).resizes
    assert granet(0.1).sampling.batches == 1
