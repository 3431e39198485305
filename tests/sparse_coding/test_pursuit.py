"""Pursuit: check values, the conformance with scikit-learn, reasons for ending."""

import numpy as np
import pytest

from neurosparse.sparse_coding import Dictionary, Omp
from tests.sparse_coding.problems import problem_r

PAIR = Dictionary([[1.0, 0.0], [0.6, 0.8]])


def test_two_atoms():
    solution = Omp(2).solve([[1.0, 0.6]], PAIR)
    assert solution.codes.to_dense()[0] == pytest.approx([0.55, 0.75])
    assert solution.steps.tolist() == [2]


def test_three_of_thirty_two():
    x, dictionary = problem_r()
    orders = [Omp(k).encode(x, dictionary) for k in (1, 2, 3)]
    assert [codes.indices.tolist() for codes in orders] == [[17], [17, 29], [3, 17, 29]]
    left = [np.linalg.norm(x - dictionary.decode(codes)) for codes in orders]
    assert left == pytest.approx([1.4560058, 0.9636165, 0], abs=1e-7)
    assert orders[2].values == pytest.approx([1, -2, 1.5])


def test_refusals():
    with pytest.raises(ValueError, match="k: got 3, wants at most 2"):
        Omp(3).encode([[1.0, 0.6]], PAIR)
    with pytest.raises(ValueError, match="k: got 0"):
        Omp(0)
