"""SONATA edges of others, and edges that cannot be meant."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import (
    read_sonata_edges,
    write_sonata_edges,
)

DT = 0.1


def test_sonata_of_others(tmp_path):
    """Two attribute groups, seconds, no magic, populations to choose from."""
    import h5py

    with h5py.File(tmp_path / "e.h5", "w") as file:
        group = file.create_group("edges/one")
        for key, values in {
            "source_node_id": [0, 1, 2], "target_node_id": [2, 2, 0], "edge_type_id": [7, 7, 8],
            "edge_group_id": [1, 0, 1], "edge_group_index": [1, 0, 0],
            "0/syn_weight": [5.0], "1/syn_weight": [6.0, 7.0], "1/delay": [0.2, 0.3],
        }.items():  # fmt: skip
            group.create_dataset(key, data=np.array(values))
        file.create_group("edges/two")
    c = read_sonata_edges(tmp_path / "e.h5", dt=DT, population="one", n_pre=9)
    assert c.shape == (9, 3)
    assert c.weights_array("caller").tolist() == [7.0, 5.0, 6.0]
    assert c.delay_steps_array("caller").tolist() == [3, 0, 2]
    with pytest.raises(ValueError, match="one of one, two"):
        read_sonata_edges(tmp_path / "e.h5", dt=DT)
    with pytest.raises(ValueError, match="did you mean 'two'"):
        read_sonata_edges(tmp_path / "e.h5", dt=DT, population="twoo")
    with pytest.raises(ValueError, match="source_node_id"):
        read_sonata_edges(tmp_path / "e.h5", dt=DT, population="two")
    with pytest.raises(ValueError, match=r"dt: got 0\.25.*divides every delay"):
        read_sonata_edges(tmp_path / "e.h5", dt=0.25, population="one")


def edges_file(path, **changed):
    """A SONATA file of two edges with some data sets or attributes replaced (None: left out)."""
    import h5py

    write_sonata_edges(
        path, Connectivity.from_edges([0, 1], [1, 0], weight=[2.0, 3.0]), dt=0.1
    )
    with h5py.File(path, "r+") as file:
        group = file["edges/default_to_default"]
        for name, value in changed.items():
            if name == "magic":
                file.attrs["magic"] = value
            elif name == "size":
                group["source_node_id"].attrs["neurosparse_size"] = value
            else:
                del group[name]
                if isinstance(value, tuple):
                    group.create_dataset(name, shape=value, dtype="i8", chunks=(1000,))
                elif value is not None:
                    group.create_dataset(name, data=value)
    return path


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("source_node_id", np.array([0.5, 1]), "source_node_id: got fractions"),
        ("target_node_id", np.array([np.nan, 1]), "target_node_id: got fractions"),
        ("target_node_id", np.array([2**63, 1], np.uint64), "target_node_id"),
        ("target_node_id", (10**11,), "target_node_id: got 100000000000 numbers declared"),
        ("edge_group_id", np.zeros(1, int), "edge_group_id: got"),
        ("edge_group_index", np.array([-1, 0]), "edge_group_index: got"),
        ("edge_group_index", np.array([0, 5]), "edge_group_index asks for"),
        ("source_node_id", None, "without 'source_node_id'"),
        ("magic", "x", "magic: got 'x'"),
        ("magic", np.array([1, 2]), "magic: got"),
        ("magic", np.nan, "magic: got"),
        ("size", "many", "neurosparse_size: got 'many'"),
        ("size", 2.5, "neurosparse_size: got"),
        ("size", 2**31 - 1, "neurosparse_size: got 2147483647 neurons"),
    ],
)
def test_sonata_that_cannot_be_meant(tmp_path, name, value, word):
    with pytest.raises(ValueError, match=word):
        read_sonata_edges(edges_file(tmp_path / "a.h5", **{name: value}), dt=0.1)


@pytest.mark.parametrize(
    "place", ["edges", "edges/default_to_default", "edges/default_to_default/0"]
)
def test_sonata_of_another_file_is_not_read(tmp_path, place):
    import h5py

    secret = edges_file(tmp_path / "secret.h5")
    path = edges_file(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        del file[place]
        file[place] = h5py.ExternalLink(secret.name, f"/{place}")
    with pytest.raises(ValueError, match=", wants "):
        read_sonata_edges(path, dt=0.1)


@pytest.mark.parametrize("delay", [np.nan, np.inf, 0.05])
def test_sonata_delays_that_are_no_steps(tmp_path, delay):
    import h5py

    with h5py.File(edges_file(tmp_path / "a.h5"), "r+") as file:
        file["edges/default_to_default/0/delay"][:] = [0.1, delay]
    with pytest.raises(
        ValueError, match="dt: got 0.1, wants a step that divides every delay"
    ):
        read_sonata_edges(tmp_path / "a.h5", dt=0.1)
