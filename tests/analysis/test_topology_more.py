"""Undirected nulls, lengths of edges, graphs between two populations: networkx as the oracle."""

import networkx as nx
import numpy as np
import pytest
from graphs import complete, connectivities, make, plain, ring
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse import analysis
from neurosparse.analysis.topology import nulls
from neurosparse.connectivity import Connectivity


def undirected(n, pairs, seed=0):
    """Both ways of each pair, with weights and delays that differ."""
    pairs = sorted({tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1]})
    both = [*pairs, *((b, a) for a, b in pairs)]
    weight = np.random.default_rng(seed).random(len(both)).astype(np.float32)
    pre, post = [a for a, _ in both], [b for _, b in both]
    return Connectivity.from_edges(
        pre, post, n_pre=n, n_post=n, weight=weight, delay_steps=np.arange(len(both)) % 200
    )


def small_world(n=60):
    return undirected(n, nx.watts_strogatz_graph(n, 6, 0.1, seed=1).edges)


def test_undirected_nulls_are_undirected_and_carry_both_weights_of_a_pair():
    graph = small_world()
    null = nulls.degree_preserving_null(graph, rng=0, undirected=True)
    np.testing.assert_array_equal(null.out_degree, graph.out_degree)
    assert analysis.reciprocity(null) == 1.0
    assert nulls.degree_preserving_null(graph, rng=0).topology_hash() != null.topology_hash()

    def pairs(one):
        weight = one.to_dense()
        delay = one.to_scipy("delay_steps").toarray()
        a, b = np.nonzero(np.triu(weight > 0))
        return sorted(
            tuple(sorted([(weight[i, j], delay[i, j]), (weight[j, i], delay[j, i])]))
            for i, j in zip(a, b)
        )  # noqa: B905

    assert pairs(null) == pairs(graph)
    kept = ((null.to_dense() > 0) & (graph.to_dense() > 0)).sum() / graph.nnz
    assert kept < 0.25


def test_undirected_nulls_leave_loops_and_refuse_one_way_streets():
    looped = Connectivity.from_dense(
        np.eye(4, dtype=np.float32) + np.float32(complete(4).to_dense() > 0)
    )
    assert nulls.degree_preserving_null(looped, rng=0, undirected=True) == looped
    with pytest.raises(ValueError, match="way back"):
        nulls.degree_preserving_null(ring(5), undirected=True)


def test_a_description_compares_undirected_graphs_with_such():
    """A Watts-Strogatz graph: reciprocity says nothing, clustering much."""
    table = analysis.describe(small_world(), nulls=5, rng=0)
    row = table["reciprocity"]
    assert (row.value, row.null_mean, row.null_sd) == (1.0, 1.0, 0.0)
    assert table["clustering"].z > 3
    # the closed form of a random graph: clustering is the mean degree over n
    assert table["clustering"].null_mean == pytest.approx(6 / 60, abs=0.05)
    assert table["motif 030T"].null_mean == 0


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


@st.composite
def between(draw):
    n_pre = draw(st.integers(1, 7))
    n_post = draw(st.integers(1, 6))
    pair = st.tuples(st.integers(0, n_pre - 1), st.integers(0, n_post - 1))
    pairs = draw(st.lists(pair, max_size=30))
    pre, post = [a for a, _ in pairs], [b for _, b in pairs]
    return Connectivity.from_edges(pre, post, n_pre=n_pre, n_post=n_post, duplicates="keep")


@given(between())
def test_square_clustering_equals_networkx(graph):
    joined = nx.Graph()
    joined.add_nodes_from(range(graph.n_pre + graph.n_post))
    joined.add_edges_from((a, graph.n_pre + b) for a, b in zip(*graph.edges(), strict=True))
    expected = nx.bipartite.robins_alexander_clustering(joined)
    found = analysis.square_clustering(graph)
    assert (0.0 if np.isnan(found) else found) == pytest.approx(expected)
    dense = (graph.to_dense() > 0).astype(int)
    shared = np.triu(dense @ dense.T, 1)
    assert analysis.square_count(graph) == (shared * (shared - 1) // 2).sum()


def test_squares_in_pieces(monkeypatch):
    from neurosparse.analysis.topology import bipartite

    rng = np.random.default_rng(0)
    graph = Connectivity.from_dense((rng.random((50, 30)) < 0.3).astype(np.float32))
    whole = analysis.square_count(graph)
    monkeypatch.setattr(bipartite, "PAIRS", 100)
    assert analysis.square_count(graph) == whole == analysis.square_count(graph.transpose()) > 100


def test_a_graph_between_two_populations_is_described():
    """Blocks have far more squares than chance; an empty graph and one neuron have a table too."""
    blocks = np.kron(np.eye(4), np.ones((10, 8))).astype(np.float32)
    table = analysis.describe(Connectivity.from_dense(blocks), nulls=5, rng=0)
    assert table["square clustering"].value == 1.0
    assert table["square clustering"].low < table["square clustering"].high < 0.5
    assert (table["presynaptic neurons"].value, table["postsynaptic neurons"].value) == (40.0, 32.0)
    assert table["edges"].value == 320
    assert analysis.describe(Connectivity.empty(3, 0), nulls=2, rng=0)["edges"].value == 0
    assert (
        analysis.describe(Connectivity.from_dense([[1.0, 1.0]]), nulls=2, rng=0)["squares"].value
        == 0
    )
    seen = []
    analysis.describe(
        Connectivity.empty(3, 2),
        nulls=2,
        rng=0,
        progress=lambda done, all_: seen.append((done, all_)),
    )
    assert seen == [(1, 2), (2, 2)]


def test_closed_forms_of_squares():
    from math import comb

    assert analysis.square_count(Connectivity.from_dense(np.ones((4, 5)))) == comb(4, 2) * comb(
        5, 2
    )
    assert analysis.square_clustering(Connectivity.from_dense(np.ones((4, 5)))) == 1.0
    assert np.isnan(analysis.square_clustering(make(5, [(0, i) for i in range(1, 5)])))


def test_evolution_follows_layers():
    """A layer that becomes blocks: squares grow, a third of the edges is kept each time."""
    rng = np.random.default_rng(0)
    block = np.kron(np.eye(3), np.ones((8, 6)))
    snapshots = [
        (
            share,
            Connectivity.from_dense(
                np.where(rng.random(block.shape) < share, block, rng.random(block.shape) < 0.3)
            ),
        )
        for share in (0.0, 0.5, 1.0)
    ]
    moments = analysis.graph_evolution(snapshots, rng=0)
    clustering = [moment.measures["square clustering"] for moment in moments]
    assert clustering[0] < clustering[1] < clustering[2] == 1.0
    assert moments[0].kept == 1.0
    assert moments[2].original == pytest.approx(0.33, abs=0.1)


def test_a_layer_between_equally_many_neurons_is_one_when_said():
    """Neuron 3 of one side is not neuron 3 of the other: squares count, loops are edges like
    others.
    """
    rng = np.random.default_rng(1)
    layer = Connectivity.from_dense((rng.random((9, 9)) < 0.4).astype(float))
    table = analysis.describe(layer, nulls=4, rng=0, between=True)
    pairs = nx.Graph([(int(a), 9 + int(b)) for a, b in zip(*layer.edges(), strict=True)])
    assert table["square clustering"].value == pytest.approx(
        nx.bipartite.robins_alexander_clustering(pairs)
    )
    assert table["edges"].value == layer.nnz
    assert [
        row.measure
        for row in analysis.compare_graphs(layer, layer, nulls=2, between=True).tables[0]
    ] == [row.measure for row in table]
    moments = analysis.graph_evolution([(0, layer), (1, layer.without([0]))], between=True)
    assert moments[1].measures["edges"] == layer.nnz - 1
    assert "square clustering" in moments[0].measures
    with pytest.raises(ValueError, match="as many presynaptic"):
        analysis.describe(Connectivity.empty(2, 3), between=False)


@given(connectivities(least=2), st.sampled_from([0.5, 1.0, 2.0]))
@settings(max_examples=40)
def test_parts_and_weighted_modularity_are_those_of_networkx(c, resolution):
    table = analysis.describe(c, nulls=0)
    graph = plain(c)
    largest = max(map(len, nx.strongly_connected_components(graph)))
    assert table["largest strong component"].value == pytest.approx(largest / c.n_pre)
    assert table["weak components"].value == nx.number_weakly_connected_components(graph)
    assert table["isolated neurons"].value == len(list(nx.isolates(graph)))
    assert table["density"].value == pytest.approx(nx.density(graph))
    labels = np.arange(c.n_pre) % 3
    if graph.size():
        groups = [set(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)]
        ours = analysis.modularity(c, labels, weighted=True, resolution=resolution)
        assert ours == pytest.approx(nx.community.modularity(graph, groups, resolution=resolution))


def test_weights_of_any_size_cluster_alike():
    weight = np.array([1.0, 2.0, 4.0, 3.0], np.float32)
    edges = {"pre": [0, 1, 2, 0], "post": [1, 2, 0, 2], "n_pre": 3, "n_post": 3}
    for scale in (1e-40, 1e-20, 1e30):
        small = Connectivity.from_edges(**edges, weight=weight * np.float32(scale))
        for directed in (True, False):
            ours = analysis.clustering(small, directed=directed, weighted=True)
            expected = analysis.clustering(
                Connectivity.from_edges(**edges, weight=weight), directed=directed, weighted=True
            )
            np.testing.assert_allclose(ours, expected, rtol=1e-4)


PAIR = make(2, [(0, 1), (1, 0)])


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: analysis.compare_graphs(), "connectivities: got none"),
        (lambda: analysis.describe(PAIR, nulls=1.5), "nulls: got 1.5"),
        (lambda: analysis.path_lengths(PAIR, sources=1.5), "sources: got 1.5"),
        (lambda: analysis.wiring_cost(PAIR, [[0.0], [1.0]], shuffles=-1), "shuffles: got -1"),
        (lambda: analysis.communities(PAIR, resolution=np.nan), "resolution: got nan"),
        (lambda: analysis.modularity(PAIR, [0, 0], resolution=-1.0), "resolution: got -1.0"),
        (
            lambda: analysis.fit_power_law(np.ones((5, 5))),
            "values: got an array of float64 .* flat",
        ),
        (lambda: analysis.fit_power_law(np.arange(1, 50), xmin=-1), "xmin: got -1"),
    ],
)
def test_bad_arguments_are_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()


@pytest.mark.parametrize(
    "measure",
    [
        analysis.describe, analysis.clustering, analysis.degrees, analysis.square_clustering, analysis.stable_rank,
        analysis.effective_rank, analysis.eigenvalues, lambda other: analysis.layer_chain([other]),
        lambda other: analysis.graph_evolution([(0, other)]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("other", [np.eye(3), nx.DiGraph([(0, 1)])])
def test_graphs_of_others_are_told_how_to_come_in(measure, other):
    with pytest.raises(
        TypeError,
        match=r"connectivity: got .*, wants a Connectivity; .* Connectivity\.from_networkx",
    ):
        measure(other)


def test_nothing_is_said_of_kept_edges_when_neurons_were_renumbered():
    moments = analysis.graph_evolution([(0, ring(5)), (1, ring(4)), (2, ring(4))])
    assert np.isnan([moments[1].kept, moments[1].original, moments[2].original]).all()
    assert moments[2].kept == 1.0


@pytest.mark.parametrize("n", [60, 500])
def test_spectra_of_graphs_whose_parts_feed_each_other(n):
    """Strong ways onward add nothing to the eigenvalues, however much they stretch vectors."""
    onward = np.zeros((n, n))
    onward[np.arange(n - 1), np.arange(1, n)] = 10.0
    onward[1, 0] = 0.025  # one cycle of two: ±√(10 · 0.025)
    assert analysis.spectral_radius(Connectivity.from_dense(onward)) == pytest.approx(0.5)
    assert analysis.spectral_abscissa(Connectivity.from_dense(onward)) == pytest.approx(0.5)
    onward[-1, -1] = -3.0
    assert analysis.spectral_radius(Connectivity.from_dense(onward)) == pytest.approx(3.0)
    assert analysis.spectral_abscissa(Connectivity.from_dense(onward)) == pytest.approx(0.5)


def test_arguments_that_cannot_be_meant_are_named():
    worm = ring(5)
    calls = [
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
        (lambda: analysis.modularity(worm, [[0, 1], [2]]), ValueError, "one label per neuron"),
        (lambda: analysis.communities(worm, runs=2.0), ValueError, "runs: got 2.0, wants a whole"),
        (lambda: analysis.small_world(worm, nulls=2.5), ValueError, "nulls: got 2.5"),
        (lambda: analysis.rich_club(worm, nulls=2.5), ValueError, "nulls: got 2.5"),
        (lambda: analysis.betweenness(worm, sources=1.5), ValueError, "sources: got 1.5"),
        (lambda: analysis.describe(worm, threads=-1), ValueError, "threads: got -1"),
        (lambda: analysis.graph_evolution([worm, worm]), TypeError, r"snapshots\[0\]: .*enumerate"),
        (lambda: analysis.layer_chain(worm), TypeError, r"layers: .*chain\(\[first, second\]\)"),
        (lambda: nulls.degree_preserving_null(worm, rounds=2.5), ValueError, "rounds: got 2.5"),
        (lambda: nulls.degree_preserving_null(nx.DiGraph([(0, 1)])), TypeError, "from_networkx"),
        (lambda: nulls.random_graph(nx.DiGraph([(0, 1)])), TypeError, "from_networkx"),
    ]
    for call, kind, says in calls:
        with pytest.raises(kind, match=says):
            call()
