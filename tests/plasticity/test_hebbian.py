"""Hebbian rules for rates: the law, principal components, selectivity."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.plasticity import BCM, Oja


def test_products_are_the_dense_formula():
    rng = np.random.default_rng(0)
    dense = np.where(rng.random((30, 20)) < 0.3, rng.normal(size=(30, 20)), 0).astype(
        np.float32
    )
    c = Connectivity.from_dense(dense)
    x = rng.normal(size=(7, 30))
    y = rng.normal(size=(7, 20))
    expected = dense + 0.1 * (x.T @ y / 7 - (y * y).mean(0) * dense)
    learned = Oja(0.1)(c, x, y)
    np.testing.assert_allclose(
        learned.to_dense(), np.where(dense != 0, expected, 0), rtol=1e-4, atol=1e-5
    )
    assert learned.topology_hash() == c.topology_hash()


def test_oja_finds_the_principal_component_at_length_one():
    rng = np.random.default_rng(1)
    axis = rng.normal(size=12)
    axis /= np.linalg.norm(axis)
    samples = 2.0 * rng.normal(size=(6000, 1)) * axis + 0.3 * rng.normal(size=(6000, 12))
    c = Connectivity.from_dense(rng.normal(0, 0.3, (12, 2)))
    rule = Oja(0.01)
    assert abs(np.linalg.norm(c.to_dense()[:, 0]) - 1) > 0.05
    for x in samples.reshape(-1, 2, 12):
        c = rule(c, x, x @ c.to_dense())
    w = c.to_dense()
    np.testing.assert_allclose(np.linalg.norm(w, axis=0), 1.0, atol=0.03)
    assert (np.abs(axis @ w) > 0.98).all()


def test_oja_on_a_sparse_support_sees_its_own_inputs_only():
    rng = np.random.default_rng(2)
    samples = rng.normal(size=(4000, 3)) * [3.0, 1.0, 0.5]
    c = Connectivity.from_edges([1, 2], [0, 0], n_pre=3, n_post=1, weight=[0.4, 0.4])
    for x in samples:
        c = Oja(0.02)(c, x, x @ c.to_dense())
    assert c.nnz == 2
    assert abs(c.weights_array()[0]) == pytest.approx(1.0, abs=0.1)
    assert abs(c.weights_array()[1]) < 0.25


def test_bcm_becomes_selective():
    """K orthogonal patterns of equal odds: a neuron ends with the answer K to one of them and 0 to
    the others.
    """
    k = 3
    rng = np.random.default_rng(3)
    patterns = np.linalg.qr(rng.normal(size=(k, k)))[0]
    c = Connectivity.from_dense(patterns.T @ rng.uniform(0.5, 1.0, (k, 5)))
    rule = BCM(rate=0.01, share=0.05)
    theta = np.ones(5)
    for _ in range(3000):
        x = patterns[rng.integers(k)]
        c, theta = rule(c, x, x @ c.to_dense(), theta)
    answers = patterns @ c.to_dense()
    assert answers.max(axis=0) == pytest.approx(np.full(5, k), rel=0.25)
    np.testing.assert_allclose(np.sort(answers, axis=0)[:-1], 0, atol=0.3)
    np.testing.assert_allclose(theta, k, rtol=0.5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda c: Oja(0.0), "rate.*above 0"),
        (lambda c: BCM(0.1, share=0.0), "share"),
        (
            lambda c: Oja(0.1)(c, [1.0], [1.0, 2.0, 3.0]),
            r"x: got shape \(1,\), wants activity \[2\]",
        ),
        (
            lambda c: Oja(0.1)(c, np.ones((2, 2)), np.ones((3, 3))),
            "as many samples as x has: 2",
        ),
        (lambda c: Oja(0.1)(c, [1.0, np.nan], np.ones(3)), "finite"),
        (
            lambda c: BCM(0.1)(c, [1.0, 1.0], np.ones(3), threshold=[1.0]),
            r"threshold.*\[3\]",
        ),
    ],
)
def test_what_cannot_be_meant(make, words):
    with pytest.raises(ValueError, match=words):
        make(Connectivity.from_dense(np.ones((2, 3))))
