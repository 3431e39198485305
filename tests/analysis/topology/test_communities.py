"""Modularity and communities: networkx on small graphs, planted groups on larger ones."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import connectivities, plain, planted, ring

some = settings(max_examples=25)


@given(connectivities(least=1), st.integers(1, 4))
@some
def test_modularity_is_that_of_networkx(c, groups):
    labels = np.arange(c.n_pre) % groups
    g = plain(c)
    if g.number_of_edges() == 0:
        assert analysis.modularity(c, labels) == 0.0
        return
    sets = [set(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)]
    for weighted in (False, True):
        peer = nx.community.modularity(g, sets, weight="weight" if weighted else None)
        assert analysis.modularity(c, labels, weighted=weighted) == pytest.approx(
            peer, abs=1e-9
        )
    dense = (c.to_dense() != 0).astype(float)
    np.fill_diagonal(dense, 0)
    peer = nx.community.modularity(nx.from_numpy_array(dense + dense.T), sets)
    assert analysis.modularity(c, labels, directed=False) == pytest.approx(peer, abs=1e-9)


def test_planted_communities_are_found_and_runs_agree():
    c, member = planted()
    found = analysis.communities(c, runs=4, rng=1)
    assert analysis.normalised_mutual_information(found.labels, member) == pytest.approx(
        1.0
    )
    assert found.agreement > 0.95
    assert found.modularity == pytest.approx(analysis.modularity(c, member, directed=False))
    again = analysis.communities(c, runs=4, rng=1)
    np.testing.assert_array_equal(found.labels, again.labels)
    assert analysis.communities(c, runs=1, weighted=True, rng=1).runs == 1


def test_mutual_information_has_its_limits():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, 5000)
    assert analysis.normalised_mutual_information(x, (x + 1) % 3) == pytest.approx(1.0)
    assert analysis.normalised_mutual_information(x, rng.permutation(x)) < 0.01
    assert analysis.normalised_mutual_information([0, 0], [0, 0]) == 1.0


@given(connectivities(least=2), st.sampled_from([0.5, 1.0, 2.0]))
@settings(max_examples=40)
def test_weighted_modularity_of_any_resolution_is_that_of_networkx(c, resolution):
    graph = plain(c)
    labels = np.arange(c.n_pre) % 3
    if graph.size():
        groups = [set(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)]
        ours = analysis.modularity(c, labels, weighted=True, resolution=resolution)
        assert ours == pytest.approx(
            nx.community.modularity(graph, groups, resolution=resolution)
        )


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    c = Connectivity.empty(n, n)
    assert analysis.communities(c, runs=2, rng=0).labels.tolist() == list(range(n))


def test_arguments_that_cannot_be_meant_are_named():
    worm = ring(5)
    calls = [
        (lambda: analysis.modularity(worm, [0]), ValueError, "labels"),
        (
            lambda: analysis.modularity(worm, ["a", None, "b", "a", "a"]),
            ValueError,
            "labels: got labels that have no",
        ),
        (
            lambda: analysis.modularity(worm, analysis.communities(worm, rng=0)),
            TypeError,
            "write found.labels",
        ),
        (
            lambda: analysis.modularity(worm, [[0, 1], [2]]),
            ValueError,
            "one label per neuron",
        ),
        (lambda: analysis.communities(worm, runs=0), ValueError, "runs"),
        (
            lambda: analysis.communities(worm, runs=2.0),
            ValueError,
            "runs: got 2.0, wants a whole",
        ),
        (
            lambda: analysis.communities(worm, resolution=np.nan),
            ValueError,
            "resolution: got nan",
        ),
        (
            lambda: analysis.modularity(worm, [0] * 5, resolution=-1.0),
            ValueError,
            "resolution: got -1.0",
        ),
    ]
    for call, kind, message in calls:
        with pytest.raises(kind, match=message):
            call()
