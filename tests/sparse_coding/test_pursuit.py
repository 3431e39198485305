"""Pursuit: check values, the conformance with scikit-learn, reasons for ending."""

import numpy as np
import pytest
from sklearn.linear_model import orthogonal_mp_gram

from neurosparse.sparse_coding import Dictionary, MatchingPursuit, Omp
from tests.sparse_coding.problems import problem_r

PAIR = Dictionary([[1.0, 0.0], [0.6, 0.8]])
X = np.array([[1.0, 0.6]])


def left(x, dictionary, codes):
    return float(np.linalg.norm(x - dictionary.decode(codes)))


@pytest.mark.parametrize("recursive", [False, True])
def test_two_atoms(recursive):
    solution = Omp(2, recursive=recursive).solve(X, PAIR)
    assert solution.codes.to_dense()[0] == pytest.approx([0.55, 0.75])
    assert solution.steps.tolist() == [2]


def test_three_of_thirty_two():
    x, dictionary = problem_r()
    orders = [Omp(k).encode(x, dictionary) for k in (1, 2, 3)]
    assert [codes.indices.tolist() for codes in orders] == [[17], [17, 29], [3, 17, 29]]
    rests = [left(x, dictionary, codes) for codes in orders]
    assert rests == pytest.approx([1.4560058, 0.9636165, 0], abs=1e-7)
    assert orders[2].values == pytest.approx([1, -2, 1.5])
    # more atoms are allowed and none is left to take
    assert Omp(9).solve(x, dictionary).reason.tolist() == ["tolerance"]
    assert Omp(tol=1.0).encode(x, dictionary).indices.tolist() == [17, 29]


def test_supports_are_those_of_scikit_learn():
    rng = np.random.default_rng(4)
    dictionary = Dictionary.random(50, 20, rng=rng)
    x = rng.standard_normal((1000, 20))
    codes = Omp(6).encode(x, dictionary)
    theirs = orthogonal_mp_gram(dictionary.gram, dictionary.drive(x).T, n_nonzero_coefs=6).T
    assert ((theirs != 0) == (codes.to_dense() != 0)).all()
    assert np.allclose(theirs, codes.to_dense())
    ahead = Omp(6, recursive=True).encode(x, dictionary)
    assert left(x, dictionary, ahead) < left(x, dictionary, codes)


def test_matching_pursuit_of_two_atoms():
    codes = [MatchingPursuit(steps).encode(X, PAIR) for steps in (1, 2, 3, 4)]
    assert [code.to_dense()[0].round(9).tolist() for code in codes] == [
        [0, 1.08],
        [0.352, 1.08],
        [0.352, 0.8688],
        [0.47872, 0.8688],
    ]
    rests = [left(X, PAIR, code) for code in codes]
    assert rests == pytest.approx([0.44, 0.264, 0.1584, 0.09504])
    stuck = MatchingPursuit(50, nonnegative=True).solve(X, PAIR)
    assert (stuck.steps.tolist(), stuck.reason.tolist()) == ([2], ["tolerance"])
    assert left(X, PAIR, stuck.codes) == pytest.approx(0.264)
    one = MatchingPursuit(50, k=1).solve(X, PAIR)
    assert (one.codes.indices.tolist(), one.reason.tolist()) == ([1], ["k"])


def test_matching_pursuit_of_three():
    x, dictionary = problem_r()
    steps = (1, 2, 3, 5, 10, 50)
    codes = [MatchingPursuit(count).encode(x, dictionary) for count in steps]
    rests = [left(x, dictionary, code) for code in codes]
    expected = [1.456006, 1.122295, 0.809011, 0.317845, 0.048709, 1.377e-8]
    assert rests == pytest.approx(expected, abs=1e-6)
    assert rests[-1] == pytest.approx(1.377e-8, rel=1e-3)
    assert codes[-1].indices.tolist() == [3, 17, 29]
    solution = MatchingPursuit(500, tol=0.05).solve(x, dictionary)
    assert (solution.steps.tolist(), solution.reason.tolist()) == ([10], ["tolerance"])


def test_blocks_change_nothing():
    rng = np.random.default_rng(5)
    dictionary = Dictionary.random(5000, 6, rng=rng)
    x = rng.standard_normal((40, 6))
    codes = Omp(3, threads=2).encode(x, dictionary)
    assert codes.dtype == np.float64
    assert (codes.indices == Omp(3).encode(x, dictionary).indices).all()
    assert codes.counts.tolist() == [3] * 40
    assert Omp(3).encode(x[:0], dictionary).shape == (0, 5000)


def test_refusals():
    with pytest.raises(ValueError, match="k: got 3, wants at most 2"):
        Omp(3).encode(X, PAIR)
    with pytest.raises(ValueError, match="k: got 3, wants at most 2"):
        MatchingPursuit(5, k=3).encode(X, PAIR)
    with pytest.raises(ValueError, match="k: got 0"):
        Omp(0)
    with pytest.raises(ValueError, match="x: got NaN"):
        Omp(1).encode([[1.0, np.nan]], PAIR)
    with pytest.raises(TypeError, match="recursive: got 2"):
        Omp(1, recursive=2)
