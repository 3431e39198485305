"""`Connectivity`: transposes, views and selections, by laws."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from tests.connectivity.tables import full
from tests.strategies import SEEDS, connectivities


@given(connectivities())
def test_transpose(c):
    turned = c.transpose()
    turned.validate()
    np.testing.assert_array_equal(turned.to_dense(), c.to_dense().T)
    np.testing.assert_array_equal(turned.out_degree, c.in_degree)
    assert turned.transpose() == c


@given(connectivities())
def test_view_by_post_is_the_transpose(c):
    indptr, pre, positions = c.by_post()
    turned = c.transpose()
    np.testing.assert_array_equal(indptr, turned.indptr)
    np.testing.assert_array_equal(pre, turned.indices)
    np.testing.assert_array_equal(c.weights_array()[positions], turned.weights_array())
    assert c.by_post() is c.by_post()


@given(connectivities(), SEEDS)
def test_select_is_fancy_indexing(c, seed):
    rng = np.random.default_rng(seed)
    pre = rng.permutation(c.n_pre)[: rng.integers(0, c.n_pre + 1)]
    post = rng.permutation(c.n_post)[: rng.integers(0, c.n_post + 1)]
    part = c.select(pre, post)
    part.validate()
    np.testing.assert_array_equal(part.to_dense(), c.to_dense()[np.ix_(pre, post)])
    delays = full(c, c.delay_steps_array())
    np.testing.assert_array_equal(
        full(part, part.delay_steps_array()), delays[np.ix_(pre, post)]
    )
    mask = np.isin(np.arange(c.n_pre), pre)
    assert c.select(mask) == c.select(np.sort(pre))
    assert c.select() == c


@given(
    connectivities(),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_block_is_a_view_of_the_rectangle(c, a, b, x, y):
    block = c.block(slice(a, b), slice(x, y))
    rows, columns = slice(*block.pre), slice(*block.post)
    assert block.to_connectivity() == c.select(rows, columns)
    assert block.nnz == len(block.positions) == block.to_connectivity().nnz
    dense = np.zeros(block.shape)
    np.add.at(dense, block.edges(), block.weights_array())
    np.testing.assert_array_equal(dense, c.to_dense()[rows, columns])
