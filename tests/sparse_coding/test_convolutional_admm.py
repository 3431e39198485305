"""ADMM in the frequency domain: one frequency by hand, what it is bound to refuse.

Its optimum stands beside that of coordinate descent in `test_convolutional_descent.py`.
"""

import numpy as np
import pytest

from neurosparse.sparse_coding import ConvolutionalAdmm
from neurosparse.sparse_coding.convolutional_admm import rank_one_solve


def test_one_frequency_as_the_dense_solution() -> None:
    spectra = np.array([1 + 1j, 2])
    right = np.array([1, 1j])
    x = rank_one_solve(spectra, right, 0.5)
    by_hand = [0.76923077 - 0.61538462j, -0.61538462 + 0.15384615j]
    np.testing.assert_allclose(x, by_hand, atol=1e-8)
    system = np.outer(spectra.conj(), spectra) + 0.5 * np.eye(2)
    np.testing.assert_allclose(x, np.linalg.solve(system, right))


def test_the_code_is_sparse_and_threads_change_little() -> None:
    image = np.random.default_rng(0).standard_normal((8, 8))
    kernels = np.random.default_rng(1).standard_normal((5, 3, 3))
    coder = ConvolutionalAdmm(1.0, steps=5)
    maps = coder.encode(image, kernels)
    # also long before it has converged
    assert 0 < maps.codes.nnz < 0.7 * maps.codes.n
    twice = coder.encode(image, kernels, threads=2)
    np.testing.assert_allclose(maps.dense(), twice.dense(), atol=1e-12)


def test_bad_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="relaxation: got 2"):
        ConvolutionalAdmm(0.1, relaxation=2.0)
    with pytest.raises(ValueError, match="rho"):
        ConvolutionalAdmm(0.1, rho=0.0)
    with pytest.raises(ValueError, match="lam"):
        ConvolutionalAdmm(-0.1)
