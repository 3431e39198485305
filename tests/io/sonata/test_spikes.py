"""SONATA spikes come back as they were written."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.io import (
    read_sonata_spikes,
    write_sonata_spikes,
)


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 9)), max_size=20))
@settings(max_examples=20)
def test_spikes_and_nodes_round_trip(tmp_path_factory, events):
    path = tmp_path_factory.getbasetemp() / "spikes.h5"
    time = np.array([t for t, _ in events], float)
    index = np.array([i for _, i in events], int)
    write_sonata_spikes(path, time, index)
    found = read_sonata_spikes(path)
    np.testing.assert_array_equal(found.time, time)
    np.testing.assert_array_equal(found.node, index)
