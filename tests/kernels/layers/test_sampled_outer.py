"""The outer product on a support: the product of dense batches at the edges, for odd sizes."""

import numpy as np
import pytest

from neurosparse.kernels.layers.csr_matmul import cpu, csr_matmul_backward
from neurosparse.kernels.layers.sampled_outer import sampled_outer
from tests.kernels.layers.problems import SIZES, problem, tolerance


@pytest.fixture(autouse=True)
def _divide(monkeypatch):
    """Divide the work among threads however small it is."""
    monkeypatch.setattr(cpu, "worthwhile", lambda threads, operations: threads)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_cpu_is_the_gradient_of_the_law(size, dtype):
    indptr, indices, values, x, grad, _ = problem(*size, dtype)
    _, law = csr_matmul_backward(indptr, indices, values, x, grad, backend="naive")
    for threads in (1, 3):
        alone = sampled_outer(indptr, indices, x, grad, threads=threads)
        assert alone.dtype == dtype
        np.testing.assert_allclose(alone, law, **tolerance(dtype))


def test_naive_outer_is_the_dense_product_on_the_support():
    indptr, indices, _, x, grad, _ = problem(9, 8, 5, np.float64)
    mine = sampled_outer(indptr, indices, x, grad, backend="naive")
    np.testing.assert_allclose(mine, sampled_outer(indptr, indices, x, grad), rtol=1e-12)


def test_batches_of_other_lengths_are_refused():
    indptr, indices, _, x, grad, _ = problem(9, 8, 5, np.float64)
    with pytest.raises(ValueError, match="grad: got a batch of 4, wants 5"):
        sampled_outer(indptr, indices, x, grad[:4])
