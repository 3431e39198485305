"""Distances along edges that have lengths: networkx on small graphs."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import (
    connectivities,
    ring,
)


@given(connectivities(loops=False))
def test_weighted_paths_equal_networkx(graph):
    weighted = graph.to_networkx()
    for _, _, data in weighted.edges(data=True):
        data["far"] = 1.0 / data["weight"]
    known = dict(nx.all_pairs_dijkstra_path_length(weighted, weight="far"))
    far = [d for s, row in known.items() for t, d in row.items() if s != t]
    found = analysis.weighted_path_lengths(graph)
    assert found.exact
    pairs = max(graph.n_pre * (graph.n_pre - 1), 1)
    assert found.reachable == pytest.approx(len(far) / pairs)
    assert found.efficiency == pytest.approx(sum(1 / d for d in far) / pairs)
    assert found.diameter == pytest.approx(max(far, default=0.0))
    assert np.isnan(found.mean) if not far else found.mean == pytest.approx(np.mean(far))


@given(connectivities())
def test_edges_of_length_one_are_hops(graph):
    hops = analysis.path_lengths(graph)
    found = analysis.weighted_path_lengths(graph, np.ones(graph.nnz))
    np.testing.assert_allclose(found[:5], hops[:5], equal_nan=True)


def test_lengths_of_repeated_pairs_and_samples():
    twice = Connectivity.from_edges(
        [0, 0], [1, 1], n_pre=2, n_post=2, duplicates="keep", weight=[1.0, 3.0]
    )
    assert analysis.weighted_path_lengths(twice).mean == 0.25
    assert analysis.weighted_path_lengths(twice, [5.0, 2.0]).mean == 2.0
    assert np.isnan(analysis.weighted_path_lengths(twice.with_weight(0.0)).mean)
    sampled = analysis.weighted_path_lengths(ring(40), np.full(40, 2.0), sources=5, rng=0)
    assert (sampled.mean, sampled.diameter, sampled.sources, sampled.exact) == (
        40.0,
        78.0,
        5,
        False,
    )
    for bad in ([1.0], [0.0, 1.0], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="lengths: got"):
            analysis.weighted_path_lengths(twice, bad)
