"""Controls of a connectome: what each keeps, in every combination, and what it forgets."""

from itertools import product

import numpy as np
import pytest

from neurosparse.analysis import block_matrix, degree_preserving_null, matched_null
from neurosparse.connectivity import Connectivity

N = 60
OPTIONS = [
    dict(zip(("strengths", "groups", "positions"), choice, strict=True))
    for choice in product((False, True), repeat=3)
]


def signed_graph(seed=0, n=N, density=0.25, dale=True):
    """Weights of both signs, delays, and a few self loops."""
    rng = np.random.default_rng(seed)
    pre, post = np.nonzero(rng.random((n, n)) < density)
    sign = np.where(rng.random(n if dale else len(pre)) < 0.3, -1, 1)
    weight = rng.integers(1, 9, len(pre)) * (sign[pre] if dale else sign)
    return Connectivity.from_edges(
        pre, post, n_pre=n, n_post=n, weight=weight.astype(np.float32),
        delay_steps=rng.integers(1, 9, len(pre)),
    )  # fmt: skip


RNG = np.random.default_rng(5)
GROUPS = RNG.choice(["KC", "LN", "PN"], N)
POSITIONS = RNG.random((N, 3))


def given_names(choice):
    return {
        "strengths": choice["strengths"],
        "groups": GROUPS if choice["groups"] else None,
        "positions": POSITIONS if choice["positions"] else None,
    }


def by_sign(c, size):
    """Sums of `size` of what each neuron sends and receives of each sign."""
    pre, post = c.edges()
    low = c.weights_array() < 0
    ends = (np.bincount(end + N * low, size, 2 * N) for end in (pre, post))
    return [np.asarray(sums) for sums in ends]


@pytest.mark.parametrize("choice", OPTIONS, ids=str)
@pytest.mark.parametrize("dale", [True, False])
def test_every_combination_keeps_what_it_names(choice, dale):
    c = signed_graph(dale=dale)
    null = matched_null(c, rng=1, **given_names(choice))
    null.validate()
    for ours, kept in zip(
        by_sign(null, np.ones(c.nnz)), by_sign(c, np.ones(c.nnz)), strict=True
    ):
        np.testing.assert_array_equal(ours, kept)
    sent, received = by_sign(null, np.abs(null.weights_array()))
    sent_before, received_before = by_sign(c, np.abs(c.weights_array()))
    np.testing.assert_array_equal(sent, sent_before)
    off = np.abs(received - received_before).sum() / received_before.sum()
    if choice["strengths"]:
        assert off < 0.05
    elif not choice["groups"]:
        assert off > 0.05
    np.testing.assert_array_equal(np.diag(null.to_dense()) != 0, np.diag(c.to_dense()) != 0)
    pairs = [sorted(zip(*one.edges(), strict=True)) for one in (c, null)]
    assert len(set(pairs[0]) & set(pairs[1])) < 0.9 * c.nnz
    old = sorted(zip(c.edges()[0], c.weights_array(), c.delay_steps, strict=True))
    new = sorted(zip(null.edges()[0], null.weights_array(), null.delay_steps, strict=True))
    assert old == new
    if choice["groups"]:
        before, after = block_matrix(c, GROUPS), block_matrix(null, GROUPS)
        np.testing.assert_array_equal(after.edges, before.edges)
        np.testing.assert_allclose(after.mean_weight, before.mean_weight, rtol=1e-6)
    if choice["positions"]:
        np.testing.assert_array_equal(lengths(null, c), lengths(c, c))


def lengths(c, reference):
    """Edges in each tenth of the lengths of a reference."""

    def square(one):
        pre, post = one.edges()
        return ((POSITIONS[pre] - POSITIONS[post]) ** 2).sum(axis=1)

    bounds = np.unique(np.quantile(square(reference), np.linspace(0, 1, 11)[1:-1]))
    return np.bincount(np.searchsorted(bounds, square(c)), minlength=11)


def test_what_is_not_named_is_forgotten():
    c = signed_graph()
    plain = matched_null(c, rng=0)
    assert (block_matrix(plain, GROUPS).edges != block_matrix(c, GROUPS).edges).any()
    assert (lengths(plain, c) != lengths(c, c)).any()
    # trades without signs let an excitatory neuron inhibit
    low = degree_preserving_null(c, rng=0)
    before, after = by_sign(c, np.ones(c.nnz))[1], by_sign(low, np.ones(c.nnz))[1]
    assert (before != after).any()


def test_a_seed_repeats_and_another_differs():
    c = signed_graph()
    first = matched_null(c, rng=3, strengths=True)
    assert matched_null(c, rng=3, strengths=True) == first
    assert matched_null(c, rng=4, strengths=True) != first


def test_layers_between_populations_and_one_weight_for_all():
    pre, post = np.nonzero(np.random.default_rng(0).random((7, 12)) < 0.4)
    layer = Connectivity.from_edges(pre, post, n_pre=7, n_post=12)
    null = matched_null(layer, rng=0, strengths=True)
    np.testing.assert_array_equal(null.in_degree, layer.in_degree)
    assert null != layer
    with pytest.raises(ValueError, match="as many presynaptic"):
        matched_null(layer, groups=[0] * 7)


def test_graphs_that_have_no_such_control_are_refused():
    ring = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3)
    with pytest.raises(ValueError, match="some edge can move.*larger groups"):
        matched_null(ring, groups=["a", "b", "c"])
    assert matched_null(Connectivity.empty(3, 3), rng=0, strengths=True).nnz == 0
    twice = Connectivity.from_edges([0, 0], [1, 1], n_pre=2, n_post=2, duplicates="keep")
    with pytest.raises(ValueError, match="one synapse per pair"):
        matched_null(twice)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"groups": [0, 1]}, "groups: got .* one label per neuron"),
        ({"positions": np.zeros((2, 3))}, "positions: got .* one finite point"),
        ({"positions": np.full((N, 1), np.nan)}, "positions"),
        ({"positions": POSITIONS, "bins": 0}, "bins: got 0"),
        ({"rounds": 0}, "rounds: got 0"),
    ],
)
def test_bad_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        matched_null(signed_graph(), **arguments)
