"""Counts in windows against their law, whatever the chunks."""

import numpy as np
import pytest
from hypothesis import given

from neurosparse.kernels.measures.spike_windows import spike_windows
from tests.kernels.measures.events import arrays, chunked, cuts, events


@given(events, cuts)
def test_windows_do_not_depend_on_the_chunks(events, cuts):
    window, index = arrays(events)
    naive = spike_windows([(window, index)], 6, 41, backend="naive")
    fast = spike_windows(chunked(window, index, cuts), 6, 41, backend="cpu")
    np.testing.assert_allclose(fast.mean, naive.mean, atol=1e-12)
    np.testing.assert_allclose(fast.variance, naive.variance, atol=1e-9)


@pytest.mark.parametrize("n", [0, 1])
def test_no_counts(backend, n):
    assert spike_windows([], n, 3, backend=backend).mean.tolist() == [0.0] * n
