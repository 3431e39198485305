"""Random graphs: what they keep and what they forget."""

from collections import Counter
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.stats import chisquare

from neurosparse import analysis
from neurosparse.analysis.topology.graph import graph as topology_graph
from neurosparse.analysis.topology.nulls import null_graphs
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import (
    complete,
    connectivities,
    make,
    random_graph,
    ring,
    small_world,
)

some = settings(max_examples=30)


@given(connectivities(least=2))
@some
def test_degree_preserving_nulls_keep_degrees_weights_and_loops(c):
    null = analysis.degree_preserving_null(c, rng=1)
    null.validate()
    np.testing.assert_array_equal(null.out_degree, c.out_degree)
    np.testing.assert_array_equal(null.in_degree, c.in_degree)
    np.testing.assert_allclose(
        analysis.degrees(null).out_strength, analysis.degrees(c).out_strength
    )
    np.testing.assert_array_equal(np.diag(null.to_dense() != 0), np.diag(c.to_dense() != 0))


def test_nulls_between_populations_and_their_errors():
    rng = np.random.default_rng(0)
    c = Connectivity.from_dense((rng.random((6, 11)) < 0.4).astype(np.float32))
    null = analysis.degree_preserving_null(c, rng=2)
    np.testing.assert_array_equal(null.in_degree, c.in_degree)
    assert null.topology_hash() != c.topology_hash()
    assert analysis.random_graph(c, rng=2).nnz == c.nnz
    with pytest.raises(ValueError, match="one synapse per pair"):
        analysis.degree_preserving_null(c.with_edges(*(part[:1] for part in c.edges())))
    with pytest.raises(ValueError, match="rounds"):
        analysis.degree_preserving_null(c, rounds=0)
    with pytest.raises(ValueError, match="places"):
        analysis.random_graph(make(1, [(0, 0)]))


def test_the_lattice_is_clustered_and_long():
    c = random_graph(200, 0.04, 5)
    near = analysis.ring_lattice(c)
    near.validate()
    np.testing.assert_array_equal(near.out_degree, c.out_degree)
    assert analysis.clustering(near).mean() > 5 * analysis.clustering(c).mean()
    assert analysis.path_lengths(near).mean > 2 * analysis.path_lengths(c).mean


def test_undirected_nulls_are_undirected_and_carry_both_weights_of_a_pair():
    graph = small_world()
    null = analysis.degree_preserving_null(graph, rng=0, undirected=True)
    np.testing.assert_array_equal(null.out_degree, graph.out_degree)
    assert analysis.reciprocity(null) == 1.0
    assert (
        analysis.degree_preserving_null(graph, rng=0).topology_hash()
        != null.topology_hash()
    )

    def pairs(one):
        weight = one.to_dense()
        delay = one.to_scipy("delay_steps").toarray()
        a, b = np.nonzero(np.triu(weight > 0))
        return sorted(
            tuple(sorted([(weight[i, j], delay[i, j]), (weight[j, i], delay[j, i])]))
            for i, j in zip(a, b, strict=True)
        )

    assert pairs(null) == pairs(graph)
    kept = ((null.to_dense() > 0) & (graph.to_dense() > 0)).sum() / graph.nnz
    assert kept < 0.25


def test_undirected_nulls_leave_loops_and_refuse_one_way_streets():
    looped = Connectivity.from_dense(
        np.eye(4, dtype=np.float32) + np.float32(complete(4).to_dense() > 0)
    )
    assert analysis.degree_preserving_null(looped, rng=0, undirected=True) == looped
    with pytest.raises(ValueError, match="way back"):
        analysis.degree_preserving_null(ring(5), undirected=True)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    c = Connectivity.empty(n, n)
    assert analysis.degree_preserving_null(c, rng=0) == c
    assert analysis.random_graph(c, rng=0) == c
    assert analysis.ring_lattice(c) == c


def test_arguments_that_cannot_be_meant_are_named():
    with pytest.raises(ValueError, match="rounds: got 2.5"):
        analysis.degree_preserving_null(ring(5), rounds=2.5)
    for draw in (analysis.degree_preserving_null, analysis.random_graph):
        with pytest.raises(TypeError, match="from_networkx"):
            draw(nx.DiGraph([(0, 1)]))


def states(graph):
    """Every graph without loops that has these degrees, as bytes of its matrix."""
    n = graph.n_pre
    rows = [
        [row for row in product((0, 1), repeat=n) if sum(row) == degree and not row[u]]
        for u, degree in enumerate(graph.out_degree)
    ]
    tables = (np.array(table, np.int8) for table in product(*rows))
    wanted = graph.in_degree.tolist()
    return [table.tobytes() for table in tables if table.sum(axis=0).tolist() == wanted]


def test_nulls_of_few_neurons_are_uniform_without_being_asked():
    """Ten rounds leave states of five neurons unevenly likely."""
    edges = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (4, 0), (1, 3)]
    graph = make(5, edges)
    possible = states(graph)
    assert len(possible) > 20
    draws = 3000
    g = topology_graph(graph)
    for nulls in (
        [n.to_dense() != 0 for n in (nulls_of(graph, seed) for seed in range(draws))],
        [matrix_of(null) for null in null_graphs(g, draws, 1)],
    ):
        drawn = Counter(table.astype(np.int8).tobytes() for table in nulls)
        assert set(drawn) <= set(possible)
        assert chisquare([drawn[state] for state in possible]).pvalue > 1e-4


def nulls_of(graph, seed):
    return analysis.degree_preserving_null(graph, rng=seed)


def matrix_of(g):
    table = np.zeros((g.n, g.n), np.int8)
    table[g.pre, g.indices] = 1
    return table


@pytest.mark.parametrize(
    "measure",
    [
        lambda c, rounds: (
            analysis.rich_club(c, 3, 0, rounds=rounds).null_mean[:10].tolist()
        ),
        lambda c, rounds: analysis.small_world(c, nulls=3, rng=0, rounds=rounds).random,
        lambda c, rounds: (
            analysis.describe(c, nulls=3, rng=0, rounds=rounds)["motif 030T"].low
        ),
        lambda c, rounds: (
            analysis.describe(c, nulls=3, rng=0, rounds=rounds, between=True)["squares"].low
        ),
    ],
)
def test_measures_against_nulls_take_rounds(measure):
    graph = random_graph(40, 0.2, 1)
    assert measure(graph, None) == measure(graph, 10)
    assert measure(graph, None) != measure(graph, 11)
    with pytest.raises(ValueError, match="rounds: got 0"):
        measure(graph, 0)
