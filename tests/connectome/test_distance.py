"""Neurons within some connections, against paths of networkx."""

import networkx as nx
import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.connectome.distance import reached
from neurosparse.wiring import Bernoulli


@pytest.mark.parametrize("steps", [0, 1, 3, 50])
def test_as_networkx(steps: int) -> None:
    wiring = Bernoulli(0.04).build(40, 40, rng=3)
    graph = wiring.to_networkx()
    start = np.zeros(40, np.bool_)
    start[[3, 17]] = True
    views = {
        "downstream": graph,
        "upstream": graph.reverse(),
        "both": graph.to_undirected(),
    }
    for direction, view in views.items():
        near = nx.multi_source_dijkstra_path_length(
            view, {3, 17}, steps, weight=lambda *_: 1
        )
        mask = reached(wiring, start, steps, direction, 0.0)
        assert set(np.flatnonzero(mask)) == set(near)
    assert start.sum() == 2


def test_weak_connections_are_not_walked() -> None:
    wiring = Connectivity.from_dense([[0, -5, 1], [0, 0, 0], [0, 0, 0]])
    start = np.array([True, False, False])
    assert reached(wiring, start, 1, "downstream", 2.0).tolist() == [True, True, False]
