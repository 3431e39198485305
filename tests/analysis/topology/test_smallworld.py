"""Small worlds between a lattice and a random graph."""

import networkx as nx
import pytest

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import ring


def watts_strogatz(n, k, p, seed=0):
    graph = nx.connected_watts_strogatz_graph(n, k, p, seed=seed)
    return Connectivity.from_networkx(graph.to_directed())


def test_small_worlds_lie_between_lattice_and_random():
    found = {
        p: analysis.small_world(watts_strogatz(200, 8, p), nulls=20, rng=0)
        for p in (0.0, 0.1, 1.0)
    }
    ordered, small, loose = found.values()
    assert small.sigma > 3
    assert loose.sigma == pytest.approx(1.0, abs=0.3)
    assert ordered.omega < small.omega < loose.omega
    assert small.propensity > max(ordered.propensity, loose.propensity)
    assert small.propensity > 0.6
    assert ordered.graph.clustering == pytest.approx(ordered.lattice.clustering, rel=1e-6)


def test_bad_input_is_named():
    for nulls in (0, 2.5):
        with pytest.raises(ValueError, match="nulls: got"):
            analysis.small_world(ring(4), nulls=nulls)
    with pytest.raises(ValueError, match=r"layer_chain"):
        analysis.small_world(Connectivity.empty(2, 3))
