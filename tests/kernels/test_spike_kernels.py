"""Streaming spike statistics against their naive laws, whatever the chunks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.measures.spike_intervals import spike_intervals
from neurosparse.kernels.measures.spike_windows import spike_windows

events = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), max_size=60).map(sorted)
cuts = st.lists(st.integers(0, 60), max_size=4).map(sorted)


def chunked(first, second, cuts):
    return list(zip(np.split(first, cuts), np.split(second, cuts), strict=True))


def arrays(events):
    table = np.array(events, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(events, cuts)
def test_intervals_do_not_depend_on_the_chunks(events, cuts):
    step, index = arrays(events)
    time = step * 0.1
    naive = spike_intervals([(time, index)], 6, backend="naive")
    for chunks in ([(time, index)], chunked(time, index, cuts)):
        fast = spike_intervals(chunks, 6, backend="cpu")
        for ours, law in zip(fast, naive, strict=True):
            np.testing.assert_allclose(ours, law, rtol=1e-9, atol=1e-12)


@given(events, cuts)
def test_windows_do_not_depend_on_the_chunks(events, cuts):
    window, index = arrays(events)
    naive = spike_windows([(window, index)], 6, 41, backend="naive")
    fast = spike_windows(chunked(window, index, cuts), 6, 41, backend="cpu")
    np.testing.assert_allclose(fast.mean, naive.mean, atol=1e-12)
    np.testing.assert_allclose(fast.variance, naive.variance, atol=1e-9)


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_fired(backend, n):
    found = spike_intervals([], n, backend=backend)
    assert found.spikes.tolist() == [0] * n
    assert np.isnan(found.cv).all()
    assert spike_windows([], n, 3, backend=backend).mean.tolist() == [0.0] * n
