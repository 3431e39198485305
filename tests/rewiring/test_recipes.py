"""Laws that hold for every recipe."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.rewiring import (
    Best,
    Cosine,
    Lowest,
    Magnitude,
    PairGradient,
    Rewiring,
    Sampling,
    chts,
    chtss,
    dst_ee,
    hebbian,
    rigl,
    set_,
    snfs,
    srigl,
)
from neurosparse.rewiring.layer import keys_of
from tests.rewiring.helpers import RECIPES, a_layer, applied


@pytest.mark.parametrize("name", RECIPES)
@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n_pre=st.integers(2, 25),
    density=st.sampled_from([0.05, 0.3, 0.9]),
)
def test_every_recipe_keeps_nnz_exactly_and_never_doubles_an_edge(
    name, seed, n_pre, density
):
    layers = [a_layer(n_pre, 12, density, seed), a_layer(12, 9, density, seed + 1)]
    changes = RECIPES[name].step(layers, 0.1, rng=seed)
    edits = [applied(layer, change) for layer, change in zip(layers, changes, strict=True)]
    assert sum(e.connectivity.nnz for e in edits) == sum(
        layer.support.nnz for layer in layers
    )
    if name != "snfs":
        assert [e.connectivity.nnz for e in edits] == [
            layer.support.nnz for layer in layers
        ]
    for edit in edits:
        keys = keys_of(edit.connectivity)
        assert len(np.unique(keys)) == len(keys)
    again = RECIPES[name].step(layers, 0.1, rng=seed)
    assert all(
        np.array_equal(a, b)
        for x, y in zip(changes, again, strict=True)
        for a, b in zip(x, y, strict=True)
    )


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_changes_something(name):
    [change] = RECIPES[name].step([a_layer()], 0.1, rng=0)
    assert len(change.drop) > 3


def test_rigl_and_snfs_are_what_they_are_made_of():
    assert rigl(0.2, every=7) == Rewiring(
        Lowest(Magnitude()),
        Best(PairGradient()),
        Cosine(0.2, 0.75),
        7,
        sampling=Sampling(1),
    )
    assert snfs().resizes
    assert chtss().resizes
    assert not any(rule.resizes for rule in (set_(), rigl(), hebbian(), chts(), dst_ee()))
    assert srigl().resizes
    assert not srigl(least_salient=0).resizes
