"""Blocks are views of rectangles."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from tests.strategies import connectivities


@given(connectivities(), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_block_is_a_view_of_the_rectangle(c, a, b, x, y):
    block = c.block(slice(a, b), slice(x, y))
    rows, columns = slice(*block.pre), slice(*block.post)
    assert block.to_connectivity() == c.select(rows, columns)
    assert block.nnz == len(block.positions) == block.to_connectivity().nnz
    dense = np.zeros(block.shape)
    np.add.at(dense, block.edges(), block.weights_array())
    np.testing.assert_array_equal(dense, c.to_dense()[rows, columns])
