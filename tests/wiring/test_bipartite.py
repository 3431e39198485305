"""Rules for layers: sizes, laws, and the shapes their sources promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from neurosparse.wiring import (
    CorrelatedInputs,
    GroupLayer,
    RandomEdges,
    ReceptiveFieldLayer,
    ScaleFreeLayer,
    SmallWorldLayer,
    erdos_renyi_densities,
    uniform_densities,
)
from neurosparse.wiring.bipartite_density import exact_edges

EXACT = [
    RandomEdges(0.1),
    ScaleFreeLayer(0.1),
    CorrelatedInputs(np.random.default_rng(0).standard_normal((30, 20)), 0.1),
]
PER_OUTPUT = [
    SmallWorldLayer(0.1, 0.3),
    SmallWorldLayer(0.5, 1.0),
    ReceptiveFieldLayer(0.3),
    ReceptiveFieldLayer(0.2, 0),
]
RULES = [*EXACT, *PER_OUTPUT, GroupLayer(3), GroupLayer(2, 0.5, 0.1, "random", 0.25)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@settings(max_examples=10, deadline=None)
@given(n_pre=st.integers(3, 40), n_post=st.integers(3, 40), seed=st.integers(0, 99))
def test_rules_give_simple_graphs_of_the_size_asked_and_repeat(rule, n_pre, n_post, seed):
    one = rule.build(n_pre, n_post, seed)
    assert one.shape == (n_pre, n_post)
    pre, post = one.edges()
    assert len(np.unique(pre.astype(int) * n_post + post)) == one.nnz
    assert one == rule.build(n_pre, n_post, seed)
    if rule in EXACT:
        assert one.nnz == round(0.1 * n_pre * n_post)
    if rule in PER_OUTPUT:
        assert one.nnz == round(rule.density * n_pre) * n_post


def test_small_world_goes_from_lattice_to_random():
    def spread(beta):
        pre, post = SmallWorldLayer(0.05, beta).build(400, 400, 0).edges()
        away = np.abs(pre.astype(int) - post)
        return np.minimum(away, 400 - away).mean()

    assert spread(0.0) < 6 < spread(0.25) < spread(1.0)
    assert abs(spread(1.0) - 100) < 5


def test_receptive_fields_widen_with_r():
    def spread(r):
        pre, post = ReceptiveFieldLayer(0.05, r).build(400, 400, 0).edges()
        away = np.abs(pre.astype(int) - post)
        return np.minimum(away, 400 - away).mean()

    widths = [spread(r) for r in (0.0, 0.25, 0.6, 1.0)]
    assert widths == sorted(widths)
    assert widths[0] < 6
    assert abs(widths[-1] - 100) < 5


def test_scale_free_has_a_heavier_tail_than_random():
    free, er = (
        rule.build(800, 800, 0).out_degree for rule in (ScaleFreeLayer(0.02), RandomEdges(0.02))
    )
    assert free.max() > 4 * er.max()
    assert np.median(free) < np.median(er)
    assert ScaleFreeLayer(1.0).build(5, 4, 0).nnz == 20


def test_correlated_inputs_are_the_strongest_pairs():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 6))
    x[:, 4] = -x[:, 1] + 0.01 * rng.standard_normal(50)
    c = CorrelatedInputs(x, 2 / 36).build(6, 6)
    assert {*zip(*(e.tolist() for e in c.edges()), strict=True)} == {(1, 4), (4, 1)}
    # features that never change correlate with nothing, whatever their unit; rounding must not make
    # a pair of them
    still = np.column_stack([x, np.full(50, 255.3), np.full(50, 1e7 / 3)])
    assert CorrelatedInputs(still, 4 / 64).build(8, 8).indices.max() < 6
    wide = CorrelatedInputs(x, 4 / 72).build(6, 12)
    assert {*zip(*(e.tolist() for e in wide.edges()), strict=True)} == {
        (1, 4),
        (4, 1),
        (1, 10),
        (4, 7),
    }


@pytest.mark.parametrize(
    ("p_inter", "density"), [(0, 0.125), (0.05, 0.16875), (0.15, 0.25625), (0.75, 0.78125)]
)
def test_group_density_is_within_three_sigma(p_inter, density):
    rule = GroupLayer(8, 1.0, p_inter)
    assert rule.expected_density == pytest.approx(density)
    n = 512
    sigma = np.sqrt(p_inter * (1 - p_inter) * n * n * 7 / 8) / (n * n)
    dense = rule.build(n, n, 0).to_dense() != 0
    assert abs(dense.mean() - density) <= 3 * sigma + 1e-12
    inside = np.kron(np.eye(8), np.ones((64, 64))) > 0
    assert dense[inside].all()


def test_groups_without_bridges_fall_apart_and_interleaving_mends_it():
    def pieces(*kinds):
        layers = [GroupLayer(4, 1.0, 0.0, kind).build(16, 16, k) for k, kind in enumerate(kinds)]
        whole = np.zeros((16 * (len(layers) + 1),) * 2)
        for k, layer in enumerate(layers):
            whole[16 * k : 16 * (k + 1), 16 * (k + 1) : 16 * (k + 2)] = layer.to_dense()
        return connected_components(whole)[0]

    assert pieces("index", "index", "index") == 4
    assert pieces("index", "interleaved", "index") == 1


def test_unequal_and_overlapping_groups():
    rule = GroupLayer((1, 3), 1.0, 0.0)
    assert rule.build(8, 4).out_degree.tolist() == [1, 1, 3, 3, 3, 3, 3, 3]
    assert rule.expected_density == pytest.approx(1 / 16 + 9 / 16)
    more = GroupLayer(2, 1.0, 0.0, overlap=0.5).build(4, 4)
    assert more.nnz > GroupLayer(2, 1.0, 0.0).build(4, 4).nnz


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 200), st.integers(1, 200)), min_size=1, max_size=5),
    st.floats(0.01, 1),
)
def test_densities_add_up(shapes, density):
    sizes = np.array([a * b for a, b in shapes])
    for densities in (uniform_densities(shapes, density), erdos_renyi_densities(shapes, density)):
        assert (densities <= 1 + 1e-12).all()
        assert (densities * sizes).sum() == pytest.approx(density * sizes.sum())
        edges = exact_edges(shapes, densities)
        assert abs(sum(edges) - density * sizes.sum()) <= 0.5 + 1e-6
        assert all(0 <= e <= n for e, n in zip(edges, sizes, strict=True))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RandomEdges(1.5), "density"),
        (lambda: SmallWorldLayer(0.1, -1), "beta"),
        (lambda: GroupLayer(9).build(8, 8), "use fewer groups"),
        (lambda: GroupLayer(2, assignment="mixer"), "assignment"),
        (lambda: GroupLayer(()), "groups"),
        (lambda: erdos_renyi_densities([(2, 2)], 0), "sparsity"),
        (lambda: CorrelatedInputs(np.array([[1.0, np.nan]] * 2), 0.1), "NaN"),
        (lambda: CorrelatedInputs(np.ones(3), 0.1), "samples"),
    ],
)
def test_bad_input_names_the_argument(make, words):
    with pytest.raises(ValueError, match=words):
        make()
