"""Distances in hops: networkx on small graphs, closed forms on known ones."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import connectivities, plain, random_graph, ring, star

some = settings(max_examples=30)


@given(connectivities())
@some
def test_paths_are_those_of_networkx(c):
    g = plain(c)
    n = c.n_pre
    hops = [
        d
        for u, row in nx.all_pairs_shortest_path_length(g)
        for v, d in row.items()
        if u != v
    ]
    found = analysis.path_lengths(c)
    assert found.exact == (found.sources == n)
    assert found.diameter == max(hops, default=0)
    if hops:
        assert found.mean == pytest.approx(np.mean(hops))
        assert found.reachable == pytest.approx(len(hops) / (n * (n - 1)))
        assert found.efficiency == pytest.approx(sum(1 / d for d in hops) / (n * (n - 1)))
    else:
        assert np.isnan(found.mean)


def test_sampled_paths_lie_within_their_error():
    c = random_graph(300, 0.02, 3)
    exact = analysis.path_lengths(c)
    off = [(analysis.path_lengths(c, 60, rng=s).mean - exact.mean) for s in range(40)]
    error = analysis.path_lengths(c, 60, rng=0).error
    assert not analysis.path_lengths(c, 60, rng=0).exact
    assert 0.3 * error < np.std(off) < 1.5 * error


def test_closed_forms():
    n = 8
    assert analysis.path_lengths(ring(n)).mean == pytest.approx(n / 2)
    expected = (2 * (n - 1) + 2 * (n - 1) * (n - 2)) / 56
    assert analysis.path_lengths(star(n)).mean == pytest.approx(expected)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    lengths = analysis.path_lengths(Connectivity.empty(n, n))
    assert np.isnan(lengths.mean)
    assert lengths.efficiency == 0.0


def test_half_a_source_is_refused():
    with pytest.raises(ValueError, match="sources: got 1.5"):
        analysis.path_lengths(ring(3), sources=1.5)
