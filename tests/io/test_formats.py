"""Formats: exact round trips in the caller's order, other people's files, files that must be
refused.
"""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.io import edgelist, graphml, scipy_npz, sonata

DT = 0.1
FORMATS = {
    "csv": ("a.csv", edgelist.write_edgelist, edgelist.read_edgelist),
    "parquet": ("a.parquet", edgelist.write_edgelist, edgelist.read_edgelist),
    "npz": ("a.npz", scipy_npz.save_npz, scipy_npz.load_npz),
    "graphml": ("a.graphml", graphml.write_xml, graphml.read_xml),
    "gexf": ("a.gexf", graphml.write_xml, graphml.read_xml),
    "sonata": (
        "a.h5",
        lambda path, c: sonata.write_edges(path, c, dt=DT),
        lambda path: sonata.read_edges(path, dt=DT),
    ),
}
every_format = pytest.mark.parametrize("form", FORMATS)


@st.composite
def connectivities(draw):
    """Any sizes, repeated pairs, odd floats, scalar or single weights and delays, any order."""
    n_pre = draw(st.integers(1, 6))
    n_post = draw(st.integers(1, 6))
    pair = st.tuples(st.integers(0, n_pre - 1), st.integers(0, n_post - 1))
    edges = draw(st.lists(pair, max_size=12))
    numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
    weight = draw(st.one_of(numbers, st.lists(numbers, min_size=len(edges), max_size=len(edges))))
    steps = st.integers(0, 300)
    delay = draw(st.one_of(steps, st.lists(steps, min_size=len(edges), max_size=len(edges))))
    pre, post = ([e[k] for e in edges] for k in (0, 1))
    return Connectivity.from_edges(
        pre, post, n_pre=n_pre, n_post=n_post, weight=weight, delay_steps=delay, duplicates="keep"
    )


def same(a, b):
    assert a.shape == b.shape
    for ours, theirs in zip(a.edges("caller"), b.edges("caller"), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(a.weights_array("caller"), b.weights_array("caller"))
    np.testing.assert_array_equal(a.delay_steps_array("caller"), b.delay_steps_array("caller"))


@every_format
@given(c=connectivities())
@settings(max_examples=25)
def test_round_trips_are_exact(tmp_path_factory, form, c):
    name, write, read = FORMATS[form]
    path = tmp_path_factory.getbasetemp() / name
    write(path, c)
    same(read(path), c)
    assert not list(path.parent.glob(f".*{name}"))


@every_format
def test_empty_ones_travel(tmp_path, form):
    name, write, read = FORMATS[form]
    for shape in ((0, 0), (3, 3), (2, 5)):
        write(tmp_path / name, Connectivity.empty(*shape))
        assert read(tmp_path / name).nnz == 0
        assert read(tmp_path / name).shape == shape


@every_format
def test_a_failed_write_leaves_the_old_file(tmp_path, form, monkeypatch):
    name, write, read = FORMATS[form]
    c = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2)
    write(tmp_path / name, c)
    monkeypatch.setattr(Connectivity, "weights_array", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / name, c)
    monkeypatch.undo()
    same(read(tmp_path / name), c)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@every_format
def test_foreign_and_missing_files_are_refused(tmp_path, form):
    name, write, read = FORMATS[form]
    with pytest.raises(FileNotFoundError, match="path: got"):
        read(tmp_path / name)
    for content in (
        b"",
        b"\x80\x04garbage",
        b"<html></html>",
        b"\x89HDF\r\n\x1a\nx",
        b"PK\x03\x04broken",
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="path|column"):
            read(tmp_path / name)
    if form != "sonata":
        with pytest.raises(ValueError, match="ending in"):
            write(tmp_path / "a.what", Connectivity.empty(1, 1))


# a CSV that ends early at the end of a line is just a shorter table
@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"csv"}))
def test_a_cut_file_is_refused(tmp_path, form):
    name, write, read = FORMATS[form]
    pre = np.arange(2000) % 50
    write(
        tmp_path / name,
        Connectivity.from_edges(pre, (pre * 7) % 50, n_pre=50, n_post=50, duplicates="keep"),
    )
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="path"):
        read(tmp_path / name)


def test_scipy_reads_ours_and_we_read_scipy(tmp_path):
    from scipy import sparse

    c = Connectivity.from_edges([1, 0], [2, 1], n_pre=2, n_post=3, weight=[0.5, 2], delay_steps=[3, 4])
    scipy_npz.save_npz(tmp_path / "a.npz", c)
    np.testing.assert_array_equal(sparse.load_npz(tmp_path / "a.npz").toarray(), c.to_dense())
    for kind in ("csr", "csc", "coo"):
        sparse.save_npz(tmp_path / "b.npz", sparse.coo_array(c.to_dense()).asformat(kind))
        np.testing.assert_array_equal(
            scipy_npz.load_npz(tmp_path / "b.npz").to_dense(), c.to_dense()
        )


def test_npz_never_unpickles_and_checks_what_fits(tmp_path):
    np.savez(tmp_path / "a.npz", format=np.array(b"csr"), data=np.array([print], object))
    with pytest.raises(ValueError, match="path"):
        scipy_npz.load_npz(tmp_path / "a.npz")
    c = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2)
    scipy_npz.save_npz(tmp_path / "b.npz", c)
    good = dict(np.load(tmp_path / "b.npz"))
    for name, bad in (
        ("indices", np.array([1, 9], np.int32)),
        ("indptr", np.array([0, 1])),
        ("data", np.ones(3)),
    ):
        arrays = {**good, name: bad}
        if name == "data":
            del arrays["neurosparse_weight"]
        np.savez(tmp_path / "c.npz", **arrays)
        with pytest.raises(ValueError, match=f"{name}|weight"):
            scipy_npz.load_npz(tmp_path / "c.npz")
    good.pop("indptr")
    np.savez(tmp_path / "d.npz", **good)
    with pytest.raises(ValueError, match="indptr"):
        scipy_npz.load_npz(tmp_path / "d.npz")


def test_pandas_reads_our_csv_and_we_read_a_bare_one(tmp_path):
    import pandas as pd

    c = Connectivity.from_edges([1, 0], [2, 1], n_pre=2, n_post=3, weight=[0.1, 2], delay_steps=[3, 4])
    edgelist.write_edgelist(tmp_path / "a.csv", c)
    same(
        Connectivity.from_pandas(pd.read_csv(tmp_path / "a.csv", comment="#"), n_pre=2, n_post=3), c
    )
    (tmp_path / "b.csv").write_text("post,pre\n2,0\n0,4\n")
    bare = edgelist.read_edgelist(tmp_path / "b.csv")
    assert bare.shape == (5, 3)
    assert edgelist.read_edgelist(tmp_path / "b.csv", n_pre=9).shape == (9, 3)


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
        edgelist.read_edgelist(tmp_path / "a.csv")


def test_networkx_and_our_xml_read_each_other(tmp_path):
    c = Connectivity.from_edges(
        [2, 0, 1], [0, 1, 2], n_pre=4, n_post=4, weight=[0.5, 2, 3], delay_steps=[1, 2, 3]
    )
    for name, read, write in (
        ("a.graphml", nx.read_graphml, nx.write_graphml_xml), ("a.gexf", nx.read_gexf, nx.write_gexf)
    ):  # fmt: skip
        graphml.write_xml(tmp_path / name, c)
        theirs = read(tmp_path / name)
        assert {(a, b): d["weight"] for a, b, d in theirs.edges(data=True)} == {
            ("n2", "n0"): 0.5, ("n0", "n1"): 2.0, ("n1", "n2"): 3.0
        }  # fmt: skip
        assert len(theirs) == 4
        write(theirs, tmp_path / name)
        back = graphml.read_xml(tmp_path / name)
        np.testing.assert_array_equal(back.to_dense(), c.to_dense())
        np.testing.assert_array_equal(back.delay_steps_array(), c.delay_steps_array())


def test_undirected_xml_goes_both_ways(tmp_path):
    nx.write_graphml_xml(nx.Graph([("a", "b"), ("b", "c")]), tmp_path / "a.graphml")
    both = graphml.read_xml(tmp_path / "a.graphml")
    assert both.nnz == 4
    np.testing.assert_array_equal(both.to_dense(), both.to_dense().T)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><graphml><graph/></graphml>', "document type"),
        ('<graphml><graph><node id="a"/><edge source="a" target="b"/></graph></graphml>', "edge"),
        ('<graphml><graph><node id="a"/><edge source="a" target="a"><data key="weight">x</data></edge>'
         "</graph></graphml>", "weight"),
        ("<svg/>", "graphml or gexf"),
        ("<graphml><graph>", "well-formed"),
    ],
)  # fmt: skip
def test_bad_xml_is_refused(tmp_path, text, word):
    (tmp_path / "a.graphml").write_text(text)
    with pytest.raises(ValueError, match=word):
        graphml.read_xml(tmp_path / "a.graphml")


def test_libsonata_reads_our_sonata(tmp_path):
    libsonata = pytest.importorskip("libsonata", reason="libsonata is not installed")
    c = Connectivity.from_edges(
        [2, 0, 1], [0, 1, 2], n_pre=4, n_post=5, weight=[0.5, 2, 3], delay_steps=[1, 20, 3]
    )
    sonata.write_edges(tmp_path / "e.h5", c, dt=DT, population="a_to_b", source="a", target="b")
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
    sonata.write_nodes(
        tmp_path / "n.h5", 3, {"x": [0.5, 1, 2], "kind": ["a", "ü", ""]}, population="a"
    )
    nodes = libsonata.NodeStorage(str(tmp_path / "n.h5")).open_population("a")
    assert nodes.get_attribute("x", nodes.select_all()).tolist() == [0.5, 1, 2]
    sonata.write_spikes(tmp_path / "s.h5", [0.5, 0.75, 2.0], [2, 0, 1], population="a")
    spikes = libsonata.SpikeReader(str(tmp_path / "s.h5"))["a"]
    assert spikes.sorting == "by_time"
    assert [(int(node), time) for node, time in spikes.get()] == [(2, 0.5), (0, 0.75), (1, 2.0)]


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 9)), max_size=20))
@settings(max_examples=20)
def test_spikes_and_nodes_round_trip(tmp_path_factory, events):
    path = tmp_path_factory.getbasetemp() / "spikes.h5"
    time = np.array([t for t, _ in events], float)
    index = np.array([i for _, i in events], int)
    sonata.write_spikes(path, time, index)
    found = sonata.read_spikes(path)
    np.testing.assert_array_equal(found.time, time)
    np.testing.assert_array_equal(found.node, index)


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
    c = sonata.read_edges(tmp_path / "e.h5", dt=DT, population="one", n_pre=9)
    assert c.shape == (9, 3)
    assert c.weights_array("caller").tolist() == [7.0, 5.0, 6.0]
    assert c.delay_steps_array("caller").tolist() == [3, 0, 2]
    with pytest.raises(ValueError, match="one of one, two"):
        sonata.read_edges(tmp_path / "e.h5", dt=DT)
    with pytest.raises(ValueError, match="did you mean 'two'"):
        sonata.read_edges(tmp_path / "e.h5", dt=DT, population="twoo")
    with pytest.raises(ValueError, match="source_node_id"):
        sonata.read_edges(tmp_path / "e.h5", dt=DT, population="two")
    with pytest.raises(ValueError, match=r"dt: got 0\.25.*divides every delay"):
        sonata.read_edges(tmp_path / "e.h5", dt=0.25, population="one")


def test_sonata_does_not_follow_links_out_of_the_file(tmp_path):
    import h5py

    sonata.write_spikes(tmp_path / "secret.h5", [1.0], [0])
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_group("spikes/default")
        for name in ("timestamps", "node_ids"):
            file[f"spikes/default/{name}"] = h5py.ExternalLink(
                "secret.h5", f"/spikes/default/{name}"
            )
    with pytest.raises(ValueError, match="timestamps"):
        sonata.read_spikes(tmp_path / "a.h5")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.attrs["magic"] = np.uint32(1)
    with pytest.raises(ValueError, match="magic"):
        sonata.read_spikes(tmp_path / "b.h5")


@pytest.mark.parametrize("form", ["parquet", "npz", "sonata"])
def test_many_edges_take_no_python_loop(tmp_path, form):
    """A loop would take tens of seconds; ten million edges must not."""
    import time

    name, write, read = FORMATS[form]
    rng = np.random.default_rng(0)
    pre, post = rng.integers(0, 5000, (2, 300_000))
    weight = rng.random(300_000)
    c = Connectivity.from_edges(
        pre, post, n_pre=5000, n_post=5000, duplicates="keep", weight=weight
    )
    start = time.process_time()
    write(tmp_path / name, c)
    same(read(tmp_path / name), c)
    assert time.process_time() - start < 2
