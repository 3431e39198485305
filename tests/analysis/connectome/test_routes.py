"""Ways between sets against networkx."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from neurosparse.analysis import group_routes, shortest_route, strongest_route
from neurosparse.connectivity import Connectivity
from tests.analysis.connectome.test_matched import signed_graph
from tests.analysis.graphs import make, ring


def as_networkx(c):
    table = np.abs(c.to_dense().astype(np.float64))
    share = table / np.maximum(table.sum(axis=0), 1e-300)
    joined = nx.DiGraph()
    joined.add_nodes_from(range(c.n_pre))
    for u, v in np.argwhere(table > 0).tolist():
        joined.add_edge(u, v, cost=-np.log(share[u, v]))
    return joined


def test_ways_are_as_short_and_as_strong_as_those_of_networkx():
    c = signed_graph(3, density=0.04)
    joined = as_networkx(c)
    seen = 0
    for source, target in ((0, 7), (3, 41), (12, 55), (20, 2)):
        one, two = (
            shortest_route(c, [source], [target]),
            strongest_route(c, [source], [target]),
        )
        if not nx.has_path(joined, source, target):
            assert one is None is two
            continue
        assert one.hops == nx.shortest_path_length(joined, source, target)
        cost = nx.shortest_path_length(joined, source, target, weight="cost")
        assert two.strength == pytest.approx(np.exp(-cost))
        assert two.strength >= one.strength > 0
        for way in (one, two):
            assert (way.neurons[0], way.neurons[-1]) == (source, target)
            assert all(joined.has_edge(*step) for step in pairwise(way.neurons))
        seen += 1
    assert seen > 1


def test_sets_begin_and_end_anywhere():
    c = ring(8)
    assert shortest_route(c, [0, 3], [5, 2]).neurons.tolist() in ([0, 1, 2], [3, 4, 5])
    assert shortest_route(c, np.arange(8) < 2, np.arange(8) == 1).hops == 0
    assert shortest_route(make(3, [(0, 1)]), [1], [0, 2]) is None
    with pytest.raises(ValueError, match="targets: got 8"):
        shortest_route(c, [0], [8])


def test_groups_by_single_searches():
    c = signed_graph(4, density=0.05)
    groups = np.arange(c.n_pre) % 4
    routes = group_routes(c, groups)
    for a in range(4):
        for b in range(4):
            if a == b:
                assert np.isnan(routes.hops[a, b])
                assert np.isnan(routes.strength[a, b])
                continue
            sets = groups == a, groups == b
            assert routes.hops[a, b] == shortest_route(c, *sets).hops
            best = strongest_route(c, *sets).strength
            assert routes.strength[a, b] == pytest.approx(best)


def test_a_weight_of_zero_joins_nothing():
    c = Connectivity.from_edges([0, 1], [1, 2], n_pre=3, n_post=3, weight=[0.0, 1.0])
    assert shortest_route(c, [0], [2]) is None
    assert group_routes(c, [0, 1, 2]).strength[0, 2] == 0
