"""What the measures read, and who may not be read."""

import networkx as nx
import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis.topology.graph import graph
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import (
    star,
)


def test_bipartite_graphs_are_refused_by_name():
    c = Connectivity.empty(2, 3)
    for measure in (
        analysis.clustering,
        analysis.triad_census,
        analysis.path_lengths,
        analysis.eigenvalues,
        analysis.ring_lattice,
    ):
        with pytest.raises(ValueError, match=r"layer_chain"):
            measure(c)


@pytest.mark.parametrize(
    "measure",
    [
        analysis.describe,
        analysis.clustering,
        analysis.degrees,
        analysis.square_clustering,
        analysis.stable_rank,
        analysis.effective_rank,
        analysis.eigenvalues,
        lambda other: analysis.layer_chain([other]),
        lambda other: analysis.graph_evolution([(0, other)]),
    ],
)
@pytest.mark.parametrize("other", [np.eye(3), nx.DiGraph([(0, 1)])])
def test_graphs_of_others_are_told_how_to_come_in(measure, other):
    with pytest.raises(
        TypeError,
        match=r"connectivity: got .*, wants a Connectivity; .* Connectivity\.from_networkx",
    ):
        measure(other)


def test_a_prepared_graph_has_no_loops_and_one_edge_a_pair():
    c = Connectivity.from_edges(
        [0, 0, 1, 2],
        [1, 1, 1, 0],
        n_pre=3,
        n_post=3,
        weight=[1, 2, 5, 4],
        duplicates="keep",
    )
    g = graph(c)
    assert (g.pre.tolist(), g.indices.tolist()) == ([0, 2], [1, 0])
    assert g.weight.tolist() == [3, 4]
    assert (g.out_degree.tolist(), g.in_degree.tolist()) == ([1, 0, 1], [1, 1, 0])
    assert g.codes.sum(axis=0).tolist() == [2, 1, 1]
    assert not g.symmetric
    assert graph(star(4)).symmetric
    first, second, _ = graph(star(4)).pairs()
    assert (first.tolist(), second.tolist()) == ([0, 0, 0], [1, 2, 3])
