"""Sums over neighbours: the fast path against the law, now and in the past."""

import numpy as np
import pytest

from neurosparse.kernels.graphs.neighbour_sums import delayed_sums, neighbour_sums


def graph(n, nnz, seed):
    rng = np.random.default_rng(seed)
    counts = np.bincount(rng.integers(0, max(n, 1), nnz), minlength=n)[:n]
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    pre = rng.integers(0, max(n, 1), nnz).astype(np.int32)
    return indptr, pre, rng.standard_normal(nnz), rng


@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize(("n", "nnz"), [(0, 0), (1, 0), (1, 3), (7, 40), (65, 700)])
def test_the_fast_path_is_the_law(n, nnz, width):
    indptr, pre, weights, rng = graph(n, nnz, n + nnz)
    x = rng.standard_normal((n, width))
    naive = neighbour_sums(indptr, pre, weights, x, backend="naive")
    fast = neighbour_sums(indptr, pre, weights, x)
    assert fast.shape == (n, width)
    np.testing.assert_allclose(fast, naive, rtol=1e-12, atol=1e-12)
    past = rng.standard_normal((5, n, width))
    delay = rng.integers(0, 5, nnz)
    for now in (0, 3, 12):
        law = delayed_sums(indptr, pre, weights, delay, past, now, backend="naive")
        fast = delayed_sums(indptr, pre, weights, delay, past, now)
        np.testing.assert_allclose(fast, law, rtol=1e-12, atol=1e-12)
    assert np.array_equal(
        delayed_sums(indptr, pre, weights, 0 * delay, past, 6),
        delayed_sums(indptr, pre, weights, 0 * delay + 5, past, 6),
    )


def test_threads_change_no_bit(monkeypatch):
    module = "neurosparse.kernels.graphs.neighbour_sums.cpu.worthwhile"
    indptr, pre, weights, rng = graph(50, 900, 1)
    x = rng.standard_normal((50, 2))
    one = neighbour_sums(indptr, pre, weights, x)
    assert np.abs(one).max() > 1
    monkeypatch.setattr(module, lambda threads, operations: threads)
    for threads in (2, 3):
        assert np.array_equal(one, neighbour_sums(indptr, pre, weights, x, threads=threads))
