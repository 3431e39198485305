"""K-SVD: a singular pair by hand, a sweep never raises the error nor widens a support."""

import numpy as np
import pytest

from neurosparse.sparse_coding import Dictionary, KSvd, Omp
from neurosparse.sparse_coding.learn.ksvd import power_step, rank_one


def test_a_pair_by_hand() -> None:
    own = np.array([[3.0, 4.0], [1.0, 2.0]])  # signals as rows
    values, atom = rank_one(own)
    np.testing.assert_allclose(atom, [0.57604844, 0.81741556], atol=1e-8)
    np.testing.assert_allclose(values, [4.99780755, 2.21087956], atol=1e-8)
    assert np.linalg.norm(values) == pytest.approx(5.4649857)
    rest = own - values[:, None] * atom
    assert np.linalg.norm(rest) == pytest.approx(0.3659662)


@pytest.mark.parametrize("shape", [(2, 6), (6, 2), (1, 1), (3, 3)])
def test_pairs_are_those_of_lapack(shape: tuple[int, int]) -> None:
    own = np.random.default_rng(0).standard_normal(shape)
    values, atom = rank_one(own)
    left, size, right = np.linalg.svd(own)
    np.testing.assert_allclose(
        values[:, None] * atom, size[0] * left[:, :1] * right[:1], atol=1e-9
    )
    # power steps go there too
    for _ in range(200):
        values, atom = power_step(own, values + 1e-3)
    np.testing.assert_allclose(np.linalg.norm(values), size[0], rtol=1e-3)


@pytest.mark.parametrize("exact", [True, False])
def test_a_sweep_lowers_the_error_of_the_codes_it_has(exact: bool) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 6))
    dictionary = Dictionary.random(9, 6, rng=rng)
    codes = Omp(3).encode(x, dictionary)
    atoms = KSvd(exact=exact).update(x, codes, dictionary.atoms, {}).atoms
    # with the same supports, the best coefficients describe no worse
    before = after = 0.0
    for row, signal in zip(codes.to_dense(), x, strict=True):
        support = np.flatnonzero(row)
        before += ((signal - row @ dictionary.atoms) ** 2).sum()
        after += float(np.linalg.lstsq(atoms[support].T, signal, rcond=None)[1].sum())
    assert 0 < after < 0.9 * before


def test_signals_that_are_all_zero_leave_atoms_alone() -> None:
    start = Dictionary.random(3, 2, rng=0)
    learned = KSvd().fit(np.zeros((4, 2)), dictionary=start, coder=Omp(1))
    np.testing.assert_allclose(learned.dictionary.atoms, start.atoms, rtol=1e-12)
