"""SONATA's indices, against a scan and libsonata."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.io import (
    write_sonata_edges,
)
from neurosparse.io.sonata.index import edges_of_nodes


def edges(pre, post, n_pre=5, n_post=4, **more):
    return Connectivity.from_edges(
        pre, post, n_pre=n_pre, n_post=n_post, duplicates="keep", **more
    )


lists = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=20)


@given(lists)
@settings(max_examples=30)
def test_an_index_finds_exactly_the_edges_of_each_node(pairs):
    node = np.array([pair[0] for pair in pairs], np.int64)
    found = edges_of_nodes(node, 5)
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
    write_sonata_edges(folder / "ours.h5", graph, dt=0.1, population="p", indices=True)
    write_sonata_edges(folder / "theirs.h5", graph, dt=0.1, population="p")
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
        assert (
            read.afferent_edges(node).flatten().tolist()
            == np.flatnonzero(post == node).tolist()
        )
    assert read.efferent_edges(2).flatten().tolist() == np.flatnonzero(pre == 2).tolist()
