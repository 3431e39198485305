"""Graphs between two populations: networkx as the oracle."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import (
    make,
)


@st.composite
def between(draw):
    n_pre = draw(st.integers(1, 7))
    n_post = draw(st.integers(1, 6))
    pair = st.tuples(st.integers(0, n_pre - 1), st.integers(0, n_post - 1))
    pairs = draw(st.lists(pair, max_size=30))
    pre, post = [a for a, _ in pairs], [b for _, b in pairs]
    return Connectivity.from_edges(pre, post, n_pre=n_pre, n_post=n_post, duplicates="keep")


@given(between())
def test_square_clustering_equals_networkx(graph):
    joined = nx.Graph()
    joined.add_nodes_from(range(graph.n_pre + graph.n_post))
    joined.add_edges_from((a, graph.n_pre + b) for a, b in zip(*graph.edges(), strict=True))
    expected = nx.bipartite.robins_alexander_clustering(joined)
    found = analysis.square_clustering(graph)
    assert (0.0 if np.isnan(found) else found) == pytest.approx(expected)
    dense = (graph.to_dense() > 0).astype(int)
    shared = np.triu(dense @ dense.T, 1)
    assert analysis.square_count(graph) == (shared * (shared - 1) // 2).sum()


def test_squares_in_pieces(monkeypatch):
    from neurosparse.analysis.topology import bipartite

    rng = np.random.default_rng(0)
    graph = Connectivity.from_dense((rng.random((50, 30)) < 0.3).astype(np.float32))
    whole = analysis.square_count(graph)
    monkeypatch.setattr(bipartite, "PAIRS", 100)
    assert (
        analysis.square_count(graph)
        == whole
        == analysis.square_count(graph.transpose())
        > 100
    )


def test_closed_forms_of_squares():
    from math import comb

    assert analysis.square_count(Connectivity.from_dense(np.ones((4, 5)))) == comb(
        4, 2
    ) * comb(5, 2)
    assert analysis.square_clustering(Connectivity.from_dense(np.ones((4, 5)))) == 1.0
    assert np.isnan(analysis.square_clustering(make(5, [(0, i) for i in range(1, 5)])))


def test_a_graph_between_two_populations_is_described():
    """Blocks have far more squares than chance; an empty graph and one neuron have a table too."""
    blocks = np.kron(np.eye(4), np.ones((10, 8))).astype(np.float32)
    table = analysis.describe(Connectivity.from_dense(blocks), nulls=5, rng=0)
    assert table["square clustering"].value == 1.0
    assert table["square clustering"].low < table["square clustering"].high < 0.5
    assert (table["presynaptic neurons"].value, table["postsynaptic neurons"].value) == (
        40.0,
        32.0,
    )
    assert table["edges"].value == 320
    assert analysis.describe(Connectivity.empty(3, 0), nulls=2, rng=0)["edges"].value == 0
    assert (
        analysis.describe(Connectivity.from_dense([[1.0, 1.0]]), nulls=2, rng=0)[
            "squares"
        ].value
        == 0
    )
    seen = []
    analysis.describe(
        Connectivity.empty(3, 2),
        nulls=2,
        rng=0,
        progress=lambda done, all_: seen.append((done, all_)),
    )
    assert seen == [(1, 2), (2, 2)]
