"""The energy and the margin of a retrieval, read off the whole matrix of scores."""

import numpy as np
import pytest

from neurosparse.memory import Budget, Entmax, Normmax
from neurosparse.memory.vectors import energy
from neurosparse.memory.vectors.energy import energy_of, largest_norm, margin_of


def test_the_largest_norm_is_read_in_blocks(monkeypatch):
    x = np.random.default_rng(0).standard_normal((50, 4)).astype(np.float32)
    norm = np.linalg.norm(x.astype(np.float64), axis=1).max()
    for rows in (7, 50, 2**14):
        monkeypatch.setattr(energy, "ROWS", rows)
        assert largest_norm(x) == pytest.approx(norm, rel=1e-12)


@pytest.mark.parametrize("beta", [0.5, 3.0])
def test_with_softmax_it_is_the_energy_of_ramsauer(beta):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((9, 4))
    q = rng.standard_normal((3, 4))
    largest = np.log(np.exp(beta * q @ x.T).sum(1))
    ours = energy_of(largest[None], [q], x, Entmax(1.0), beta)[0]
    half_squares = (q**2).sum(1) / 2 + (x**2).sum(1).max() / 2
    np.testing.assert_allclose(ours, -largest / beta + np.log(9) / beta + half_squares)


@pytest.mark.parametrize(
    ("rule", "k"), [(Entmax(2.0), 1), (Normmax(3.0), 1), (Budget(3), 3)]
)
def test_the_margin_is_the_lead_of_pattern_k(rule, k):
    rng = np.random.default_rng(2)
    x = rng.standard_normal((20, 5))
    q = rng.standard_normal((4, 5))
    scores = -np.sort(-(q @ x.T), axis=1)
    lead = scores[:, k - 1] - scores[:, k]
    np.testing.assert_allclose(margin_of(x, q, rule, 2.0), 2.0 * lead)
    assert np.isinf(margin_of(x[:k], q, rule, 2.0)).all()
