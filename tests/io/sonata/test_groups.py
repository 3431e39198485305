"""Groups of attributes: where each member's stand."""

import numpy as np
import pytest

from neurosparse.io.sonata.groups import EdgeValues, places_in, rows_of


@pytest.fixture
def population(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        group = file.create_group("edges/one")
        group["edge_type_id"] = [7, 8, 7]
        group["edge_group_id"] = [1, 0, 1]
        group["edge_group_index"] = [1, 0, 0]
        group["0/syn_weight"] = [5.0]
        group["1/syn_weight"] = [6.0, 7.0]
        group["1/delay"] = [0.5, 1.5]
        yield group


def test_values_come_from_the_own_group_then_the_type(population):
    values = EdgeValues(population, 3, {7: {"delay": 9.0}, 8: {"delay": 2.5}})
    assert values.known("syn_weight", 1.0, None).tolist() == [7, 5, 6]
    assert values.known("delay", 0.0, None).tolist() == [1.5, 2.5, 0.5]
    assert values.synapses().tolist() == [1, 1, 1]


def test_rows_beyond_what_is_stored(population):
    places = places_in(population, "edge", 3)
    chosen, rows = rows_of(places, 1, np.zeros(2), "delay", "edge")
    assert (chosen.tolist(), rows.tolist()) == ([True, False, True], [1, 0])
    with pytest.raises(ValueError, match="1/delay: got .* edge_group_index asks for"):
        rows_of(places, 1, np.zeros(1), "delay", "edge")
