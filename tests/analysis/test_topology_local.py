"""Degrees, clustering, motifs and paths: networkx on small graphs, closed forms on known ones."""

import warnings

import networkx as nx
import numpy as np
import pytest
from graphs import complete, connectivities, make, plain, random_graph, ring, star
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.analysis.topology import nulls
from neurosparse.connectivity import Connectivity

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
        analysis.clustering(c, directed=False), [peer[u] for u in range(c.n_pre)], atol=1e-12
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


@given(connectivities())
@some
def test_the_census_is_that_of_networkx(c):
    ours = analysis.triad_census(c)
    assert ours == nx.triadic_census(plain(c))


def test_the_census_of_a_graph_that_has_all_thirteen():
    c = random_graph(40, 0.2, 1)
    ours = analysis.triad_census(c)
    assert min(ours[name] for name in analysis.MOTIFS) > 0
    assert ours == nx.triadic_census(plain(c))


@given(connectivities())
@some
def test_degrees_and_their_correlations_are_those_of_networkx(c):
    found = analysis.degrees(c)
    np.testing.assert_allclose(found.out_strength, c.to_dense().sum(axis=1), rtol=1e-6)
    np.testing.assert_allclose(found.in_strength, c.to_dense().sum(axis=0), rtol=1e-6)
    g = plain(c)
    if g.number_of_edges() == 0:
        assert np.isnan(analysis.reciprocity(c))
        return
    assert analysis.reciprocity(c) == pytest.approx(nx.overall_reciprocity(g))
    ours = analysis.assortativity(c)
    for value, x, y in zip(
        ours, ("out", "in", "out", "in"), ("in", "out", "out", "in"), strict=True
    ):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            peer = (
                nx.degree_pearson_correlation_coefficient(g, x, y)
                if g.number_of_edges() > 1
                else np.nan
            )
        if np.isfinite(value):
            assert value == pytest.approx(peer, abs=1e-9)
        else:
            assert not np.isfinite(peer)


@given(connectivities())
@some
def test_paths_are_those_of_networkx(c):
    g = plain(c)
    n = c.n_pre
    hops = [d for u, row in nx.all_pairs_shortest_path_length(g) for v, d in row.items() if u != v]
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
    assert analysis.clustering(complete(n)).tolist() == [1.0] * n
    assert analysis.triad_census(complete(n))["300"] == 56
    assert analysis.triad_census(star(n))["201"] == 21
    assert analysis.path_lengths(star(n)).mean == pytest.approx(
        (2 * (n - 1) + 2 * (n - 1) * (n - 2)) / 56
    )
    assert analysis.reciprocity(star(n)) == 1.0
    assert np.isnan(analysis.assortativity(ring(n)).out_in)


def test_erdos_renyi_has_its_expectations():
    c = random_graph(300, 0.05, 7)
    assert analysis.transitivity(c) == pytest.approx(1 - 0.95**2, rel=0.05)
    assert analysis.clustering(c).mean() == pytest.approx(0.05, rel=0.05)
    assert analysis.reciprocity(c) == pytest.approx(0.05, rel=0.1)
    assert abs(analysis.assortativity(c).out_in) < 0.03
    assert analysis.triad_census(c)["030C"] == pytest.approx(
        300**3 / 3 * (0.05 * 0.95) ** 3, rel=0.1
    )


def test_signs_loops_zero_weights_and_doubled_edges():
    base = make(5, [(0, 1), (1, 2), (2, 0), (3, 0)], weight=[1, 2, 3, 4])
    negative = base.with_weight(-base.weights_array())
    np.testing.assert_allclose(
        analysis.clustering(negative, weighted=True), analysis.clustering(base, weighted=True)
    )
    looped = base.with_edges([0, 4], [0, 4])
    np.testing.assert_allclose(analysis.clustering(looped), analysis.clustering(base))
    assert analysis.triad_census(looped) == analysis.triad_census(base)
    doubled = base.with_edges([0], [1], weight=[1])
    assert analysis.triad_census(doubled) == analysis.triad_census(base)
    heavier = base.with_weight([2, 2, 3, 4])
    np.testing.assert_allclose(
        analysis.clustering(doubled, weighted=True), analysis.clustering(heavier, weighted=True)
    )
    zero = base.with_weight([0, 2, 3, 4])
    assert analysis.clustering(zero, weighted=True).tolist() == [0.0] * 5


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    c = Connectivity.empty(n, n)
    assert analysis.clustering(c, weighted=True).tolist() == [0.0] * n
    assert analysis.transitivity(c) == 0.0
    assert set(analysis.triad_census(c).values()) == {0}
    assert np.isnan(analysis.path_lengths(c).mean)
    assert analysis.path_lengths(c).efficiency == 0.0
    assert nulls.degree_preserving_null(c, rng=0) == c
    assert nulls.random_graph(c, rng=0) == c
    assert nulls.ring_lattice(c) == c


def test_bipartite_graphs_are_refused_by_name():
    c = Connectivity.empty(2, 3)
    for measure in (
        analysis.clustering, analysis.triad_census, analysis.path_lengths, analysis.eigenvalues, nulls.ring_lattice,
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"layer_chain"):
            measure(c)


@given(connectivities(least=2))
@some
def test_degree_preserving_nulls_keep_degrees_weights_and_loops(c):
    null = nulls.degree_preserving_null(c, rng=1)
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
    null = nulls.degree_preserving_null(c, rng=2)
    np.testing.assert_array_equal(null.in_degree, c.in_degree)
    assert null.topology_hash() != c.topology_hash()
    assert nulls.random_graph(c, rng=2).nnz == c.nnz
    with pytest.raises(ValueError, match="one synapse per pair"):
        nulls.degree_preserving_null(c.with_edges(*(part[:1] for part in c.edges())))
    with pytest.raises(ValueError, match="rounds"):
        nulls.degree_preserving_null(c, rounds=0)
    with pytest.raises(ValueError, match="places"):
        nulls.random_graph(make(1, [(0, 0)]))


def test_the_lattice_is_clustered_and_long():
    c = random_graph(200, 0.04, 5)
    near = nulls.ring_lattice(c)
    near.validate()
    np.testing.assert_array_equal(near.out_degree, c.out_degree)
    assert analysis.clustering(near).mean() > 5 * analysis.clustering(c).mean()
    assert analysis.path_lengths(near).mean > 2 * analysis.path_lengths(c).mean
