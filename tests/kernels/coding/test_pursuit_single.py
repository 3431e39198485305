"""Solvers of sparse codes in single precision: each needs a compilation of its own."""

import numpy as np
import pytest

from neurosparse.kernels.coding.lasso_descent import descend
from neurosparse.kernels.coding.lca_events import settle
from neurosparse.kernels.coding.pursuit import mp, omp
from neurosparse.sparse_coding import Dictionary, Lasso, Omp
from tests.kernels.coding.test_lasso_descent import dense
from tests.kernels.coding.test_lasso_descent import problem as lassos
from tests.kernels.coding.test_lca_events import CUTS
from tests.kernels.coding.test_lca_events import problem as events
from tests.kernels.coding.test_pursuit import problem as pursuits
from tests.kernels.coding.test_pursuit import same


def test_pursuit_in_single_precision_is_the_law():
    arrays = pursuits(40, 20, 6, np.float32)
    same(omp(*arrays, 5), omp(*arrays, 5, backend="naive"), 1e-4)
    same(mp(*arrays, 40, 9), mp(*arrays, 40, 9, backend="naive"), 1e-4)


def test_events_in_single_precision_is_the_law():
    gram, drive = events(40, 40, 3, np.float32)
    law = settle(gram, drive, CUTS["soft"], 1e-3, 50, backend="naive")
    ours = settle(gram, drive, CUTS["soft"], 1e-3, 50)
    assert ours.values.dtype == np.float32
    np.testing.assert_array_equal(ours.indices, law.indices)
    np.testing.assert_allclose(ours.values, law.values, atol=1e-3)


def test_the_lasso_in_single_precision():
    gram, drive, squares, lam = lassos(40, 40, 3, np.float32)
    ended = descend(gram, drive, squares, lam * 0.01, 0.0, 5000)
    exact = descend(
        gram.astype(float), drive.astype(float), squares, lam * 0.01, 1e-9, 5000
    )
    assert ended.values.dtype == np.float32
    np.testing.assert_allclose(dense(ended, 40), dense(exact, 40), atol=0.02)


def test_coders_keep_the_kind_of_the_dictionary():
    dictionary = Dictionary(
        np.float32([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]]), renormalise=True
    )
    for coder in (Lasso(0.1), Omp(2)):
        codes = coder.encode([[1.0, 1.0, 0.5]], dictionary)
        assert codes.dtype == np.float32
    lasso = Lasso(0.1).encode([[1.0, 1.0, 0.5]], dictionary).to_dense()[0]
    assert lasso == pytest.approx([0.1875, 1.1875], abs=2e-3)
