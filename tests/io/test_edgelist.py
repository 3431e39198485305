"""Edge lists: read by pandas, bare ones, and those that cannot be meant."""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from neurosparse.connectivity import Connectivity
from neurosparse.io import read_edgelist, write_edgelist


def same(a, b):
    assert a.shape == b.shape
    for ours, theirs in zip(a.edges("caller"), b.edges("caller"), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(a.weights_array("caller"), b.weights_array("caller"))
    np.testing.assert_array_equal(
        a.delay_steps_array("caller"), b.delay_steps_array("caller")
    )


def test_pandas_reads_our_csv_and_we_read_a_bare_one(tmp_path):
    import pandas as pd

    c = Connectivity.from_edges(
        [1, 0], [2, 1], n_pre=2, n_post=3, weight=[0.1, 2], delay_steps=[3, 4]
    )
    write_edgelist(tmp_path / "a.csv", c)
    same(
        Connectivity.from_pandas(
            pd.read_csv(tmp_path / "a.csv", comment="#"), n_pre=2, n_post=3
        ),
        c,
    )
    (tmp_path / "b.csv").write_text("post,pre\n2,0\n0,4\n")
    bare = read_edgelist(tmp_path / "b.csv")
    assert bare.shape == (5, 3)
    assert read_edgelist(tmp_path / "b.csv", n_pre=9).shape == (9, 3)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("pre,weight\n0,1\n", "post"),
        ("pre,post\n0,a\n", "post"),
        ("pre,post\n0,0.5\n", "whole numbers"),
        ("pre,post\n0,\n", "post|whole"),
        ("pre,post,weight\n0,0,inf\n", "weight"),
        ("pre,post,delay\n0,0,-1\n", "delay"),
        ("# n_pre=1 n_post=1\npre,post\n0,3\n", "post"),
    ],
)
def test_bad_edge_lists_are_named(tmp_path, text, word):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ValueError, match=word):
        read_edgelist(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("pre,pre,post\n0,1,0\n", "only one column 'pre'"),
        ("pre,post\n-1,0\n", "pre: got -1 to -1"),
        ("pre,post\n2147483646,0\n", "n_pre: got 2147483647 neurons for 1 synapses"),
        ("# n_pre=2 n_post=2147483647\npre,post\n0,0\n", "n_post: got 2147483647 neurons"),
        ("# n_pre=999999999999 n_post=1\npre,post\n0,0\n", "n_pre: got 999999999999"),
    ],
)
def test_edge_lists_that_cannot_be_meant(tmp_path, text, word):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ValueError, match=word):
        read_edgelist(tmp_path / "a.csv")


def test_comments_above_a_csv_are_left_out(tmp_path):
    (tmp_path / "a.csv").write_text(
        "# n_pre=3 n_post=4\n# made by hand\n#\npre,post\n0,1\n"
    )
    assert read_edgelist(tmp_path / "a.csv").shape == (3, 4)
    (tmp_path / "b.csv").write_text("# made by hand\npre,post\n0,1\n")
    assert read_edgelist(tmp_path / "b.csv").shape == (1, 2)
    (tmp_path / "c.csv").write_text("# nothing follows")
    with pytest.raises(ValueError, match="path"):
        read_edgelist(tmp_path / "c.csv")


def test_names_of_columns_neurons_and_another_separator(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("source;target;n; delay\nAVA;RIM;3;1\nRIM;AVA;2;0\nAIB;RIM;1;2\n")
    names = {"pre": "source", "post": "target", "weight": "n"}
    graph = read_edgelist(path, columns=names, sep=";", ids=True)
    assert graph.shape == (3, 3)
    pre, post = graph.edges("caller")
    assert (pre.tolist(), post.tolist()) == ([1, 2, 0], [2, 1, 2])
    assert graph.weights_array("caller").tolist() == [3, 2, 1]
    assert graph.delay_steps_array("caller").tolist() == [1, 0, 2]
    with pytest.raises(
        ValueError, match=r"a\.csv: path: got columns .* wants a column 'pre'"
    ):
        read_edgelist(path, sep=";")
    with pytest.raises(
        ValueError, match=r"a\.csv: pre: got .*ids=True .* numbers the names"
    ):
        read_edgelist(path, columns=names, sep=";")
    for bad in ({"from": "a"}, {"pre": "x", "post": "x"}, {"pre": "post"}):
        with pytest.raises(ValueError, match="columns: got"):
            read_edgelist(path, columns=bad, sep=";")
    with pytest.raises(ValueError, match="wants a column 'w'"):
        read_edgelist(path, columns=names | {"weight": "w"}, sep=";", ids=True)
    with pytest.raises(ValueError, match="sep: got"):
        read_edgelist(path, sep=";;")


def test_ids_that_are_numbers_keep_their_order(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("pre,post\n720575940379278858,10\n9,720575940379278859\n")
    graph = read_edgelist(path, ids=True)
    assert graph.shape == (4, 4)
    assert [end.tolist() for end in graph.edges("caller")] == [[2, 0], [1, 3]]
    path.write_text("pre,post\n007,7\n")
    assert read_edgelist(path, ids=True).shape == (2, 2)
    path.write_text("pre,post\n,7\n")
    with pytest.raises(ValueError, match=r"a\.csv: pre, post: got empty cells"):
        read_edgelist(path, ids=True)
    path.write_text("pre,post\n")
    assert read_edgelist(path, ids=True).shape == (0, 0)


def test_whole_weights_above_2_24_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("pre,post,weight\n0,1,16777217\n1,0,16777216\n")
    with pytest.warns(
        UserWarning, match=r"weight: 1 whole numbers above 2.24 .*16777217 to"
    ):
        read_edgelist(path)
    path.write_text("pre,post,weight\n0,1,123456789.5\n1,0,0.1\n")
    assert read_edgelist(path).nnz == 2


def test_a_head_of_a_few_bytes_makes_no_large_graph(tmp_path):
    (tmp_path / "a.csv").write_text("# n_pre=99999999 n_post=2\npre,post\n0,1\n")
    with pytest.raises(
        ValueError, match=r"a\.csv: n_pre: got 99999999 neurons for 1 synapses"
    ):
        read_edgelist(tmp_path / "a.csv")


def test_a_surplus_cell_is_refused_with_the_file(tmp_path):
    (tmp_path / "a.csv").write_text("pre,post,weight\n0,1,3,5\n")
    with pytest.raises(ValueError, match=r"a\.csv"):
        read_edgelist(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("head", "word"),
    [
        ("pre,post,syn_weight", "weight: got 'syn_weight'"),
        ("pre,post,weights", "weight: got 'weights'"),
        ("pre,post,delay_ms", "delay: got 'delay_ms', wants the name 'delay', in steps"),
        ("pre,post,weight,Weight", "only one column 'weight'"),
    ],
)
def test_weights_of_another_name_are_refused(tmp_path, head, word):
    path = tmp_path / "edges.csv"
    path.write_text(f"{head}\n0,1,5,6\n" if head.count(",") == 3 else f"{head}\n0,1,5\n")
    with pytest.raises(ValueError, match=f"edges.csv: .*{word}"):
        read_edgelist(path)


def test_names_in_capitals_count_and_others_when_named(tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text("Pre, Post ,WEIGHT,Delay\n0,1,5,6\n")
    graph = read_edgelist(path)
    assert (graph.weights_array()[0], graph.delay_steps_array()[0]) == (5, 6)
    path.write_text("pre,post,n_syn\n0,1,5\n")
    assert read_edgelist(path, columns={"weight": "n_syn"}).weights_array().tolist() == [5]
    assert read_edgelist(path, columns={"weight": ""}).weights_array().tolist() == [1]


def test_names_of_neurons_have_no_blanks_around_them(tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text("pre, post\na, b\nb , a\n")
    graph = read_edgelist(path, ids=True)
    assert graph.shape == (2, 2)
    assert [ends.tolist() for ends in graph.edges("caller")] == [[0, 1], [1, 0]]


def test_neurons_of_parquet_that_have_no_name_are_refused(tmp_path):
    path = tmp_path / "edges.parquet"
    pq.write_table(pa.table({"pre": [1.0, float("nan")], "post": [2.0, 1.0]}), path)
    with pytest.raises(ValueError, match=r"edges.parquet: pre, post: got empty cells"):
        read_edgelist(path, ids=True)
