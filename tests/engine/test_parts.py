"""Rows cut by delay: nothing lost, parts where the table says, the order of CSR within each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.engine.parts import count_delays, cut_rows, place_type
from neurosparse.engine.slices import slices
from neurosparse.kernels.spikes.deliver.parts import offsets, ranks
from tests.strategies import SEEDS, connectivities


@given(connectivities(), SEEDS, st.integers(1, 3), st.integers(0, 300))
def test_each_part_holds_the_synapses_of_its_row_slice_and_delay(c, seed, n_threads, most):
    rng = np.random.default_rng(seed)
    delay = rng.integers(0, most + 1, c.nnz).astype(np.uint16)
    bounds = slices(c.n_post, n_threads)
    parts, at = cut_rows(c.indptr, c.indices.astype(np.uint16), delay, bounds)
    assert parts.delays.tolist() == sorted(set(delay.tolist()), reverse=True)
    n_delays = len(parts.delays)
    assert count_delays(delay) == n_delays
    assert parts.stride == n_threads * n_delays
    assert len(parts.segments) == c.n_pre * parts.stride + 1
    pre = c.edges()[0]
    for i in range(c.n_pre):
        for k in range(n_threads):
            inside = (pre == i) & (c.indices >= bounds[k]) & (c.indices < bounds[k + 1])
            for q in range(n_delays):
                first = i * parts.stride + k * n_delays + q
                part = at[parts.segments[first] : parts.segments[first + 1]]
                expected = np.flatnonzero(inside & (delay == parts.delays[q]))
                assert part.tolist() == expected.tolist()
    np.testing.assert_array_equal(parts.places(delay), at)
    assert parts.nbytes == parts.delays.nbytes + parts.segments.nbytes


@pytest.mark.parametrize("n_threads", [1, 2])
def test_no_synapses_have_no_parts(n_threads):
    nothing = np.zeros(0, np.uint16)
    bounds = slices(100, n_threads)
    parts, at = cut_rows(np.zeros(4, np.int64), nothing, nothing.astype(np.uint8), bounds)
    assert (len(parts.delays), len(at), len(parts.segments)) == (0, 0, 1)


def test_tables_are_as_narrow_as_they_can_be():
    assert place_type(2**31 - 1) is np.int32
    assert place_type(2**31) is np.int64
    assert offsets(2**32 - 1) is np.uint32
    assert offsets(2**32) is np.int64
    assert ranks(np.zeros(0, np.int64)).size == 0
