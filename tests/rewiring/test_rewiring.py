"""`Rewiring` against its definition, and a density that falls."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    Best,
    Constant,
    Cubic,
    Lowest,
    Magnitude,
    PairGradient,
    Rewiring,
    UniformPairs,
    chtss,
    rigl,
)
from neurosparse.rewiring.layer import keys_of
from neurosparse.rewiring.rewiring import settled
from tests.rewiring.helpers import a_layer, applied


def test_rigl_is_its_definition():
    layer = a_layer()
    [change] = Rewiring(Lowest(Magnitude()), Best(PairGradient()), Constant(0.3)).step(
        [layer], 0.0, 0
    )
    k = round(0.3 * layer.support.nnz)
    keep = np.argsort(-np.abs(layer.values), kind="stable")[: layer.support.nnz - k]
    kept = keys_of(layer.support)[keep]
    gradient = np.abs(layer.window.inputs.T @ layer.window.slopes).ravel()
    gradient[kept] = -1
    wanted = np.sort(np.concatenate([kept, np.argsort(-gradient)[:k]]))
    assert np.array_equal(keys_of(applied(layer, change).connectivity), wanted)


def test_density_falls_to_the_schedule():
    layers = [a_layer(density=0.5), a_layer(30, 10, 0.5)]
    rule = chtss(Cubic(0.5, 0.1))
    for progress in (0.2, 0.5, 0.8):
        changes = rule.step(layers, progress, 0)
        edits = [applied(x, c) for x, c in zip(layers, changes, strict=True)]
        layers = [
            x._replace(support=e.connectivity, values=e.carry(x.values, new=0.01))
            for x, e in zip(layers, edits, strict=True)
        ]
        assert sum(x.support.nnz for x in layers) == round(Cubic(0.5, 0.1)(progress) * 900)


def test_an_edge_dropped_and_grown_at_once_stays():
    support = Connectivity.from_dense([[1, 1, 0], [0, 0, 1]])
    change = settled(support, np.array([0, 1]), np.array([0, 1]), np.array([1, 0]))
    assert change.drop.tolist() == [0]
    assert (change.pre.tolist(), change.post.tolist()) == ([1], [0])


def test_what_a_rule_misses_is_said():
    layer = a_layer()._replace(window=None)
    with pytest.raises(ValueError, match="recorded activity"):
        rigl().step([layer], 0.0, 0)
    with pytest.raises(ValueError, match="every"):
        Rewiring(Lowest(Magnitude()), UniformPairs(), every=-1)
