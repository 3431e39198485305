"""SONATA's tables of types, alone and under edges."""

import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import (
    read_sonata_edge_types,
    read_sonata_edges,
    read_sonata_types,
    write_sonata_edges,
    write_sonata_types,
)


def edges(pre, post, n_pre=5, n_post=4, **more):
    return Connectivity.from_edges(
        pre, post, n_pre=n_pre, n_post=n_post, duplicates="keep", **more
    )


def test_types_travel_and_fill_what_edges_lack(tmp_path):
    import h5py

    graph = edges([0, 1, 2], [1, 2, 0])
    write_sonata_edges(tmp_path / "e.h5", graph, dt=0.1, types=[7, 8, 7])
    assert read_sonata_edge_types(tmp_path / "e.h5").tolist() == [7, 8, 7]
    write_sonata_types(
        tmp_path / "t.csv",
        {7: {"syn_weight": 0.25, "delay": 1.5}, 8: {"delay": 0.3, "model": "a b"}},
    )
    assert read_sonata_types(tmp_path / "t.csv")[8] == {"delay": 0.3, "model": "a b"}
    # an edge's own values win
    own = read_sonata_edges(tmp_path / "e.h5", dt=0.1, types=tmp_path / "t.csv")
    assert own == graph
    with h5py.File(tmp_path / "e.h5", "r+") as file:
        del (
            file["edges/default_to_default/0/syn_weight"],
            file["edges/default_to_default/0/delay"],
        )
    types = tmp_path / "t.csv"
    found = read_sonata_edges(tmp_path / "e.h5", dt=0.1, types=types, weight=1)
    assert found.weights_array("caller").tolist() == [0.25, 1.0, 0.25]
    assert found.delay_steps_array("caller").tolist() == [15, 3, 15]
    with pytest.raises(
        ValueError, match=r"e\.h5: syn_weight: got none for 3 edges of type 7"
    ):
        read_sonata_edges(tmp_path / "e.h5", dt=0.1)
    with pytest.raises(ValueError, match=r"delay: got none for 3 edges of type 7"):
        read_sonata_edges(tmp_path / "e.h5", dt=0.1, weight=2)
    said = read_sonata_edges(tmp_path / "e.h5", dt=0.1, weight=2, delay=0.5)
    assert said.weights_array().tolist() == [2, 2, 2]
    assert said.delay_steps_array().tolist() == [5, 5, 5]


def test_others_read_our_table(tmp_path):
    import pandas as pd

    write_sonata_types(
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
        read_sonata_types(tmp_path / "t.csv")


def test_bad_types_are_named(tmp_path):
    graph = edges([0, 1], [1, 2])
    for bad in ([1], [0.5, 1.0], ["a", "b"]):
        with pytest.raises(ValueError, match="types: got"):
            write_sonata_edges(tmp_path / "e.h5", graph, dt=0.1, types=bad)
    with pytest.raises(ValueError, match="without spaces"):
        write_sonata_types(tmp_path / "t.csv", {1: {"a b": 1.0}})
    write_sonata_edges(tmp_path / "e.h5", graph, dt=0.1)
    with pytest.raises(ValueError, match=r"syn_weight: got 'heavy'.*table of types"):
        read_sonata_edges(tmp_path / "e.h5", dt=0.1, types={0: {"syn_weight": "heavy"}})


def test_a_type_that_the_table_lacks_is_refused(tmp_path):
    write_sonata_edges(tmp_path / "e.h5", edges([0, 1], [1, 2]), dt=0.1, types=[7, 9])
    write_sonata_types(tmp_path / "t.csv", {7: {"syn_weight": 0.25}})
    with pytest.raises(ValueError, match=r"e\.h5: types: got a table without type 9"):
        read_sonata_edges(tmp_path / "e.h5", dt=0.1, types=tmp_path / "t.csv")


def test_a_table_with_commas_says_so_and_its_name(tmp_path):
    (tmp_path / "t.csv").write_text("edge_type_id,syn_weight\n1,2\n")
    with pytest.raises(ValueError, match=r"t\.csv: .*by spaces, not by commas"):
        read_sonata_types(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text("edge_type_id delay delay\n1 2 3\n")
    with pytest.raises(ValueError, match="no name twice"):
        read_sonata_types(tmp_path / "t.csv")
