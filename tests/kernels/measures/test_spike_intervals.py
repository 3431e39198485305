"""Interspike intervals against their law, whatever the chunks."""

import numpy as np
import pytest
from hypothesis import given

from neurosparse.kernels.measures.spike_intervals import spike_intervals
from tests.kernels.measures.events import arrays, chunked, cuts, events


@given(events, cuts)
def test_intervals_do_not_depend_on_the_chunks(events, cuts):
    step, index = arrays(events)
    time = step * 0.1
    naive = spike_intervals([(time, index)], 6, backend="naive")
    for chunks in ([(time, index)], chunked(time, index, cuts)):
        fast = spike_intervals(chunks, 6, backend="cpu")
        for ours, law in zip(fast, naive, strict=True):
            np.testing.assert_allclose(ours, law, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_fired(backend, n):
    found = spike_intervals([], n, backend=backend)
    assert found.spikes.tolist() == [0] * n
    assert np.isnan(found.cv).all()
