"""What the rules for layers share: distinct draws and keys of pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.wiring import (
    CorrelatedInputs,
    GroupLayer,
    RandomEdges,
    ReceptiveFieldLayer,
    ScaleFreeLayer,
    SmallWorldLayer,
    bipartite_scale_free,
    erdos_renyi_densities,
)
from neurosparse.wiring.bipartite_edges import (
    absent,
    contained,
    distinct,
    from_keys,
    merged,
)
from tests.strategies import SEEDS, connectivities


@given(st.integers(0, 50), st.data(), SEEDS)
def test_distinct_draws_ascend_and_never_repeat(n, data, seed):
    k = data.draw(st.integers(0, n))
    numbers = distinct(n, k, np.random.default_rng(seed))
    assert len(numbers) == k
    assert np.all(np.diff(numbers) > 0)
    assert np.all((numbers >= 0) & (numbers < n))


@given(connectivities(unique=True), SEEDS)
def test_keys_give_the_connectivity_however_they_are_joined(c, seed):
    pre, post = c.edges()
    keys = pre.astype(np.int64) * c.n_post + post
    first = np.random.default_rng(seed).random(len(keys)) < 0.4
    again = from_keys(merged(keys[first], keys[~first]), c.n_pre, c.n_post)
    again.validate()
    assert again.topology_hash() == c.topology_hash()
    assert np.array_equal(contained(keys, keys[first]), first)
    n = c.n_pre * c.n_post
    rest = absent(keys, n, n - len(keys), np.random.default_rng(seed))
    assert np.array_equal(merged(keys, rest), np.arange(n))


def test_a_scale_free_layer_drawn_in_pieces_is_exact_too(monkeypatch):
    whole = ScaleFreeLayer(0.1).build(60, 50, 1)
    monkeypatch.setattr(bipartite_scale_free, "_PIECE", 40)
    pieces = ScaleFreeLayer(0.1).build(60, 50, 1)
    pieces.validate()
    assert pieces.nnz == whole.nnz == 300
    assert pieces.out_degree.max() > 3 * pieces.out_degree.mean()


def test_hubs_that_are_full_leave_the_rest_to_chance():
    layer = ScaleFreeLayer(0.5, exponent=1.02).build(40, 30, 1)
    layer.validate()
    assert layer.nnz == 600


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
