"""Rewiring: laws that hold for every recipe, formulas against their definitions, published
fixtures.
"""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    ActivityWindow,
    Best,
    Chance,
    Constant,
    Cubic,
    EdgeCorrelation,
    Exploring,
    InTurn,
    LayerSynapses,
    Likely,
    Lowest,
    Magnitude,
    MagnitudeAndGradient,
    NodeScore,
    PairCorrelation,
    PairGradient,
    PathScore,
    RelativeImportance,
    Rewiring,
    SoftLowest,
    UniformPairs,
    Visits,
    chts,
    chtss,
    dst_ee,
    hebbian,
    rigl,
    set_,
    snfs,
    srigl,
)
from neurosparse.rewiring.absent import best_absent, uniform_absent
from neurosparse.rewiring.cannistraci import dead_chains
from neurosparse.rewiring.layer import keys_of
from neurosparse.rewiring.share import by_mean_gradient

A = np.array(
    [
        [1, 1, 0, 0, 1, 0],
        [0, 1, 1, 0, 0, 0],
        [1, 0, 0, 1, 0, 0],
        [0, 0, 1, 1, 1, 1],
        [0, 1, 0, 0, 0, 1],
    ]
)
CH2_L3N = [
    [0, 0, 5.666667, 6.666667, 0, 5.666667],
    [2, 0, 0, 2.666667, 4.666667, 5.666667],
    [0, 3, 2.666667, 0, 5.666667, 2.666667],
    [7, 11, 0, 0, 0, 0],
    [2, 0, 5.666667, 2.666667, 4.666667, 0],
]
CH3_L3P = [
    [0, 0, 1.284457, 1.57735, 0, 1.284457],
    [0.5, 0, 0, 0.57735, 1.07735, 1.284457],
    [0, 0.707107, 0.57735, 0, 1.284457, 0.57735],
    [1.707107, 2.707107, 0, 0, 0, 0],
    [0.5, 0, 1.284457, 0.57735, 1.07735, 0],
]
RECIPES = {
    "set": set_(),
    "rigl": rigl(),
    "snfs": snfs(),
    "dst_ee": dst_ee(),
    "hebbian": hebbian(0.3),
    "chts": chts(),
    "chts node": chts(score=NodeScore(), importance=True),
}


def a_layer(n_pre=20, n_post=30, density=0.2, seed=0, samples=16):
    rng = np.random.default_rng(seed)
    support = Connectivity.from_dense((rng.random((n_pre, n_post)) < density).astype(float))
    sizes = (samples, n_pre), (samples, n_post), (samples, n_post)
    window = ActivityWindow(*(rng.standard_normal(s).astype(np.float32) for s in sizes))
    values = rng.standard_normal(support.nnz).astype(np.float32)
    return LayerSynapses(support, values, window, Visits.none().after(support))


def applied(layer, change):
    return layer.support.edit(change.drop, change.pre, change.post)


@pytest.mark.parametrize("name", RECIPES)
@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 10**6), n_pre=st.integers(2, 25), density=st.sampled_from([0.05, 0.3, 0.9])
)
def test_every_recipe_keeps_nnz_exactly_and_never_doubles_an_edge(name, seed, n_pre, density):
    layers = [a_layer(n_pre, 12, density, seed), a_layer(12, 9, density, seed + 1)]
    changes = RECIPES[name].step(layers, 0.1, rng=seed)
    edits = [applied(layer, change) for layer, change in zip(layers, changes, strict=True)]
    assert sum(e.connectivity.nnz for e in edits) == sum(layer.support.nnz for layer in layers)
    if name != "snfs":
        assert [e.connectivity.nnz for e in edits] == [layer.support.nnz for layer in layers]
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


def test_correlation_is_pearsons_and_cosine():
    layer = a_layer()
    x, y = layer.window.inputs, layer.window.outputs
    pearson = np.corrcoef(x.T, y.T)[:20, 20:]
    np.testing.assert_allclose(PairCorrelation()(layer)(0, 20), pearson, atol=1e-5)
    pre, post = layer.support.edges()
    on_edges = EdgeCorrelation()(layer, np.random.default_rng(0))
    np.testing.assert_allclose(on_edges, pearson[pre, post], atol=1e-5)
    cosine = (x.T @ y) / np.outer(np.linalg.norm(x, axis=0), np.linalg.norm(y, axis=0))
    np.testing.assert_allclose(PairCorrelation(centred=False)(layer)(3, 9), cosine[3:9], atol=1e-5)


def test_hebbian_growth_finds_the_pair_that_fires_together():
    layer = a_layer(density=0.1)
    free = next((i, j) for i in range(20) for j in range(30) if not layer.support.to_dense()[i, j])
    layer.window.outputs[:, free[1]] = layer.window.inputs[:, free[0]] * 3 + 1
    pre, post = Best(PairCorrelation())(layer, 1, np.random.default_rng(0))
    assert (int(pre[0]), int(post[0])) == free


def test_cannistraci_scores_are_the_published_ones():
    layer = LayerSynapses(Connectivity.from_dense(A), np.ones(A.sum()))
    np.testing.assert_allclose(np.where(A, 0, NodeScore()(layer)(0, 5)), CH2_L3N, atol=1e-5)
    np.testing.assert_allclose(PathScore()(layer)(0, 5), CH3_L3P, atol=1e-5)
    np.testing.assert_allclose(PathScore()(layer)(2, 4), CH3_L3P[2:4], atol=1e-5)


def test_dead_chains_are_those_on_no_way_through():
    rng = np.random.default_rng(4)
    mats = [(rng.random(s) < 0.15).astype(float) for s in ((12, 10), (10, 11), (11, 7))]
    supports = [Connectivity.from_dense(m) for m in mats]
    dead = dead_chains(supports)
    assert sum(map(len, dead)) > 3
    left = [s.without(d).to_dense() != 0 for s, d in zip(supports, dead, strict=True)]
    through = mats[0] @ mats[1] @ mats[2]
    assert np.array_equal(left[0].astype(float) @ left[1] @ left[2], through)
    for one, two in pairwise(left):
        assert np.array_equal(one.any(0), two.any(1))


def test_uniform_growth_is_uniform():
    support = Connectivity.from_dense([[1, 0, 0], [0, 0, 1]])
    rng = np.random.default_rng(0)
    counts = np.zeros(6)
    for _ in range(3000):
        counts[uniform_absent(keys_of(support), 6, 2, rng)] += 1
    assert counts[[0, 5]].sum() == 0
    assert np.abs(counts[1:5] / 1500 - 1).max() < 0.1
    with pytest.raises(ValueError, match=r"k: got 5, wants 0\.\.4"):
        uniform_absent(keys_of(support), 6, 5, rng)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 500), st.integers(0, 60), st.floats(0.1, 9))
def test_best_absent_does_not_depend_on_blocks(seed, k, factor):
    support = a_layer(9, 8, 0.3, seed).support
    scores = np.random.default_rng(seed).integers(-2, 5, (9, 8)).astype(float)
    keys = best_absent(support, lambda a, b: scores[a:b], k, factor)
    masked = np.where(support.to_dense() != 0, -1, scores).ravel()
    order = np.argsort(-masked, kind="stable")[:k]
    assert np.array_equal(keys, np.sort(order[masked[order] > 0]))


def test_likely_growth_has_odds_of_the_scores():
    layer = LayerSynapses(Connectivity.from_dense([[1, 0, 0, 0]]), np.ones(1))
    counts = np.zeros(4)
    rng = np.random.default_rng(0)
    for _ in range(3000):
        counts[Likely(lambda layer: lambda a, b: np.array([[7.0, 1, 2, 1]]))(layer, 1, rng)[1]] += 1
    np.testing.assert_allclose(counts / 3000, [0, 0.25, 0.5, 0.25], atol=0.03)


def test_soft_removal_spares_the_strong_and_hardens():
    support = Connectivity.from_dense(np.ones((1, 50)))
    layer = LayerSynapses(support, np.linspace(0.1, 5, 50))
    rng = np.random.default_rng(0)
    soft = SoftLowest(Magnitude(), 0.0)
    hard = SoftLowest(Magnitude(), 0.9)
    means = [np.mean([way(layer, 20, rng).mean() for _ in range(50)]) for way in (soft, hard)]
    assert 24.5 > means[0] > means[1] + 2
    assert means[1] < 12


def test_thirds_are_thirds():
    layer = a_layer(density=0.5)
    gone = InTurn((Lowest(Magnitude()), Lowest(Chance()), Lowest(EdgeCorrelation())))(
        layer, 30, np.random.default_rng(0)
    )
    assert len(gone) == 30
    assert set(np.argsort(np.abs(layer.values))[:10]) <= set(gone.tolist())


def test_scores_of_importance():
    layer = LayerSynapses(Connectivity.from_dense([[1, 3], [0, 1]]), np.array([1.0, -3.0, 1.0]))
    rng = np.random.default_rng(0)
    np.testing.assert_allclose(RelativeImportance()(layer, rng), [1.25, 1.5, 1.25], atol=1e-3)
    full = a_layer()
    dense = full.window.inputs.T @ full.window.slopes
    pre, post = full.support.edges()
    expected = np.abs(full.values) + 0.01 * np.abs(dense[pre, post])
    np.testing.assert_allclose(MagnitudeAndGradient()(full, rng), expected, rtol=1e-4)


def test_exploring_favours_the_untried():
    layer = a_layer()
    memory = layer.memory
    for _ in range(5):
        memory = memory.after(layer.support)
    silent = layer.window._replace(slopes=layer.window.slopes * 0)
    scores = Exploring(1.0)(layer._replace(memory=memory, window=silent))(4, 9)
    present = layer.support.to_dense()[4:9] != 0
    np.testing.assert_allclose(scores[present], np.log(6) / 7)
    np.testing.assert_allclose(scores[~present], np.log(6))


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


def test_layers_trade_and_full_ones_pass_on():
    small, big = a_layer(4, 4, 0.9), a_layer(20, 20, 0.1)
    steep = big._replace(window=big.window._replace(slopes=big.window.slopes * 50))
    assert by_mean_gradient([big, steep], [10, 41]) == [1, 50]
    changes = snfs(0.5).step([small, big], 0.0, 0)
    sizes = [applied(x, c).connectivity.nnz for x, c in zip((small, big), changes, strict=True)]
    assert sizes[0] <= 16
    assert sum(sizes) == small.support.nnz + big.support.nnz


def test_srigl_holds_fan_in_constant_and_ablates():
    rng = np.random.default_rng(0)
    pre = np.concatenate([rng.permutation(40)[:6] for _ in range(30)])
    support = Connectivity.from_edges(pre, np.repeat(np.arange(30), 6), n_pre=40, n_post=30)
    layer = a_layer(40, 30)._replace(support=support, values=rng.standard_normal(support.nnz))
    weak = np.isin(support.indices, [3, 7])
    layer.values[weak] = 1e-6
    layer.window.slopes[:, [3, 7]] = 0
    [change] = srigl().step([layer], 0.0)
    degrees = applied(layer, change).connectivity.in_degree
    assert degrees[3] == degrees[7] == 0
    assert set(degrees[degrees > 0].tolist()) == {180 // (degrees > 0).sum()}
    assert len(change.pre) > 10
    [never] = srigl(least_salient=0).step([layer], 0.0)
    assert set(applied(layer, never).connectivity.in_degree.tolist()) == {6}


def test_rules_say_what_they_miss():
    layer = a_layer()._replace(window=None)
    with pytest.raises(ValueError, match="recorded activity"):
        rigl().step([layer], 0.0, 0)
    with pytest.raises(ValueError, match=r"layers: got neurons with 1 to 2 inputs.*FixedInDegree"):
        srigl().step(
            [
                a_layer()._replace(
                    support=Connectivity.from_dense([[1, 1, 0], [0, 1, 0]]), values=np.ones(3)
                )
            ],
            0,
        )
    with pytest.raises(ValueError, match="every"):
        Rewiring(Lowest(Magnitude()), UniformPairs(), every=-1)
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        Constant(1.5)
