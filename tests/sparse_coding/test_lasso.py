"""The lasso: scikit-learn's minimum, gaps that hold, paths."""

import numpy as np
import pytest
from sklearn.decomposition import sparse_encode
from sklearn.linear_model import lasso_path

from neurosparse.sparse_coding import Dictionary, Fista, Hard, Lasso, LassoPath, Soft, cost
from tests.sparse_coding.problems import TWO, TWO_X, problem_r


def random_problem(n=60, d=25, batch=6):
    rng = np.random.default_rng(6)
    return rng.standard_normal((batch, d)), Dictionary.random(n, d, rng=rng)


@pytest.mark.parametrize("positive", [False, True])
def test_the_cost_is_that_of_scikit_learn(positive):
    x, dictionary = random_problem()
    solution = Lasso(0.3, gap=1e-12, nonnegative=positive).solve(x, dictionary)
    theirs = sparse_encode(
        x,
        dictionary.atoms,
        algorithm="lasso_cd",
        alpha=0.3,
        max_iter=100_000,
        positive=positive,
    )
    assert np.allclose(solution.codes.to_dense(), theirs, atol=1e-4)
    assert solution.reason.tolist() == ["gap"] * 6
    assert solution.codes.nnz > 20


def test_gaps_hold():
    x, dictionary = random_problem()
    best = cost(x, Lasso(0.2, gap=1e-14).encode(x, dictionary), dictionary, Soft(0.2))
    for gap in (1e-1, 1e-3, 1e-6):
        solution = Lasso(0.2, gap=gap).solve(x, dictionary)
        above = cost(x, solution.codes, dictionary, Soft(0.2)) - best
        squares = (x**2).sum(axis=1)
        assert (above <= solution.numbers["gap"] * squares + 1e-12).all()
        assert (solution.numbers["gap"] <= gap).all()
    few = Lasso(0.2, sweeps=1).solve(x, dictionary)
    assert "sweeps" in few.reason.tolist()
    again = Lasso(0.2).solve(x, dictionary, start=solution.codes)
    assert again.steps.tolist() == [0] * 6
    assert np.allclose(again.codes.to_dense(), solution.codes.to_dense())


def test_three_of_thirty_two():
    x, dictionary = problem_r()
    codes = Lasso(0.1, gap=1e-14).encode(x, dictionary)
    assert codes.indices.tolist() == [3, 17, 29]
    assert codes.values == pytest.approx([0.90228549, -1.96463653, 1.41344953], abs=1e-7)
    energy = float(cost(x, codes, dictionary, Soft(0.1))[0])
    assert energy == pytest.approx(0.43901857773465, abs=1e-13)


def test_paths_are_those_of_scikit_learn():
    x, dictionary = random_problem(batch=2)
    shares = (1.0, 0.6, 0.3, 0.1)
    path = LassoPath(shares, gap=1e-12).path(x, dictionary)
    for s in range(2):
        largest = np.abs(dictionary.drive(x)[s]).max()
        alphas = np.array(shares) * largest / dictionary.d
        _, theirs, _ = lasso_path(
            dictionary.atoms.T, x[s], alphas=alphas, tol=1e-8, max_iter=100_000
        )
        for share, solution, column in zip(shares, path, theirs.T, strict=True):
            assert solution.numbers["lam"][s] == pytest.approx(share * largest)
            assert np.allclose(solution.codes[s : s + 1].to_dense()[0], column, atol=1e-4)
    assert path[0].codes.nnz == 0
    counts = [solution.codes.nnz for solution in path]
    assert counts == sorted(counts)
    last = LassoPath(shares, gap=1e-12).encode(x, dictionary)
    assert (last.to_dense() == path[-1].codes.to_dense()).all()
    assert len(LassoPath().path(x, dictionary)) == 30


def test_empty_batches():
    assert Lasso(0.1).encode(TWO_X[:0], TWO).shape == (0, 2)
    assert LassoPath().encode(TWO_X[:0], TWO).shape == (0, 2)


def test_refusals():
    with pytest.raises(ValueError, match="lam: got -1"):
        Lasso(-1.0)
    with pytest.raises(ValueError, match="shares: got"):
        LassoPath((0.5, 0.7))
    with pytest.raises(ValueError, match="shares: got"):
        LassoPath(())
    with pytest.raises(ValueError, match="threshold: got Hard.*write Ista"):
        Fista(Hard(0.1))
