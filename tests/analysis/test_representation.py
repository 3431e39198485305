"""Representation measures on constructed activity with known answers."""

import numpy as np
import pytest

from neurosparse.analysis import representation as rep

rng = np.random.default_rng(0)
X = rng.normal(size=(400, 12))
ROTATION = np.linalg.qr(rng.normal(size=(12, 12)))[0]


def test_cka_ignores_rotation_and_scale_but_not_stretch():
    assert rep.cka(X, 3 * X @ ROTATION + 5) == pytest.approx(1.0)
    assert rep.cka(X, rng.normal(size=(400, 12))) < 0.1
    assert rep.cka(X, X * np.linspace(0.1, 3, 12)) < 0.95


def test_cka_by_neurons_and_by_samples_agree():
    wide = rng.normal(size=(20, 90))
    other = wide @ rng.normal(size=(90, 70))
    centred = wide - wide.mean(0)
    second = other - other.mean(0)
    law = np.linalg.norm(second.T @ centred) ** 2 / (
        np.linalg.norm(centred.T @ centred) * np.linalg.norm(second.T @ second)
    )
    assert rep.cka(wide, other) == pytest.approx(law)
    assert np.isnan(rep.cka(np.ones((5, 2)), wide[:5]))


def test_cca_ignores_any_invertible_map():
    np.testing.assert_allclose(
        rep.cca(X, X @ rng.normal(size=(12, 12)), keep=1.0), 1.0, atol=1e-6
    )
    half = np.concatenate([X[:, :6], rng.normal(size=(400, 6))], axis=1)
    found = rep.cca(X, half, keep=1.0)
    assert (found[:6] > 0.99).all()
    assert (found[6:] < 0.5).all()


def test_neurons_are_matched_through_a_permutation():
    order = rng.permutation(12)
    found = rep.match_neurons(X, X[:, order] + 0.1 * rng.normal(size=X.shape))
    np.testing.assert_array_equal(order[found.partner], np.arange(12))
    assert found.correlation.min() > 0.95
    fewer = rep.match_neurons(X, X[:, :5])
    assert fewer.partner[:5].tolist() == [0, 1, 2, 3, 4]
    assert (fewer.partner[5:] == -1).all()


@pytest.mark.parametrize(
    ("x", "s"),
    [([1, 0, 0, 0], 1), ([1, 1, 1, 1], 0), ([1, 1, 0, 0], 0.5858), ([3, 4, 0, 0], 0.6)],
)
def test_hoyer_sparseness_as_published(x: list[float], s: float) -> None:
    assert rep.hoyer_sparseness(x) == pytest.approx(s, abs=1e-4)


def test_sparseness_has_its_ends_and_middle():
    for measure in (rep.hoyer_sparseness, rep.treves_rolls_sparseness):
        assert measure(np.ones(7)) == pytest.approx(0.0)
        assert measure(np.eye(7)[0]) == pytest.approx(1.0)
        assert np.isnan(measure(np.zeros(7)))
        assert measure(np.ones((3, 4)), axis=0).shape == (4,)
    # half of the neurons at one rate: 1 - (1/4) / (1/2) over 1 - 1/n
    assert rep.treves_rolls_sparseness(np.repeat([0.0, 2.0], 50)) == pytest.approx(
        0.5 / 0.99
    )
    exponential = rng.exponential(size=200_000)
    assert rep.treves_rolls_sparseness(exponential) == pytest.approx(0.5, abs=0.01)


def test_selectivity_of_constructed_neurons():
    classes = np.repeat([0, 1, 2], 50)
    one_class = (classes == 1).astype(float)
    rates = np.column_stack([one_class, np.ones(150), np.zeros(150), 1 + one_class])
    found = rep.selectivity(rates, classes)
    np.testing.assert_allclose(found.score[[0, 1, 3]], [1.0, 0.0, 1 / 3])
    assert np.isnan(found.score[2])
    assert found.preferred[0] == found.preferred[3] == 1


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: rep.cka(X, X[:5]), "y"),
        (lambda: rep.cka(X[:1], X[:1]), "x"),
        (lambda: rep.cca(X, X, keep=0), "keep"),
        (lambda: rep.treves_rolls_sparseness([-1.0, 1.0]), "x"),
        (lambda: rep.selectivity(np.ones((4, 2)), [0, 0, 0, 0]), "classes"),
        (lambda: rep.selectivity(np.ones((4, 2)), [0, 1]), "classes"),
        (lambda: rep.cka(np.full((4, 2), np.nan), X[:4]), "x"),
        (lambda: rep.cca(np.zeros((4, 0)), X[:4]), "x: got.*one neuron"),
        (lambda: rep.cka(X * 1j, X), "x: got.*real numbers"),
        (lambda: rep.match_neurons([["a"], ["b"]], X[:2]), "x: got.*real numbers"),
        (lambda: rep.hoyer_sparseness(3.0), "axis"),
        (lambda: rep.hoyer_sparseness([[1.0, 2.0]], axis=2), "axis: got 2"),
        (lambda: rep.treves_rolls_sparseness([[1.0, np.inf]]), "x: got NaN or infinity"),
        (lambda: rep.local_rank(np.ones((2, 2, 2)) * 1j), "jacobians"),
    ],
)
def test_bad_input_is_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()


def test_local_rank_of_layers_of_known_rank():
    """A linear map through a bottleneck has the rank of the bottleneck; a rectifier loses what it
    closes.
    """
    rng = np.random.default_rng(0)
    narrow = rng.normal(size=(8, 3)) @ rng.normal(size=(3, 10))
    assert rep.local_rank(np.repeat(narrow[None], 5, axis=0)) == 3.0
    open_ = rng.random((200, 6)) < 0.5
    slopes = open_[:, :, None] * rng.normal(size=(6, 20))
    assert rep.local_rank(slopes) == open_.sum(axis=1).mean()
    assert rep.local_rank(np.diag([1.0, 1e-2, 1e-4])[None]) == 2.0
    assert rep.local_rank(np.diag([1.0, 1e-2, 1e-4])[None], eps=0.1) == 1.0
    for bad in (np.eye(3), np.full((1, 2, 2), np.nan), np.ones((0, 2, 2))):
        with pytest.raises(ValueError, match="jacobians: got"):
            rep.local_rank(bad)
    with pytest.raises(ValueError, match="eps: got 1"):
        rep.local_rank(np.ones((1, 2, 2)), eps=1)


@pytest.mark.parametrize("scale", [1e-200, 1e-12, 1e200])
def test_the_unit_of_an_activity_does_not_matter(scale):
    rng = np.random.default_rng(3)
    one, other = rng.random((40, 6)), rng.random((40, 5))
    assert rep.cka(one * scale, other) == pytest.approx(rep.cka(one, other))
    np.testing.assert_allclose(rep.cca(one * scale, other), rep.cca(one, other), rtol=1e-6)
    assert (
        rep.match_neurons(one * scale, other).partner.tolist()
        == rep.match_neurons(one, other).partner.tolist()
    )
    for measure in (rep.hoyer_sparseness, rep.treves_rolls_sparseness):
        np.testing.assert_allclose(measure(one * scale), measure(one))
    assert np.isnan(rep.hoyer_sparseness(np.zeros(4)))
    assert np.isnan(rep.treves_rolls_sparseness(np.zeros((0,))))
    # 0.1 is not a binary number: its mean over three samples leaves rounding noise
    assert np.isnan(rep.cka(np.full((3, 2), 0.1 * scale), other[:3]))


def test_pairs_beyond_memory_are_refused_by_name():
    x = np.broadcast_to(np.zeros(1), (2, 10**7))
    with pytest.raises(ValueError, match=r"x: got 100,000,000,000,000 pairs of neurons"):
        rep.match_neurons(x, x)
