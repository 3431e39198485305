"""SONATA spikes come back as they were written."""

import numpy as np
import pytest
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


def test_spikes_of_older_writers(tmp_path):
    import h5py

    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["spikes/gids"] = [1, 0]
        file["spikes/timestamps"] = [0.5, 0.25]
        file["spikes/timestamps"].attrs["units"] = "seconds"
    time, node = read_sonata_spikes(tmp_path / "a.h5")
    assert (time.tolist(), node.tolist()) == ([500, 250], [1, 0])
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["spikes/timestamps"].attrs["units"] = "hours"
    with pytest.raises(ValueError, match=r"a\.h5: timestamps: got 'hours'"):
        read_sonata_spikes(tmp_path / "a.h5")
