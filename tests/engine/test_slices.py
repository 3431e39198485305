"""Which neurons belong to which thread, and where rows of synapses cross from one to the next."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.engine.slices import LANE, padded, row_segments, slices


@given(n=st.integers(1, 5000), threads=st.integers(1, 17))
def test_slices_are_whole_lanes_that_cover_all_neurons(n, threads):
    bounds = slices(n, threads)
    sizes = np.diff(bounds)
    assert bounds.shape == (threads + 1,)
    assert (bounds[0], bounds[-1]) == (0, padded(n))
    assert not (bounds % LANE).any()
    assert n <= padded(n) < n + LANE
    # nobody has more than a lane beyond its share
    assert 0 <= sizes.min() <= sizes.max() < padded(n) / threads + LANE


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("kind", [np.uint16, np.uint32])
def test_parts_of_a_row_are_the_synapses_of_each_slice(threads, kind):
    rng = np.random.default_rng(threads)
    rows = [np.sort(rng.choice(300, size, replace=False)) for size in (0, 1, 40, 0, 299, 3)]
    indptr = np.cumsum([0, *map(len, rows)])
    indices = np.concatenate(rows).astype(kind)
    bounds = slices(300, threads)
    pointers, stride = row_segments(indptr, indices, bounds)
    for i, row in enumerate(rows):
        for k, (lo, hi) in enumerate(pairwise(bounds)):
            begin, end = pointers[i * stride + k : i * stride + k + 2]
            np.testing.assert_array_equal(indices[begin:end], row[(row >= lo) & (row < hi)])


def test_one_thread_reads_the_rows_themselves():
    indptr = np.array([0, 2, 5])
    pointers, stride = row_segments(indptr, np.zeros(5, np.uint16), slices(10, 1))
    assert pointers is indptr
    assert stride == 1
