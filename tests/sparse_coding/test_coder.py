"""The cost that coders lower."""

import numpy as np
import pytest

from neurosparse.sparse_coding import (
    Dictionary,
    EventLca,
    Fista,
    Ista,
    Lasso,
    Lca,
    MatchingPursuit,
    NonNegative,
    Omp,
    Soft,
    SparseCodes,
    cost,
)
from tests.sparse_coding.problems import TWO, TWO_X


@pytest.mark.parametrize(
    ("lam", "a", "energy"),
    [
        (0.1, (0.1875, 1.1875), 0.26875),
        (0.3, (0.0625, 1.0625), 0.51875),
        (0.4, (0, 1), 0.625),
        (0.5, (0, 0.9), 0.72),
    ],
)
def test_costs_by_hand(lam, a, energy):
    codes = SparseCodes.from_dense([a, (0.0, 0.0)])
    costs = cost(np.concatenate([TWO_X, TWO_X]), codes, TWO, Soft(lam))
    assert costs == pytest.approx([energy, 0.5 * (TWO_X**2).sum()])
    minus = SparseCodes.from_dense([(-1.0, 0.0)])
    assert cost(TWO_X, minus, TWO, NonNegative(Soft(lam)))[0] == np.inf


def known_dictionary():
    """256 atoms in 64 dimensions, 8 of them, all positive, in each of 1,000 signals."""
    rng = np.random.default_rng(0)
    dictionary = Dictionary(rng.standard_normal((256, 64)), renormalise=True)
    atoms = np.argsort(rng.random((1000, 256)), axis=1)[:, :8]
    true = SparseCodes.from_condensed(atoms, rng.uniform(0.5, 1.5, (1000, 8)), 256)
    x = dictionary.decode(true)
    assert x[0, :3] == pytest.approx([0.01444867, -0.47840438, -0.41811603], abs=1e-8)
    assert (x**2).sum() == pytest.approx(8527.41878289)
    assert dictionary.coherence == pytest.approx(0.53959095, abs=1e-8)
    assert dictionary.lipschitz == pytest.approx(8.4951284, abs=1e-7)
    return x, dictionary, true


def test_what_the_true_dictionary_gives():
    x, dictionary, true = known_dictionary()
    on = true.to_dense() != 0
    expected = {
        MatchingPursuit(8, nonnegative=True): (0.9901, 0.948, 0.041972),
        Omp(8): (0.9899, 0.949, 0.003900),
        Lasso(0.05, gap=1e-10, nonnegative=True): (1.0, 0.442, 0.002770),
        Lasso(0.1, gap=1e-10, nonnegative=True): (1.0, 0.442, 0.011081),
    }
    for coder, (recall, exact, unexplained) in expected.items():
        codes = coder.encode(x, dictionary)
        active = codes.to_dense() != 0
        assert (active & on).sum() / on.sum() == pytest.approx(recall, abs=6e-5)
        assert (active == on).all(axis=1).mean() == pytest.approx(exact, abs=0.0015)
        rest = ((x - dictionary.decode(codes)) ** 2).sum() / (
            (x - x.mean(axis=0)) ** 2
        ).sum()
        assert rest == pytest.approx(unexplained, abs=2e-6)
    energies = cost(x, codes, dictionary, NonNegative(Soft(0.1)))
    assert energies.mean() == pytest.approx(0.75113564, abs=1e-7)
    # the largest eight, fitted anew, are the truth
    assert ((codes.top(8).to_dense() != 0) == on).all()


@pytest.mark.parametrize("other", [None, 0.1, "soft", Soft])
@pytest.mark.parametrize("kind", [Lca, EventLca, Ista, Fista])
def test_what_is_no_threshold_is_refused_by_name(kind, other):
    with pytest.raises(TypeError, match=r"threshold: got .* write Soft\(0.1\)"):
        kind(other)
    with pytest.raises(TypeError, match="threshold: got"):
        cost(TWO_X, SparseCodes.from_dense([(1.0, 0.0)]), TWO, other)


def test_a_cost_is_of_as_many_samples_as_codes():
    codes = SparseCodes.from_dense(np.eye(2))
    with pytest.raises(ValueError, match="codes: got .* wants codes of 1 samples"):
        cost(TWO_X, codes, TWO, Soft(0.1))
