"""SONATA's indices and tables of types, against libsonata."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.io import sonata
from neurosparse.io.sonata_types import index_of, read_types, write_types


def edges(pre, post, n_pre=5, n_post=4, **more):
    return Connectivity.from_edges(pre, post, n_pre=n_pre, n_post=n_post, duplicates="keep", **more)


lists = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=20)


@given(lists)
@settings(max_examples=30)
def test_an_index_finds_exactly_the_edges_of_each_node(pairs):
    node = np.array([pair[0] for pair in pairs], np.int64)
    found = index_of(node, 5)
    for one in range(5):
        low, high = found.node_id_to_ranges[one].tolist()
        mine = [
            k
            for first, last in found.range_to_edge_id[low:high].tolist()
            for k in range(first, last)
        ]
        assert mine == np.flatnonzero(node == one).tolist()
    # ranges that touch would be one
    for low, high in found.node_id_to_ranges.tolist():
        part = found.range_to_edge_id[low:high]
        assert (part[1:, 0] > part[:-1, 1]).all()


@given(lists.filter(bool))
@settings(max_examples=15)
def test_our_indices_are_those_of_libsonata(tmp_path_factory, pairs):
    import h5py

    libsonata = pytest.importorskip("libsonata", reason="libsonata is not installed")
    folder = tmp_path_factory.mktemp("index")
    graph = edges(*zip(*pairs, strict=True))
    sonata.write_edges(folder / "ours.h5", graph, dt=0.1, population="p", indices=True)
    sonata.write_edges(folder / "theirs.h5", graph, dt=0.1, population="p")
    libsonata.EdgePopulation.write_indices(str(folder / "theirs.h5"), "p", 5, 4)
    with h5py.File(folder / "ours.h5") as ours, h5py.File(folder / "theirs.h5") as theirs:
        for way in ("source_to_target", "target_to_source"):
            for part in ("node_id_to_ranges", "range_to_edge_id"):
                name = f"edges/p/indices/{way}/{part}"
                np.testing.assert_array_equal(ours[name], theirs[name])
                assert ours[name].dtype == theirs[name].dtype
    read = libsonata.EdgeStorage(str(folder / "ours.h5")).open_population("p")
    pre, post = graph.edges("caller")
    for node in range(4):
        assert read.afferent_edges(node).flatten().tolist() == np.flatnonzero(post == node).tolist()
    assert read.efferent_edges(2).flatten().tolist() == np.flatnonzero(pre == 2).tolist()


def test_types_travel_and_fill_what_edges_lack(tmp_path):
    import h5py

    graph = edges([0, 1, 2], [1, 2, 0])
    sonata.write_edges(tmp_path / "e.h5", graph, dt=0.1, types=[7, 8, 7])
    assert sonata.read_edge_types(tmp_path / "e.h5").tolist() == [7, 8, 7]
    write_types(
        tmp_path / "t.csv",
        {7: {"syn_weight": 0.25, "delay": 1.5}, 8: {"delay": 0.3, "model": "a b"}},
    )
    assert read_types(tmp_path / "t.csv")[8] == {"delay": 0.3, "model": "a b"}
    # an edge's own values win
    own = sonata.read_edges(tmp_path / "e.h5", dt=0.1, types=tmp_path / "t.csv")
    assert own == graph
    with h5py.File(tmp_path / "e.h5", "r+") as file:
        del file["edges/default_to_default/0/syn_weight"], file["edges/default_to_default/0/delay"]
    found = sonata.read_edges(tmp_path / "e.h5", dt=0.1, types=tmp_path / "t.csv")
    assert found.weights_array("caller").tolist() == [0.25, 1.0, 0.25]
    assert found.delay_steps_array("caller").tolist() == [15, 3, 15]
    assert sonata.read_edges(tmp_path / "e.h5", dt=0.1).delay_steps_array().tolist() == [0, 0, 0]


def test_others_read_our_table(tmp_path):
    import pandas as pd

    write_types(
        tmp_path / "t.csv", {3: {"syn_weight": 1.0, "model": "a b"}, 4: {"syn_weight": 2.0}}
    )
    found = pd.read_csv(tmp_path / "t.csv", sep=" ")
    assert found.edge_type_id.tolist() == [3, 4]
    assert found.model.tolist()[0] == "a b"
    assert found.syn_weight.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a b\n1 2\n", "edge_type_id"),
        ("edge_type_id w\n1\n", "edge_type_id: got '1'"),
        ("edge_type_id w\nx 1\n", "edge_type_id: got 'x 1'"),
        ("edge_type_id w\n1 1\n1 2\n", "edge_type_id"),
        ("", "table"),
        ("\xff\x00", "edge_type_id|table"),
    ],
)
def test_bad_tables_are_named(tmp_path, text, word):
    (tmp_path / "t.csv").write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=word):
        read_types(tmp_path / "t.csv")


def test_bad_types_are_named(tmp_path):
    graph = edges([0, 1], [1, 2])
    for bad in ([1], [0.5, 1.0], ["a", "b"]):
        with pytest.raises(ValueError, match="types: got"):
            sonata.write_edges(tmp_path / "e.h5", graph, dt=0.1, types=bad)
    with pytest.raises(ValueError, match="without spaces"):
        write_types(tmp_path / "t.csv", {1: {"a b": 1.0}})
    sonata.write_edges(tmp_path / "e.h5", graph, dt=0.1)
    with pytest.raises(ValueError, match=r"syn_weight: got 'heavy'.*table of types"):
        sonata.read_edges(tmp_path / "e.h5", dt=0.1, types={0: {"syn_weight": "heavy"}})
