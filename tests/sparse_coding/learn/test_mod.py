"""Optimal directions: a case by hand, least squares, atoms that nothing uses."""

import numpy as np

from neurosparse.sparse_coding import SparseCodes
from neurosparse.sparse_coding.learn.mod import optimal_directions


def test_a_case_by_hand() -> None:
    codes = SparseCodes.from_dense([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0]])
    atoms = optimal_directions(np.array([[1.0, 0], [2, 1], [0, 1]]), codes)
    np.testing.assert_allclose(
        atoms.T, [[1.444444, 0.111111], [0.222222, 0.555556]], atol=1e-6
    )


def test_the_solution_is_that_of_least_squares() -> None:
    rng = np.random.default_rng(0)
    dense = rng.standard_normal((30, 5)) * (rng.random((30, 5)) < 0.4)
    dense[:, 3] = 0
    x = rng.standard_normal((30, 4))
    atoms = optimal_directions(x, SparseCodes.from_dense(dense))
    np.testing.assert_allclose(atoms, np.linalg.lstsq(dense, x, rcond=None)[0], atol=1e-10)
    np.testing.assert_allclose(atoms[3], 0, atol=1e-12)
