"""SONATA files as libsonata reads them; links that lead out of a file."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import (
    read_sonata_edges,
    read_sonata_nodes,
    read_sonata_spikes,
    write_sonata_edges,
    write_sonata_nodes,
    write_sonata_spikes,
)

DT = 0.1


def test_libsonata_reads_our_sonata(tmp_path):
    libsonata = pytest.importorskip("libsonata", reason="libsonata is not installed")
    c = Connectivity.from_edges(
        [2, 0, 1], [0, 1, 2], n_pre=4, n_post=5, weight=[0.5, 2, 3], delay_steps=[1, 20, 3]
    )
    write_sonata_edges(
        tmp_path / "e.h5", c, dt=DT, population="a_to_b", source="a", target="b"
    )
    edges = libsonata.EdgeStorage(str(tmp_path / "e.h5")).open_population("a_to_b")
    everything = edges.select_all()
    assert (edges.source, edges.target, edges.size) == ("a", "b", 3)
    np.testing.assert_array_equal(edges.source_nodes(everything), c.edges("caller")[0])
    np.testing.assert_array_equal(edges.target_nodes(everything), c.edges("caller")[1])
    np.testing.assert_allclose(
        edges.get_attribute("delay", everything), c.delay_steps_array("caller") * DT
    )
    np.testing.assert_array_equal(
        edges.get_attribute("syn_weight", everything), c.weights_array("caller")
    )
    write_sonata_nodes(
        tmp_path / "n.h5", 3, {"x": [0.5, 1, 2], "kind": ["a", "ü", ""]}, population="a"
    )
    nodes = libsonata.NodeStorage(str(tmp_path / "n.h5")).open_population("a")
    assert nodes.get_attribute("x", nodes.select_all()).tolist() == [0.5, 1, 2]
    write_sonata_spikes(tmp_path / "s.h5", [0.5, 0.75, 2.0], [2, 0, 1], population="a")
    spikes = libsonata.SpikeReader(str(tmp_path / "s.h5"))["a"]
    assert spikes.sorting == "by_time"
    assert [(int(node), time) for node, time in spikes.get()] == [
        (2, 0.5),
        (0, 0.75),
        (1, 2.0),
    ]


def test_sonata_does_not_follow_links_out_of_the_file(tmp_path):
    import h5py

    write_sonata_spikes(tmp_path / "secret.h5", [1.0], [0])
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_group("spikes/default")
        for name in ("timestamps", "node_ids"):
            file[f"spikes/default/{name}"] = h5py.ExternalLink(
                "secret.h5", f"/spikes/default/{name}"
            )
    with pytest.raises(ValueError, match="timestamps"):
        read_sonata_spikes(tmp_path / "a.h5")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.attrs["magic"] = np.uint32(1)
    with pytest.raises(ValueError, match="magic"):
        read_sonata_spikes(tmp_path / "b.h5")


def test_sonata_of_another_shape_is_named(tmp_path):
    import h5py

    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("edges/flat", data=[1])
    with pytest.raises(ValueError, match="population: got 'flat'"):
        read_sonata_edges(tmp_path / "a.h5", dt=0.1)
    write_sonata_nodes(tmp_path / "n.h5", 2, {"kind": ["a", "b"]})
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_dataset("nodes/p/node_type_id", data=[0, 0])
        file["nodes/p/0/kind"] = h5py.ExternalLink("n.h5", "/nodes/default/0/kind")
    assert list(read_sonata_nodes(tmp_path / "b.h5")) == ["node_type_id"]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda path: write_sonata_nodes(path, -1), "n: got -1"),
        (lambda path: write_sonata_nodes(path, 1, {"a/b": [1]}), "attributes: got 'a/b'"),
        (lambda path: write_sonata_nodes(path, 1, {"": [1]}), "attributes: got ''"),
        (lambda path: write_sonata_spikes(path, [np.nan], [0]), "time: got NaN"),
    ],
)
def test_what_sonata_has_no_place_for_is_not_written(tmp_path, call, word):
    with pytest.raises(ValueError, match=word):
        call(tmp_path / "a.h5")
    assert list(tmp_path.iterdir()) == []
