"""Which neurons belong to which thread, and where rows of synapses cross from one to the next."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.engine.slices import LANE, PAGE, deal, padded, row_segments, slices


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


@given(sizes=st.lists(st.integers(1, 20_000), min_size=1), threads=st.integers(1, 5))
def test_what_is_dealt_covers_all_neurons_in_equal_shares(sizes, threads):
    dealt = deal(sizes, threads)
    for n, bounds in zip(sizes, dealt, strict=True):
        assert bounds.shape == (threads + 1,)
        assert (bounds[0], bounds[-1]) == (0, padded(n))
        assert (np.diff(bounds) >= 0).all()
        assert not (bounds % LANE).any()
    shares = np.sum([np.diff(bounds) for bounds in dealt], axis=0)
    whole = sum(map(padded, sizes))
    # each bound is moved a twentieth, and a lane where it cannot be met
    assert shares.max() <= 1.2 * whole / threads + LANE * (1 + len(sizes))
    assert threads > 1 or shares.tolist() == [whole]


def test_small_populations_stay_whole_and_large_ones_are_cut_between_pages():
    small = deal([1000, 300, 200, 900], 2)
    assert sum((np.diff(bounds) > 0).all() for bounds in small) <= 1
    (large,) = deal([40_000], 2)
    assert large[1] % PAGE == 0


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
