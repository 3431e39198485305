"""Hubs: networkx on small graphs, closed forms on known ones."""

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
    planted,
    random_graph,
    ring,
    star,
)

some = settings(max_examples=25)


@given(connectivities(least=1))
@some
def test_cores_are_those_of_networkx(c):
    peer = nx.core_number(nx.Graph(plain(c).to_undirected()))
    assert analysis.core_numbers(c).tolist() == [peer[u] for u in range(c.n_pre)]


@given(connectivities(least=1))
@some
def test_betweenness_is_that_of_networkx(c):
    peer = nx.betweenness_centrality(plain(c), normalized=False)
    np.testing.assert_allclose(
        analysis.betweenness(c), [peer[u] for u in range(c.n_pre)], atol=1e-9
    )


def test_sampled_betweenness_is_unbiased():
    c = random_graph(40, 0.1, 2)
    exact = analysis.betweenness(c)
    assert exact.sum() > 100
    mean = np.mean([analysis.betweenness(c, 10, rng=seed).sum() for seed in range(60)])
    assert mean == pytest.approx(exact.sum(), rel=0.1)


@given(connectivities())
@some
def test_the_rich_club_of_a_symmetric_graph_is_that_of_networkx(c):
    dense = c.to_dense() + c.to_dense().T
    np.fill_diagonal(dense, 0)
    both = Connectivity.from_dense(dense)
    phi = analysis.rich_club(both, nulls=0).phi
    peer = (
        nx.rich_club_coefficient(nx.from_numpy_array(dense), normalized=False)
        if both.nnz
        else {}
    )
    for k, value in peer.items():
        assert phi[2 * k] == pytest.approx(value)


def test_a_rich_club_stands_out_from_chance():
    rng = np.random.default_rng(3)
    joined = rng.random((80, 80)) < 0.05
    joined[:10] |= rng.random((10, 80)) < 0.2
    joined[:, :10] |= rng.random((80, 10)) < 0.2
    joined[:10, :10] = True
    np.fill_diagonal(joined, False)
    pre, post = np.nonzero(joined)
    found = analysis.rich_club(
        Connectivity.from_edges(pre, post, n_pre=80, n_post=80), nulls=10, rng=0
    )
    top = np.flatnonzero(np.isfinite(found.phi))[-1]
    assert found.phi[top] == pytest.approx(1.0)
    assert found.ratio[top - 5] > 1.1
    assert found.phi[top - 5] > found.null_mean[top - 5] + 3 * found.null_sd[top - 5]


def test_core_and_periphery():
    assert analysis.core_periphery(star(7)).fit == pytest.approx(1.0)
    ideal = make(9, [(i, j) for i in range(3) for j in range(i + 1, 9)])
    found = analysis.core_periphery(ideal)
    assert found.size == 3
    assert found.fit == pytest.approx(1.0)
    assert found.core.tolist() == [True] * 3 + [False] * 6
    assert analysis.core_periphery(random_graph(80, 0.1, 1)).fit < 0.3
    assert np.isnan(analysis.core_periphery(complete(4)).fit)


def brute_fit(dense, core):
    inside = core[:, None] | core[None, :]
    upper = np.triu_indices(len(dense), 1)
    return np.corrcoef((dense | dense.T)[upper], inside[upper])[0, 1]


def test_the_fit_of_a_core_is_a_correlation():
    c = random_graph(12, 0.2, 4)
    found = analysis.core_periphery(c)
    assert found.fit == pytest.approx(brute_fit(c.to_dense() != 0, found.core))


def test_roles_have_their_closed_forms():
    c, member = planted(outside=0.0)
    assert analysis.node_roles(c, member).participation == pytest.approx(
        np.zeros(len(member))
    )
    spread = analysis.node_roles(complete(12), np.arange(12) % 3)
    # 3 neighbours in the own group, 4 in each other one
    assert spread.participation == pytest.approx(np.full(12, 1 - (9 + 16 + 16) / 121))
    assert spread.within == pytest.approx(np.zeros(12))
    within = analysis.node_roles(random_graph(30, 0.2, 1), np.arange(30) % 3).within
    assert [within[k::3].std() for k in range(3)] == pytest.approx([1.0] * 3)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    c = Connectivity.empty(n, n)
    assert analysis.core_numbers(c).tolist() == [0] * n
    assert analysis.betweenness(c).tolist() == [0.0] * n
    assert analysis.rich_club(c, nulls=2, rng=0).phi.tolist() == []
    assert np.isnan(analysis.core_periphery(c).fit)
    assert analysis.node_roles(c, [0] * n).participation.tolist() == [0.0] * n


def test_arguments_that_cannot_be_meant_are_named():
    for sources in (0, 1.5):
        with pytest.raises(ValueError, match="sources: got"):
            analysis.betweenness(ring(3), sources)
    for nulls in (-1, 2.5):
        with pytest.raises(ValueError, match="nulls: got"):
            analysis.rich_club(ring(3), nulls=nulls)
