"""Products row by row against dense ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.graphs.pruned_product import Rows, pruned_product
from neurosparse.kernels.graphs.pruned_product.cpu import BLOCK


def rows_of(table):
    pre, post = np.nonzero(table)
    indptr = np.concatenate(([0], np.cumsum((table != 0).sum(axis=1))))
    return Rows(indptr.astype(np.int64), post.astype(np.int32), table[pre, post])


@given(st.integers(0, 999), *(st.integers(0, 8) for _ in range(3)))
@settings(max_examples=40)
def test_products_are_those_of_dense_matrices(seed, n, middle, width):
    """Quarters add up without rounding, so what is cut is cut by both."""
    rng = np.random.default_rng(seed)
    a = rows_of((rng.integers(-3, 4, (n, middle)) * 0.25).astype(np.float32))
    b = rows_of((rng.integers(-3, 4, (middle, width)) * 0.25).astype(np.float32))
    for least in (0.0, 0.25):
        ours = pruned_product(a, b, width, least)
        law = pruned_product(a, b, width, least, backend="naive")
        for mine, theirs in zip(ours, law, strict=True):
            assert mine.dtype == theirs.dtype
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("n", [BLOCK - 1, BLOCK + 3])
def test_blocks_and_threads_change_nothing(n):
    from scipy.sparse import random_array

    a = random_array((n, 500), density=0.01, rng=1, format="csr", dtype=np.float32)
    b = random_array((500, 700), density=0.02, rng=2, format="csr", dtype=np.float32)
    left, right = (
        Rows(m.indptr.astype(np.int64), m.indices.astype(np.int32), m.data) for m in (a, b)
    )
    one, two = (pruned_product(left, right, 700, 0.3, threads=k) for k in (1, 2))
    for mine, theirs in zip(one, two, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    whole = (a.astype(np.float64) @ b).tocsr()
    assert 1000 < len(one.value) == (whole.data >= 0.3).sum() < whole.nnz
