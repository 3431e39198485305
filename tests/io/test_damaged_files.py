"""Files that are broken, foreign or lie about their size: one error that names the field, never a
crash or a guess.
"""

import io
import zipfile

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import read_graph, sonata, write_graph
from neurosparse.io.edgelist import read_edgelist
from neurosparse.io.graphml import read_xml
from neurosparse.io.scipy_npz import load_npz
from neurosparse.store.single import LONELY, new_file

ENDS = (".npz", ".csv", ".parquet", ".graphml", ".gexf", ".h5", ".zarr")
GRAPH = Connectivity.from_edges(
    [2, 0, 1, 0], [1, 2, 0, 4], n_pre=3, n_post=5, weight=[0.5, -1, 2, 3], delay_steps=[1, 2, 3, 4]
)


def spoil(content: bytes, rng: np.random.Generator) -> bytes:
    """Cut, or with some bytes changed."""
    if rng.random() < 0.3:
        return content[: rng.integers(len(content))]
    spoilt = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        spoilt[rng.integers(len(spoilt))] = rng.integers(256)
    return bytes(spoilt)


@pytest.mark.parametrize("end", ENDS)
def test_any_damage_is_a_value_error_that_says_what_is_wanted(tmp_path, end):
    path = tmp_path / f"a{end}"
    rng = np.random.default_rng(0)
    refused = 0
    write_graph(path, GRAPH)
    files = [file for file in sorted(path.rglob("*")) if file.is_file()] or [path]
    whole = {file: file.read_bytes() for file in files}
    for _ in range(60):
        file = files[rng.integers(len(files))]
        file.write_bytes(spoil(whole[file], rng))
        try:
            read_graph(path)
        except ValueError as error:
            assert ", wants " in str(error) or "neurosparse-connectivity" in str(error)  # noqa: PT017
            refused += 1
        file.write_bytes(whole[file])
    assert refused > 20
    assert read_graph(path) == GRAPH


ODD = {
    "text": np.array(["a"] * 4), "one text": np.array("x"), "complex": np.full(4, 1j), "table": np.zeros((4, 1)),
    "NaN": np.full(4, np.nan), "bytes": np.array(b"zz"),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", ["indptr", "indices", "data", "shape", "neurosparse_delay", "neurosparse_order"]
)
@pytest.mark.parametrize("odd", ODD)
def test_an_npz_with_an_odd_array_is_refused(tmp_path, name, odd):
    write_graph(tmp_path / "a.npz", GRAPH)
    arrays = dict(np.load(tmp_path / "a.npz"))
    np.savez(tmp_path / "b.npz", **(arrays | {name: ODD[odd]}))
    field = {"data": "weight", "neurosparse_delay": "delay_steps", "neurosparse_order": "edge_order"}.get(
        name, name
    )
    with pytest.raises(ValueError, match=f"{field}: got"):
        load_npz(tmp_path / "b.npz")


def test_an_npz_that_declares_more_than_it_holds(tmp_path):
    write_graph(tmp_path / "a.npz", GRAPH)
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head, {"descr": "<f4", "fortran_order": False, "shape": (10**16,)}
    )
    with (
        zipfile.ZipFile(tmp_path / "a.npz") as old,
        zipfile.ZipFile(tmp_path / "b.npz", "w") as new,
    ):
        for entry in old.namelist():
            new.writestr(entry, head.getvalue() if entry == "data.npy" else old.read(entry))
    with pytest.raises(ValueError, match=r"b\.npz: more than memory holds"):
        load_npz(tmp_path / "b.npz")


def test_a_matrix_of_true_and_false_has_weights_of_one(tmp_path):
    import scipy.sparse as sp

    sp.save_npz(tmp_path / "a.npz", sp.csr_array(np.array([[True, False], [True, True]])))
    assert load_npz(tmp_path / "a.npz").weights_array().tolist() == [1.0, 1.0, 1.0]
    sp.save_npz(tmp_path / "b.npz", sp.csr_array(np.array([[1j, 0], [0, 1]])))
    with pytest.raises(ValueError, match="weight: got an array of complex128"):
        load_npz(tmp_path / "b.npz")


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
    (tmp_path / "a.csv").write_text("# n_pre=3 n_post=4\n# made by hand\n#\npre,post\n0,1\n")
    assert read_edgelist(tmp_path / "a.csv").shape == (3, 4)
    (tmp_path / "b.csv").write_text("# made by hand\npre,post\n0,1\n")
    assert read_edgelist(tmp_path / "b.csv").shape == (1, 2)
    (tmp_path / "c.csv").write_text("# nothing follows")
    with pytest.raises(ValueError, match="path"):
        read_edgelist(tmp_path / "c.csv")


def graphml(inside: str) -> str:
    return f"<graphml>{inside}</graphml>"


def test_defaults_of_graphml_and_gexf_are_taken(tmp_path):
    keys = '<key id="w" for="edge" attr.name="weight"><default>2.5</default></key><key id="n" for="node" '
    nodes = '<node id="a"/><node id="b"/>'
    edges = '<edge source="a" target="b"/><edge source="b" target="a"><data key="w">4</data></edge>'
    body = graphml(
        f'{keys} attr.name="delay"><default>9</default></key><graph>{nodes}{edges}</graph>'
    )
    (tmp_path / "a.graphml").write_text(body)
    found = read_xml(tmp_path / "a.graphml")
    assert found.weights_array("caller").tolist() == [2.5, 4.0]
    assert found.delay_steps_array().tolist() == [0, 0]
    attributes = (
        '<attributes class="node"><attribute id="0" title="weight"><default>7</default></attribute></attributes>'
        '<attributes class="edge"><attribute id="1" title="delay"><default>3</default></attribute></attributes>'
    )
    edges = '<edge source="a" target="b"/><edge source="b" target="a"><attvalue for="1" value="5"/></edge>'
    (tmp_path / "a.gexf").write_text(f"<gexf><graph>{attributes}{nodes}{edges}</graph></gexf>")
    found = read_xml(tmp_path / "a.gexf")
    assert found.delay_steps_array("caller").tolist() == [3, 5]
    assert found.weights_array().tolist() == [1.0, 1.0]


def test_an_undirected_loop_is_one_synapse_as_in_networkx(tmp_path):
    import networkx as nx

    graph = nx.Graph([("a", "a"), ("a", "b")])
    nx.write_graphml(graph, tmp_path / "a.graphml")
    assert read_xml(tmp_path / "a.graphml") == Connectivity.from_networkx(graph)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (graphml('<key for="edge"/><graph><node/><edge/><hyperedge/></graph>'), "hyperedge"),
        ('<?xml version="1.0" encoding="nonsense"?><graphml/>', "unknown encoding"),
        ('<?xml version="1.0" encoding="utf-32"?><graphml/>', "path"),
        (graphml('<graph><node id="a"/><edge source="a" target="b"/></graph>'), "edge: got 'b'"),
    ],
)
def test_xml_that_cannot_be_meant(tmp_path, text, word):
    (tmp_path / "a.graphml").write_text(text)
    with pytest.raises(ValueError, match=word):
        read_xml(tmp_path / "a.graphml")
    (tmp_path / "b.graphml").write_text(
        graphml('<key for="edge"/><graph id="² to 0"><node id="a"/><node id="b"/></graph>')
    )
    assert read_xml(tmp_path / "b.graphml").shape == (2, 2)


def edges_file(path, **changed):
    """A SONATA file of two edges with some data sets or attributes replaced (None: left out)."""
    import h5py

    sonata.write_edges(path, Connectivity.from_edges([0, 1], [1, 0], weight=[2.0, 3.0]), dt=0.1)
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
        sonata.read_edges(edges_file(tmp_path / "a.h5", **{name: value}), dt=0.1)


def test_sonata_of_another_shape_is_named(tmp_path):
    import h5py

    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("edges/flat", data=[1])
    with pytest.raises(ValueError, match="population: got 'flat'"):
        sonata.read_edges(tmp_path / "a.h5", dt=0.1)
    sonata.write_nodes(tmp_path / "n.h5", 2, {"kind": ["a", "b"]})
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_dataset("nodes/p/node_type_id", data=[0, 0])
        file["nodes/p/0/kind"] = h5py.ExternalLink("n.h5", "/nodes/default/0/kind")
    assert list(sonata.read_nodes(tmp_path / "b.h5")) == ["node_type_id"]


def test_many_neurons_are_believed_where_the_edges_are_many(tmp_path):
    from neurosparse.store.single import believable

    assert believable("n", LONELY, 0) == LONELY
    assert believable("n", 2**31 - 1, 2**25) == 2**31 - 1
    with pytest.raises(ValueError, match="numbers from 0, not ids"):
        believable("n", LONELY + 1, 10)


def test_a_folder_in_the_way_is_named_before_anything_is_written(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(IsADirectoryError, match="a folder is there"), new_file(tmp_path / "a.csv"):
        pytest.fail("began to write")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda path: sonata.write_nodes(path, -1), "n: got -1"),
        (lambda path: sonata.write_nodes(path, 1, {"a/b": [1]}), "attributes: got 'a/b'"),
        (lambda path: sonata.write_nodes(path, 1, {"": [1]}), "attributes: got ''"),
        (lambda path: sonata.write_spikes(path, [np.nan], [0]), "time: got NaN"),
    ],
)
def test_what_sonata_has_no_place_for_is_not_written(tmp_path, call, word):
    with pytest.raises(ValueError, match=word):
        call(tmp_path / "a.h5")
    assert list(tmp_path.iterdir()) == []


def test_matrices_are_no_connectivities(tmp_path):
    with pytest.raises(TypeError, match="connectivity: got an array"):
        write_graph(tmp_path / "a.csv", np.eye(2))


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
        sonata.read_edges(path, dt=0.1)


@pytest.mark.parametrize("delay", [np.nan, np.inf, 0.05])
def test_sonata_delays_that_are_no_steps(tmp_path, delay):
    import h5py

    with h5py.File(edges_file(tmp_path / "a.h5"), "r+") as file:
        file["edges/default_to_default/0/delay"][:] = [0.1, delay]
    with pytest.raises(ValueError, match="dt: got 0.1, wants a step that divides every delay"):
        sonata.read_edges(tmp_path / "a.h5", dt=0.1)


def test_sonata_texts_without_end(tmp_path):
    import h5py

    sonata.write_nodes(tmp_path / "n.h5", 2, {"kind": ["a", "b"]})
    with h5py.File(tmp_path / "n.h5", "r+") as file:
        texts = {"shape": (10**9,), "chunks": (1000,), "dtype": h5py.string_dtype()}
        file["nodes/default/0"].create_dataset("name", **texts)
    with pytest.raises(ValueError, match="name: got 1000000000 texts declared"):
        sonata.read_nodes(tmp_path / "n.h5")


def test_a_fractional_delay_in_an_npz_is_refused(tmp_path):
    write_graph(tmp_path / "a.npz", GRAPH.with_delay_steps(1))
    with np.load(tmp_path / "a.npz") as stored:
        arrays = dict(stored)
    np.savez(tmp_path / "a.npz", **arrays | {"neurosparse_delay": np.array(1.7)})
    with pytest.raises(ValueError, match="delay_steps: got 1.7, wants whole simulation steps"):
        load_npz(tmp_path / "a.npz")
