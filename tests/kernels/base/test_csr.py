"""Compressed rows: Numba against NumPy on rows of every shape, repeated and unsorted ones
included.
"""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.kernels.base import csr
from tests.strategies import SEEDS, connectivities


def both(call, *arguments):
    """The naive answer, after checking that the compiled one is the same in values and types."""
    law = call(*arguments, backend="naive")
    fast = call(*arguments, backend="cpu")
    pairs = zip(law, fast, strict=True) if isinstance(law, tuple) else [(law, fast)]
    for a, b in pairs:
        assert getattr(a, "dtype", int) == getattr(b, "dtype", int)
        np.testing.assert_array_equal(a, b)
    return law


@given(connectivities(), SEEDS)
def test_sort_and_count(c, seed):
    shuffled = np.random.default_rng(seed).permutation(c.nnz)
    pre, post = (part[shuffled] for part in c.edges())
    order = both(csr.sort_edges, pre, post, c.n_pre, c.n_post)
    np.testing.assert_array_equal(pre[order], c.edges()[0])
    np.testing.assert_array_equal(post[order], c.indices)
    assert both(csr.count, post, c.n_post).sum() == c.nnz


@given(connectivities())
def test_transpose(c):
    _, pre, positions = both(csr.transpose, c.indptr, c.indices, c.n_post)
    np.testing.assert_array_equal(pre, c.edges()[0][positions])


@given(connectivities())
def test_state_of_sorted_rows(c):
    verdict, at, repeated = both(csr.state, c.indptr, c.indices, c.n_post)
    assert (verdict, at) == (csr.SORTED, -1)
    assert repeated == c.nnz - len(
        set(zip(*(part.tolist() for part in c.edges()), strict=True))
    )


@pytest.mark.parametrize(
    ("indptr", "indices", "answer"),
    [
        ([0], [], (csr.SORTED, -1, 0)),
        ([0, 0, 2, 2], [3, 1], (csr.UNSORTED, 1, 0)),
        ([0, 1, 2], [3, 1], (csr.SORTED, -1, 0)),
        ([0, 2], [1, 4], (csr.OUTSIDE, 1, 0)),
        ([0, 2], [-1, 0], (csr.OUTSIDE, 0, 0)),
        ([0, 2, 3], [2, 1, 9], (csr.OUTSIDE, 2, 0)),
        ([0, 3, 3, 4], [1, 1, 1, 1], (csr.SORTED, -1, 2)),
    ],
)
def test_state_finds_the_offence(indptr, indices, answer):
    rows = np.array(indptr, np.int64), np.array(indices, np.int32)
    assert both(csr.state, *rows, 4) == answer


@given(connectivities(), st.data())
def test_edit(c, data):
    dropped = np.array(
        data.draw(st.lists(st.booleans(), min_size=c.nnz, max_size=c.nnz)), bool
    )
    new = data.draw(connectivities())
    inside = (new.edges()[0] < c.n_pre) & (new.indices < c.n_post)
    pre, post = (part[inside] for part in new.edges())
    both(csr.edit, c.indptr, c.indices, dropped, pre, post)


@given(connectivities(), SEEDS)
def test_select(c, seed):
    rng = np.random.default_rng(seed)
    pre = rng.permutation(c.n_pre)[: rng.integers(0, c.n_pre + 1)].astype(np.int32)
    column = np.where(rng.random(c.n_post) < 0.5, rng.permutation(c.n_post), -1).astype(
        np.int32
    )
    both(csr.select, c.indptr, c.indices, pre, column)


@given(connectivities(), st.integers(0, 9), st.integers(0, 9))
def test_column_range(c, low, width):
    start, stop = both(csr.column_range, c.indptr, c.indices, low, low + width)
    inside = np.sum((c.indices >= low) & (c.indices < low + width))
    assert np.sum(stop - start) == inside
