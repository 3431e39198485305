"""Betweenness: the compiled path against its law and against NetworkX."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.graphs.betweenness import betweenness

BACKENDS = ("naive", "cpu")


@st.composite
def graphs(draw, most=9):
    n = draw(st.integers(1, most))
    pairs = draw(
        st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=4 * n)
    )
    pre, post = ([p[side] for p in pairs] for side in (0, 1))
    return Connectivity.from_edges(pre, post, n_pre=n, n_post=n)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_betweenness_agrees_with_its_law_and_networkx(c, data):
    sources = np.array(sorted(data.draw(st.sets(st.integers(0, c.n_pre - 1)))), np.int64)
    naive, cpu = (betweenness(c.indptr, c.indices, sources, backend=b) for b in BACKENDS)
    np.testing.assert_allclose(cpu, naive, atol=1e-12)
    g = nx.DiGraph()
    g.add_nodes_from(range(c.n_pre))
    g.add_edges_from(zip(*(side.tolist() for side in c.edges()), strict=True))
    peer = nx.betweenness_centrality(g, normalized=False)
    every = betweenness(c.indptr, c.indices, np.arange(c.n_pre))
    np.testing.assert_allclose(every, [peer[v] for v in range(c.n_pre)], atol=1e-9)


def test_betweenness_of_nothing():
    for backend in BACKENDS:
        none = betweenness(
            np.zeros(1, np.int64),
            np.empty(0, np.int32),
            np.empty(0, np.int64),
            backend=backend,
        )
        assert none.shape == (0,)
