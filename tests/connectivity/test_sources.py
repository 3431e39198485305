"""What a `Connectivity` is built from: indices of any kind, foreign graphs, sizes in files."""

import gzip

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from neurosparse.connectivity import Connectivity
from neurosparse.io import read_edgelist, write_edgelist


def test_undirected_graphs_go_both_ways():
    import igraph
    import networkx as nx

    triangle = np.ones((3, 3)) - np.eye(3)
    np.testing.assert_array_equal(
        Connectivity.from_networkx(nx.cycle_graph(3)).to_dense(), triangle
    )
    np.testing.assert_array_equal(
        Connectivity.from_igraph(igraph.Graph.Ring(3)).to_dense(), triangle
    )
    looped = igraph.Graph(n=2, edges=[(1, 1), (0, 1)], edge_attrs={"weight": [2.0, 3.0]})
    assert Connectivity.from_igraph(looped).to_dense().tolist() == [[0.0, 3.0], [3.0, 2.0]]


def test_true_and_false_are_synapses_of_weight_one_or_zero():
    given = sp.csr_array(np.array([[True, False], [True, True]]))
    assert Connectivity.from_scipy(given) == Connectivity.from_dense(given.toarray())


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError, match="wants an edge list that exists"):
        Connectivity.from_file(tmp_path / "none.csv")
    (tmp_path / "edges.txt").write_text("0 1\n")
    with pytest.raises(ValueError, match="path"):
        Connectivity.from_file(tmp_path / "edges.txt")


@pytest.mark.parametrize("kind", [np.uint8, np.uint32, np.uint64, np.int16, np.float32])
def test_sizes_follow_from_indices_of_any_kind(kind):
    made = Connectivity.from_edges(np.array([0, 1], kind), np.array([3, 0], kind))
    assert made.shape == (2, 4)
    assert Connectivity.from_edges(np.empty(0, kind), np.empty(0, kind)).shape == (0, 0)


def test_a_column_that_was_named_must_be_there():
    table = pd.DataFrame({"a": [0], "b": [1], "strength": [5.0]})
    with pytest.raises(
        ValueError, match="columns: got 'strenght', wants one of .* did you mean 'strength'"
    ):
        Connectivity.from_pandas(table, columns=("a", "b", "strenght", "delay"))
    assert Connectivity.from_pandas(
        table, columns=("a", "b", "strength", "delay")
    ).weights_array().tolist() == [5.0]
    assert (
        Connectivity.from_pandas(table, columns=("a", "b", "weight", "delay")).weight == 1
    )


def test_neurons_without_edges_survive_a_file(tmp_path):
    made = Connectivity.from_edges([1, 0], [0, 1], n_pre=5, n_post=7, weight=[2, 3])
    for name in ("a.csv", "a.parquet"):
        write_edgelist(tmp_path / name, made)
        assert Connectivity.from_file(tmp_path / name) == made
        assert Connectivity.from_file(tmp_path / name, n_post=9).shape == (5, 9)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress((tmp_path / "a.csv").read_bytes()))
    assert Connectivity.from_file(tmp_path / "a.csv.gz") == made


def test_a_graph_attribute_named_shape_may_mean_anything():
    for shape in ("box", (1, 1), (4, -1), ("a", "b"), 2):
        graph = nx.DiGraph([(0, 1)], shape=shape)
        graph.add_node(2)
        assert Connectivity.from_networkx(graph).shape == (3, 3)
    made = Connectivity.from_edges([0], [2], n_pre=2, n_post=3)
    assert Connectivity.from_networkx(made.to_networkx()) == made


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: Connectivity.from_edges([0], [1], weight=1j), TypeError, "weight: got 1j"),
        (
            lambda: Connectivity.from_networkx({0: [1]}),
            TypeError,
            r"graph: got \{0: \[1\]\}, wants a networkx graph",
        ),
        (lambda: Connectivity.from_edges([0], [1], weight=np.True_), TypeError, "weight"),
        (
            lambda: Connectivity.from_edges([0], [1], delay_steps=2j),
            TypeError,
            "delay_steps: got 2j",
        ),
        (
            lambda: Connectivity.from_edges([0], [1], delay_steps=np.True_),
            TypeError,
            "delay",
        ),
        (
            lambda: Connectivity.from_edges([0], [1e300]),
            ValueError,
            "post: got 1e.300 at position 0",
        ),
        (
            lambda: Connectivity.from_scipy(sp.coo_array(np.ones(3))),
            ValueError,
            "matrix: .* two dimensions",
        ),
    ],
)
def test_bad_kinds_are_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_tables_with_other_names_and_ids():
    table = pd.DataFrame({"source": [0, 2], "target": [1, 0], "syn_count": [4, 5]})
    three = Connectivity.from_pandas(table, columns=("source", "target", "syn_count"))
    assert three.weights_array(order="caller").tolist() == [4.0, 5.0]
    assert Connectivity.from_pandas(
        table, columns=("source", "target")
    ).weights_array().tolist() == [1.0, 1.0]
    for columns in (("source",), "source", ("a", "b", "c", "d", "e")):
        with pytest.raises(ValueError, match="columns: .* wants two to four names"):
            Connectivity.from_pandas(table, columns=columns)
    with pytest.raises(TypeError, match="table: .* wants a pandas.DataFrame"):
        Connectivity.from_pandas({"pre": [0], "post": [1]})
    with pytest.raises(
        TypeError, match="pre: .* wants numbers; number ids and names from 0"
    ):
        Connectivity.from_edges(["AVAL", "AVAR"], ["AVAR", "AVAL"])
    with pytest.raises(ValueError, match="n_pre: .*number ids and names from 0"):
        Connectivity.from_edges([720575940624547622], [0])
    with pytest.raises(
        ValueError, match="pre: got -1 at position 0, wants neuron numbers, 0 or more"
    ):
        Connectivity.from_edges([-1], [0])


def test_masked_entries_are_no_synapses():
    matrix = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=[[1, 0], [0, 0]])
    assert Connectivity.from_dense(matrix).to_dense().tolist() == [[0, 2], [3, 4]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pre,post,weight\n0x1,1,2\n", ([1], [1], [2])),
        (" pre, post\n0,1\n", ([0], [1], [1])),
        ("# by hand\npre,post\n1e1,0\n\n+2,1\n", ([10, 2], [0, 1], [1, 1])),
        ("pre,post\n0,1 # note\n", "post: got an array of object"),
        ("pre,post\n0,1\n# note\n", r"Expected 2 columns, got 1: # note"),
        ("pre,post\n0,1,5\n", "Expected 2 columns, got 3"),
        ("pre,post,weight,weight\n0,1,2,3\n", "only one column 'weight'"),
        ("pre,post,weight\n0,1,NA\n", "weight: got empty cells"),
        ("pre,post,weight\n0,1,1d5\n", "weight: got an array of object"),
        ("pre,post\ntrue,false\n", "pre: got an array of bool"),
        ("pre,post\n-1,0\n", "pre: got -1 to -1"),
    ],
)
def test_two_readers_of_edge_lists_read_alike(tmp_path, text, expected):
    path = tmp_path / "a.csv"
    path.write_text(text)
    for read in (Connectivity.from_file, read_edgelist):
        if isinstance(expected, str):
            with pytest.raises(ValueError, match=rf"a\.csv.*{expected}"):
                read(path)
            continue
        made = read(path)
        columns = (*made.edges("caller"), made.weights_array("caller"))
        assert [column.tolist() for column in columns] == list(expected)
