"""SONATA nodes that declare more than their file holds."""

import numpy as np
import pytest

from neurosparse.io import read_sonata_nodes, write_sonata_nodes


def test_sonata_texts_without_end(tmp_path):
    import h5py

    write_sonata_nodes(tmp_path / "n.h5", 2, {"kind": ["a", "b"]})
    with h5py.File(tmp_path / "n.h5", "r+") as file:
        texts = {"shape": (10**9,), "chunks": (1000,), "dtype": h5py.string_dtype()}
        file["nodes/default/0"].create_dataset("name", **texts)
    with pytest.raises(ValueError, match="name: got 1000000000 texts declared"):
        read_sonata_nodes(tmp_path / "n.h5")


def foreign(path, columns):
    import h5py

    with h5py.File(path, "w") as file:
        for key, values in columns.items():
            kind = {"dtype": h5py.string_dtype()} if isinstance(values[0], str) else {}
            file.create_dataset(f"nodes/one/{key}", data=values, **kind)
    return path


def test_attributes_of_several_groups_are_joined(tmp_path):
    path = foreign(
        tmp_path / "n.h5",
        {
            "node_type_id": [5, 6, 5], "node_group_id": [0, 1, 0], "node_group_index": [1, 0, 0],
            "0/x": [3, 1], "1/x": [2.5], "0/k": [7, 8], "1/name": ["b"],
        },
    )  # fmt: skip
    nodes = read_sonata_nodes(path)
    assert nodes["node_type_id"].tolist() == [5, 6, 5]
    assert nodes["x"].tolist() == [1, 2.5, 3]
    assert np.array_equal(nodes["k"], [8, np.nan, 7], equal_nan=True)
    assert nodes["name"].tolist() == ["", "b", ""]


def test_places_that_no_group_has_and_mixed_kinds_are_refused(tmp_path):
    base = {"node_type_id": [5, 6], "node_group_id": [0, 1], "node_group_index": [0, 0]}
    for more, word in (
        ({"node_group_index": [0, 3], "0/x": [1], "1/x": [2]}, "node_group_index asks for"),
        ({"node_group_id": [0], "0/x": [1]}, "node_group_id: got"),
        ({"0/x": [1], "1/x": ["a"]}, "x: got texts in one group"),
        ({"node_id": [0, 2], "0/x": [1], "1/x": [2]}, "node_id: got"),
    ):
        path = foreign(tmp_path / "n.h5", base | more)
        with pytest.raises(ValueError, match=rf"n\.h5: .*{word}"):
            read_sonata_nodes(path)


def test_node_ids_say_which_node_a_row_is(tmp_path):
    path = foreign(
        tmp_path / "n.h5",
        {"node_type_id": [5, 6], "node_id": [1, 0], "0/x": [10, 20],
         "node_group_id": [0, 0], "node_group_index": [0, 1]},
    )  # fmt: skip
    assert read_sonata_nodes(path)["x"].tolist() == [20, 10]
    assert read_sonata_nodes(path)["node_type_id"].tolist() == [6, 5]


def test_texts_of_a_library_and_parameters_are_those_of_libsonata(tmp_path):
    libsonata = pytest.importorskip("libsonata")
    columns = {
        "node_type_id": [5, 6, 5], "node_group_id": [0, 0, 0], "node_group_index": [0, 1, 2],
        "0/layer": [1, 0, 1], "0/@library/layer": ["L1", "L2"], "0/x": [1, 2, 3],
        "0/dynamics_params/tau": [5.0, 6.0, 7.0],
    }  # fmt: skip
    path = foreign(tmp_path / "n.h5", columns)
    nodes = read_sonata_nodes(path)
    theirs = libsonata.NodePopulation(str(path), "", "one")
    everyone = theirs.select_all()
    assert nodes["layer"].tolist() == theirs.get_attribute("layer", everyone).tolist()
    assert nodes["x"].tolist() == theirs.get_attribute("x", everyone).tolist()
    tau = theirs.get_dynamics_attribute("tau", everyone)
    assert nodes["dynamics_params/tau"].tolist() == tau.tolist()
    assert set(nodes) == {"node_type_id", "layer", "x", "dynamics_params/tau"}
    with pytest.raises(ValueError, match=r"layer: got .* wants numbers of the 2 texts"):
        read_sonata_nodes(foreign(path, columns | {"0/layer": [0, 2, 1]}))
    with pytest.raises(ValueError, match="layer: got other data, wants texts"):
        read_sonata_nodes(foreign(path, columns | {"0/@library/layer": [1, 2]}))
