"""Clustering: networkx on small graphs, closed forms on known ones."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import (
    complete,
    connectivities,
    make,
    plain,
    random_graph,
)

some = settings(max_examples=30)


@given(connectivities())
@some
def test_clustering_is_that_of_networkx(c):
    g = plain(c)
    for weighted in (False, True):
        ours = analysis.clustering(c, weighted=weighted)
        peer = nx.clustering(g, weight="weight" if weighted else None)
        np.testing.assert_allclose(ours, [peer[u] for u in range(c.n_pre)], atol=1e-6)
    peer = nx.clustering(g.to_undirected())
    np.testing.assert_allclose(
        analysis.clustering(c, directed=False),
        [peer[u] for u in range(c.n_pre)],
        atol=1e-12,
    )
    assert analysis.transitivity(c) == pytest.approx(nx.transitivity(g.to_undirected()))


@given(connectivities())
@some
def test_a_symmetric_graph_clusters_like_its_undirected_twin(c):
    dense = c.to_dense() + c.to_dense().T
    np.fill_diagonal(dense, 0)
    both = Connectivity.from_dense(dense)
    peer = nx.clustering(nx.from_numpy_array(dense), weight="weight")
    for directed in (True, False):
        ours = analysis.clustering(both, directed=directed, weighted=True)
        np.testing.assert_allclose(ours, [peer[u] for u in range(c.n_pre)], atol=1e-6)


def test_weights_of_any_size_cluster_alike():
    weight = np.array([1.0, 2.0, 4.0, 3.0], np.float32)
    edges = {"pre": [0, 1, 2, 0], "post": [1, 2, 0, 2], "n_pre": 3, "n_post": 3}
    for scale in (1e-40, 1e-20, 1e30):
        small = Connectivity.from_edges(**edges, weight=weight * np.float32(scale))
        for directed in (True, False):
            ours = analysis.clustering(small, directed=directed, weighted=True)
            expected = analysis.clustering(
                Connectivity.from_edges(**edges, weight=weight),
                directed=directed,
                weighted=True,
            )
            np.testing.assert_allclose(ours, expected, rtol=1e-4)


def test_closed_forms():
    assert analysis.clustering(complete(8)).tolist() == [1.0] * 8


def test_erdos_renyi_has_its_expectations():
    c = random_graph(300, 0.05, 7)
    assert analysis.transitivity(c) == pytest.approx(1 - 0.95**2, rel=0.05)
    assert analysis.clustering(c).mean() == pytest.approx(0.05, rel=0.05)


def test_signs_loops_zero_weights_and_doubled_edges():
    base = make(5, [(0, 1), (1, 2), (2, 0), (3, 0)], weight=[1, 2, 3, 4])
    weighted = analysis.clustering(base, weighted=True)
    negative = base.with_weight(-base.weights_array())
    np.testing.assert_allclose(analysis.clustering(negative, weighted=True), weighted)
    looped = base.with_edges([0, 4], [0, 4], weight=1)
    np.testing.assert_allclose(analysis.clustering(looped), analysis.clustering(base))
    doubled = base.with_edges([0], [1], weight=[1])
    heavier = base.with_weight([2, 2, 3, 4])
    np.testing.assert_allclose(
        analysis.clustering(doubled, weighted=True),
        analysis.clustering(heavier, weighted=True),
    )
    zero = base.with_weight([0, 2, 3, 4])
    assert analysis.clustering(zero, weighted=True).tolist() == [0.0] * 5


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    c = Connectivity.empty(n, n)
    assert analysis.clustering(c, weighted=True).tolist() == [0.0] * n
    assert analysis.transitivity(c) == 0.0
