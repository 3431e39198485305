"""`Connectivity`: laws by hypothesis, conversions there and back, edits against a rebuild."""

import copy
import pickle

import hypothesis.strategies as st
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given

from neurosparse.connectivity import Connectivity
from tests.strategies import SEEDS, connectivities, edge_lists


def table(c, order="csr"):
    """One tuple (pre, post, weight, delay) a synapse."""
    columns = (*c.edges(order), c.weights_array(order), c.delay_steps_array(order))
    return list(zip(*(column.tolist() for column in columns), strict=True))


def full(c, values):
    dense = np.zeros(c.shape)
    np.add.at(dense, c.edges(), values)
    return dense


@given(edge_lists())
def test_kept_edges_come_back_as_they_came(edges):
    c = Connectivity.from_edges(**edges, duplicates="keep")
    m = len(edges["pre"])
    weight = np.broadcast_to(edges["weight"], m)
    delay = np.broadcast_to(edges["delay_steps"], m)
    given_rows = list(
        zip(*(a.tolist() for a in (edges["pre"], edges["post"], weight, delay)), strict=True)
    )
    assert table(c, "caller") == given_rows
    assert table(c) == sorted(
        given_rows, key=lambda row: row[:2]
    )  # sorted() is stable, as rows are
    c.validate()


@given(edge_lists())
def test_summed_edges_are_the_dense_sum_in_order_of_first_appearance(edges):
    edges["delay_steps"] = 3
    c = Connectivity.from_edges(**edges, duplicates="sum")
    pairs = list(zip(edges["pre"].tolist(), edges["post"].tolist(), strict=True))
    assert [row[:2] for row in table(c, "caller")] == list(dict.fromkeys(pairs))
    dense = np.zeros((edges["n_pre"], edges["n_post"]))
    np.add.at(dense, (edges["pre"], edges["post"]), edges["weight"])
    np.testing.assert_array_equal(c.to_dense(), dense)


@given(edge_lists())
def test_repeated_edges_are_refused_unless_told(edges):
    pairs = list(zip(edges["pre"].tolist(), edges["post"].tolist(), strict=True))
    if len(set(pairs)) == len(pairs):
        Connectivity.from_edges(**edges).validate()
    else:
        with pytest.raises(ValueError, match="duplicates='keep'"):
            Connectivity.from_edges(**edges)


@given(connectivities())
def test_transpose(c):
    turned = c.transpose()
    turned.validate()
    np.testing.assert_array_equal(turned.to_dense(), c.to_dense().T)
    np.testing.assert_array_equal(turned.out_degree, c.in_degree)
    assert turned.transpose() == c


@given(connectivities())
def test_view_by_post_is_the_transpose(c):
    indptr, pre, positions = c.by_post()
    turned = c.transpose()
    np.testing.assert_array_equal(indptr, turned.indptr)
    np.testing.assert_array_equal(pre, turned.indices)
    np.testing.assert_array_equal(c.weights_array()[positions], turned.weights_array())
    assert c.by_post() is c.by_post()


@given(connectivities(unique=True))
def test_matrices_there_and_back(c):
    again = Connectivity.from_scipy(c.to_scipy(), delay_steps=c.delay_steps_array())
    assert again == c
    np.testing.assert_array_equal(c.to_scipy().toarray(), c.to_dense())
    np.testing.assert_array_equal(c.to_scipy("delay_steps").data, c.delay_steps_array())
    full_weights = c.with_weight(np.arange(1, c.nnz + 1))
    assert Connectivity.from_dense(full_weights.to_dense(), delay_steps=c.delay_steps_array()) == full_weights


@given(connectivities())
def test_graphs_there_and_back(c):
    assert Connectivity.from_networkx(c.to_networkx()) == c
    graph = c.to_igraph()
    assert graph.ecount() == c.nnz
    assert graph.vcount() == (c.n_post if c.n_pre == c.n_post else sum(c.shape))
    if c.n_pre == c.n_post:
        assert Connectivity.from_igraph(graph) == c


@given(connectivities())
def test_tables_there_and_back(c):
    sizes = {"n_pre": c.n_pre, "n_post": c.n_post, "duplicates": "keep"}
    again = Connectivity.from_pandas(c.to_pandas("caller"), **sizes)
    assert again == c
    assert table(again, "caller") == table(c, "caller")


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet"])
def test_files_there_and_back(tmp_path, suffix):
    c = Connectivity.from_edges([2, 0, 1], [1, 2, 0], weight=[0.5, -1.25, 3], delay_steps=[1, 300, 0])
    path = tmp_path / f"edges{suffix}"
    frame = c.to_pandas("caller")
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_csv(path, index=False)
    again = Connectivity.from_file(path)
    assert again == c
    assert table(again, "caller") == table(c, "caller")


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


@given(connectivities(), st.data())
def test_edit_equals_rebuild(c, data):
    """Dropping and adding at once is what building from the remaining and the new edges gives."""
    dropped = np.array(data.draw(st.lists(st.booleans(), min_size=c.nnz, max_size=c.nnz)), bool)
    new = data.draw(connectivities())
    inside = (new.edges()[0] < c.n_pre) & (new.indices < c.n_post)
    order = np.random.default_rng(data.draw(SEEDS)).permutation(int(inside.sum()))
    added = [
        part[inside][order] for part in (*new.edges(), new.weights_array(), new.delay_steps_array())
    ]
    edit = c.edit(np.flatnonzero(dropped), *added)
    old = [part[~dropped] for part in (*c.edges(), c.weights_array(), c.delay_steps_array())]
    pre, post, weight, delay = (np.concatenate(pair) for pair in zip(old, added, strict=True))
    sizes = {"n_pre": c.n_pre, "n_post": c.n_post, "duplicates": "keep"}
    assert edit.connectivity == Connectivity.from_edges(
        pre, post, weight=weight, delay_steps=delay, **sizes
    )
    edit.connectivity.validate()
    assert np.all((edit.moved == -1) == dropped)
    rows = table(edit.connectivity)
    assert [rows[at] for at in edit.moved[~dropped]] == [
        r for r, gone in zip(table(c), dropped, strict=True) if not gone
    ]
    assert [rows[at][:2] for at in edit.added] == list(
        zip(added[0].tolist(), added[1].tolist(), strict=True)
    )
    carried = edit.carry(np.arange(c.nnz), new=-1)
    np.testing.assert_array_equal(carried[edit.moved[~dropped]], np.flatnonzero(~dropped))
    assert np.all(carried[edit.added] == -1)


@given(connectivities())
def test_dropping_all_and_adding_again(c):
    bare = c.without(np.ones(c.nnz, bool))
    assert bare.nnz == 0
    assert bare.with_edges(*c.edges(), c.weights_array(), c.delay_steps_array()) == c
    assert c.without([]) == c


def test_a_common_weight_stays_one_number_through_edits():
    c = Connectivity.from_dense(np.eye(3)).with_weight(0.5).with_delay_steps(7)
    grown = c.edit(drop=[0], pre=[2, 0], post=[0, 1]).connectivity
    assert isinstance(grown.weight, np.float32)
    assert grown.delay_steps == 7
    mixed = c.with_edges([0], [2], weight=2.0, delay_steps=8)
    assert mixed.weights_array().tolist() == [0.5, 2.0, 0.5, 0.5]
    assert mixed.delay_steps_array().tolist() == [7, 8, 7, 7]


@given(connectivities(), SEEDS)
def test_select_is_fancy_indexing(c, seed):
    rng = np.random.default_rng(seed)
    pre = rng.permutation(c.n_pre)[: rng.integers(0, c.n_pre + 1)]
    post = rng.permutation(c.n_post)[: rng.integers(0, c.n_post + 1)]
    part = c.select(pre, post)
    part.validate()
    np.testing.assert_array_equal(part.to_dense(), c.to_dense()[np.ix_(pre, post)])
    delays = full(c, c.delay_steps_array())
    np.testing.assert_array_equal(full(part, part.delay_steps_array()), delays[np.ix_(pre, post)])
    mask = np.isin(np.arange(c.n_pre), pre)
    assert c.select(mask) == c.select(np.sort(pre))
    assert c.select() == c


@given(connectivities(), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_block_is_a_view_of_the_rectangle(c, a, b, x, y):
    block = c.block(slice(a, b), slice(x, y))
    rows, columns = slice(*block.pre), slice(*block.post)
    assert block.to_connectivity() == c.select(rows, columns)
    assert block.nnz == len(block.positions) == block.to_connectivity().nnz
    dense = np.zeros(block.shape)
    np.add.at(dense, block.edges(), block.weights_array())
    np.testing.assert_array_equal(dense, c.to_dense()[rows, columns])


@given(connectivities(), connectivities())
def test_equality_and_hash(a, b):
    stored_otherwise = a.with_weight(a.weights_array()).with_delay_steps(a.delay_steps_array())
    assert stored_otherwise == a
    assert hash(stored_otherwise) == hash(a)
    same = a.shape == b.shape and table(a) == table(b)
    assert (a == b) is same
    same_topology = a.shape == b.shape and [r[:2] for r in table(a)] == [r[:2] for r in table(b)]
    assert (a.topology_hash() == b.topology_hash()) is same_topology
    assert a != "a"


@given(connectivities())
def test_degrees_density_and_bytes(c):
    counts = full(c, 1)
    np.testing.assert_array_equal(c.in_degree, counts.sum(0))
    np.testing.assert_array_equal(c.out_degree, counts.sum(1))
    assert c.density * max(c.n_pre * c.n_post, 1) == pytest.approx(c.nnz)
    assert f"{c.nnz:,} synapses" in repr(c)


@given(connectivities())
def test_copies_are_equal_and_frozen(c):
    for twin in (pickle.loads(pickle.dumps(c)), copy.deepcopy(c)):
        assert twin == c
        assert table(twin, "caller") == table(c, "caller")
        assert not twin.indices.flags.writeable


def test_at_most_nine_bytes_a_synapse():
    rng = np.random.default_rng(1)
    n = 100_000
    indptr = np.arange(0, n + 1, 100)
    indices = np.sort(rng.integers(0, 5000, (n // 100, 100)), 1).ravel()
    values = {"weight": rng.random(n), "delay_steps": rng.integers(0, 200, n)}
    pointers = 8 * len(indptr)
    assert Connectivity(indptr, indices, 5000, **values).nbytes == 9 * n + pointers
    assert Connectivity(indptr, indices, 5000).nbytes == 4 * n + pointers


def test_stored_arrays_cannot_be_written():
    c = Connectivity.from_edges([1, 0], [0, 0], weight=[1, 2], delay_steps=[1, 2])
    for part in (c.indptr, c.indices, c.weight, c.delay_steps, c.edge_order, c.in_degree, *c.by_post()):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 0
    with pytest.raises(AttributeError):
        c.weight = 3


def test_given_arrays_are_not_copied():
    indptr = np.array([0, 2])
    indices = np.array([0, 3], np.int32)
    weight = np.ones(2, np.float32)
    c = Connectivity(indptr, indices, 4, weight)
    assert np.shares_memory(c.indices, indices)
    assert np.shares_memory(c.weight, weight)
    assert indices.flags.writeable


def test_new_weights_in_the_order_of_the_caller():
    c = Connectivity.from_edges([2, 0, 1], [0, 1, 2])
    assert c.with_weight([5, 6, 7], order="caller").weights_array(order="caller").tolist() == [
        5,
        6,
        7,
    ]
    assert c.with_delay_steps([5, 6, 7], order="caller").delay_steps_array().tolist() == [6, 7, 5]
    assert c.with_weight([5, 6, 7]).weights_array().tolist() == [5, 6, 7]
    assert Connectivity.from_edges([0, 1], [1, 0]).edge_order is None


def test_delays_take_the_smallest_type_that_holds_them():
    made = Connectivity([0, 2], [0, 1], 2, delay_steps=[1, 255])
    assert made.delay_steps.dtype == np.uint8
    assert made.with_delay_steps([1, 256]).delay_steps.dtype == np.uint16
    assert made.with_delay_steps(3.0).delay_steps == 3


BAD = {
    "indices outside": (
        lambda: Connectivity([0, 1], [5], 3),
        "indices: got 5 at position 0.*from 0 to 2",
    ),
    "indices outside int32": (
        lambda: Connectivity([0, 1], np.array([-1], np.int32), 3),
        "indices: got -1",
    ),
    "rows unsorted": (lambda: Connectivity([0, 2], [2, 1], 3), "from_csr"),
    "pointers short": (lambda: Connectivity([0, 1], [1, 2], 3), "indptr.*nnz = 2"),
    "pointers fall": (lambda: Connectivity([0, 2, 1, 2], [1, 2], 3), "indptr.*fall"),
    "no pointers": (lambda: Connectivity([], [], 3), "indptr"),
    "weight NaN": (
        lambda: Connectivity([0, 2], [0, 1], 3, [1, np.nan]),
        "weight: got nan at position 1",
    ),
    "weight NaN scalar": (lambda: Connectivity([0, 2], [0, 1], 3, np.nan), "weight: got nan"),
    "weight too large": (lambda: Connectivity([0, 2], [0, 1], 3, [1, 1e300]), "weight.*float32"),
    "weight short": (lambda: Connectivity([0, 2], [0, 1], 3, [1.0]), "weight.*nnz = 2"),
    "weight square": (lambda: Connectivity([0, 1], [0], 3, [[1.0]]), "weight.*flat"),
    "delay negative": (lambda: Connectivity([0, 2], [0, 1], 3, delay_steps=-1), "delay_steps: got -1"),
    "delay fractional": (
        lambda: Connectivity([0, 2], [0, 1], 3, delay_steps=[1, 0.5]),
        "delay_steps: got 0.5 at position 1",
    ),
    "delay too long": (lambda: Connectivity([0, 2], [0, 1], 3, delay_steps=70_000), "delay.*65535"),
    "delay NaN": (lambda: Connectivity([0, 2], [0, 1], 3, delay_steps=np.nan), "delay_steps: got nan"),
    "order": (lambda: Connectivity([0, 2], [0, 1], 3, edge_order=[0, 0]), "edge_order"),
    "size": (lambda: Connectivity.empty(-1, 3), "n_pre: got -1"),
    "edges outside": (
        lambda: Connectivity.from_edges([0, 4], [0, 0], n_pre=4),
        "pre: got 4 at position 1",
    ),
    "edges negative": (lambda: Connectivity.from_edges([-1], [0]), "pre: got -1"),
    "edges uneven": (lambda: Connectivity.from_edges([0], [0, 1]), "post.*as many as pre"),
    "edges fractional": (lambda: Connectivity.from_edges([0.5], [0]), "pre: got 0.5"),
    "duplicates": (
        lambda: Connectivity.from_edges([0], [0], duplicates="add"),
        "duplicates: got 'add'",
    ),
    "sum of delays": (
        lambda: Connectivity.from_edges([0, 0], [0, 0], delay_steps=[1, 2], duplicates="sum"),
        "delay.*duplicates='keep'",
    ),
    "flat matrix": (lambda: Connectivity.from_dense([1, 2]), "matrix.*two dimensions"),
    "positions": (lambda: Connectivity.empty(2, 2).without([0]), "positions: got 0"),
    "mask": (lambda: Connectivity.empty(2, 2).without([True]), "positions.*mask"),
    "twice": (lambda: Connectivity.empty(2, 2).select([1, 1]), "pre: got a neuron twice"),
    "block step": (lambda: Connectivity.empty(2, 2).block(slice(0, 2, 2)), r"select\(\)"),
    "unknown order": (lambda: Connectivity.empty(2, 2).edges("post"), "order: got 'post'"),
    "columns": (
        lambda: Connectivity.from_pandas(Connectivity.empty(1, 1).to_pandas()[["pre"]]),
        "column 'post'",
    ),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: Connectivity([0, 1], [0], 1, weight="a"),
        lambda: Connectivity([0, 1], [0], 1, delay_steps=None),
        lambda: Connectivity([0, 1], ["a"], 1),
        lambda: Connectivity([0, 1], [0], 1.5),
        lambda: Connectivity.from_scipy([[1]]),
    ],
)
def test_bad_kinds_are_refused(call):
    with pytest.raises(TypeError, match="got .*, wants"):
        call()


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError, match="wants an edge list that exists"):
        Connectivity.from_file(tmp_path / "none.csv")
    (tmp_path / "edges.txt").write_text("0 1\n")
    with pytest.raises(ValueError, match="path"):
        Connectivity.from_file(tmp_path / "edges.txt")
