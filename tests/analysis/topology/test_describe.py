"""Whole descriptions: every row, determinism over threads, comparison."""

import json
import sys

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import (
    connectivities,
    plain,
    random_graph,
    ring,
    small_world,
)


def test_description_values_are_those_of_the_single_measures():
    c = random_graph(60, 0.1, 3)
    table = analysis.describe(c, nulls=4, rng=1)
    census = analysis.triad_census(c)
    assert table["clustering"].value == pytest.approx(analysis.clustering(c).mean())
    assert table["reciprocity"].value == pytest.approx(analysis.reciprocity(c))
    assert table["path length"].value == pytest.approx(analysis.path_lengths(c).mean)
    assert table["path length"].note == "exact"
    assert all(table[f"motif {name}"].value == census[name] for name in analysis.MOTIFS)
    assert table["assortativity out-in"].value == pytest.approx(
        analysis.assortativity(c).out_in
    )
    assert table["spectral radius"].value == pytest.approx(analysis.spectral_radius(c))
    assert table["edges"].value == c.nnz
    assert len(table) > 40


def test_a_random_graph_is_like_its_nulls_and_a_planted_one_is_not():
    table = analysis.describe(random_graph(120, 0.08, 5), nulls=20, rng=2)
    scores = np.array([row.z for row in table if np.isfinite(row.z)])
    assert len(scores) > 25
    assert np.mean(np.abs(scores) < 3) > 0.9
    inside = [row.low <= row.value <= row.high for row in table if np.isfinite(row.z)]
    assert np.mean(inside) > 0.8
    member = np.repeat(np.arange(6), 20)
    joined = np.random.default_rng(0).random((120, 120)) < np.where(
        member[:, None] == member, 0.4, 0.02
    )
    np.fill_diagonal(joined, False)
    pre, post = np.nonzero(joined)
    planted = analysis.describe(
        Connectivity.from_edges(pre, post, n_pre=120, n_post=120), nulls=10, rng=2
    )
    assert planted["modularity"].z > 10
    assert planted["clustering"].z > 10
    assert planted["small world sigma"].value > 1.5


def test_threads_change_nothing_and_progress_is_told():
    c = random_graph(50, 0.1, 1)
    seen = []
    one = analysis.describe(
        c, nulls=3, rng=7, threads=1, progress=lambda done, of: seen.append((done, of))
    )
    three = analysis.describe(c, nulls=3, rng=7, threads=3)
    assert str(one) == str(three)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert str(one) != str(analysis.describe(c, nulls=3, rng=8))


@given(connectivities())
@settings(max_examples=15)
def test_any_graph_can_be_described(c):
    table = analysis.describe(c, nulls=2, rng=0)
    assert table["neurons"].value == c.n_pre
    json.dumps(table.to_dicts(), allow_nan=False)
    assert "| neurons |" in table.to_markdown()


@pytest.mark.parametrize("n", [0, 1])
def test_empty_graphs_are_described(n):
    table = analysis.describe(Connectivity.empty(n, n), nulls=2, rng=0)
    assert table["edges"].value == 0
    assert np.isnan(table["path length"].value)
    assert analysis.describe(Connectivity.empty(n, n), nulls=0)["density"].value == 0


def test_comparison_sets_side_by_side():
    c = random_graph(40, 0.1, 2)
    both = analysis.compare_graphs(
        c, c.with_weight(2.0), ring(40), names=["plain", "heavy", "ring"], nulls=2, rng=0
    )
    assert (
        both.value("clustering", "plain").value == both.value("clustering", "heavy").value
    )
    assert both.to_pandas().loc["edges", ("ring", "value")] == 40
    lines = str(both).splitlines()
    assert lines[0].split()[:4] == ["measure", "plain", "z", "heavy"]
    assert len(lines) == len(both.measures) + 1
    assert both.value("weighted clustering", "heavy") is None
    with pytest.raises(ValueError, match="names"):
        analysis.compare_graphs(c, c, names=["same", "same"])
    with pytest.raises(ValueError, match="did you mean 'ring'"):
        both.value("edges", "rin")


def test_the_larva_brain_has_its_published_figures():
    from neurosparse.datasets import larva_brain

    c = larva_brain().connectivity
    table = analysis.describe(c, nulls=0, sources=64, rng=0)
    assert (table["neurons"].value, table["synapses"].value) == (2952, 110_677)
    assert analysis.degrees(c).out_strength.sum() == 352_611
    assert table["weak components"].value == 1
    # a connectome is no random graph: reciprocity and clustering are many times the density
    assert table["reciprocity"].value > 10 * table["density"].value
    assert table["clustering"].value > 10 * table["density"].value


def test_a_description_compares_undirected_graphs_with_such():
    """A Watts-Strogatz graph: reciprocity says nothing, clustering much."""
    table = analysis.describe(small_world(), nulls=5, rng=0)
    row = table["reciprocity"]
    assert (row.value, row.null_mean, row.null_sd) == (1.0, 1.0, 0.0)
    assert table["clustering"].z > 3
    # the closed form of a random graph: clustering is the mean degree over n
    assert table["clustering"].null_mean == pytest.approx(6 / 60, abs=0.05)
    assert table["motif 030T"].null_mean == 0


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
    with pytest.raises(ValueError, match="as many presynaptic"):
        analysis.describe(Connectivity.empty(2, 3), between=False)


@given(connectivities(least=2))
@settings(max_examples=40)
def test_sizes_and_parts_are_those_of_networkx(c):
    table = analysis.describe(c, nulls=0)
    graph = plain(c)
    largest = max(map(len, nx.strongly_connected_components(graph)))
    assert table["largest strong component"].value == pytest.approx(largest / c.n_pre)
    assert table["weak components"].value == nx.number_weakly_connected_components(graph)
    assert table["isolated neurons"].value == len(list(nx.isolates(graph)))
    assert table["density"].value == pytest.approx(nx.density(graph))


def test_arguments_that_cannot_be_meant_are_named():
    worm = ring(4)
    for nulls in (-1, 1.5):
        with pytest.raises(ValueError, match="nulls: got"):
            analysis.describe(worm, nulls=nulls)
    with pytest.raises(ValueError, match="threads: got -1"):
        analysis.describe(worm, threads=-1)
    with pytest.raises(ValueError, match="connectivities: got none"):
        analysis.compare_graphs()


def test_a_spectrum_that_is_not_known_says_so(monkeypatch):
    monkeypatch.setattr("neurosparse.analysis.topology.extremes.LARGEST", 20)
    monkeypatch.setattr("neurosparse.analysis.topology.extremes._RESTARTS", 1)
    weight = np.random.default_rng(0).lognormal(0, 1, 200) * np.resize([1, -1], 200)
    at = np.arange(200)
    ring = Connectivity.from_edges(at, (at + 1) % 200, n_pre=200, n_post=200, weight=weight)
    row = analysis.describe(ring, nulls=0)["spectral radius"]
    assert np.isnan(row.value)
    assert row.note.startswith("largest |λ| of the weights; not known, at most ")


def test_the_most_central_neuron_is_that_of_the_measure():
    c = random_graph(40, 0.1, 2)
    table = analysis.describe(c, nulls=0)
    for kind in ("pagerank", "eigenvector"):
        x = analysis.centrality(c, kind)
        row = table[f"largest {kind}"]
        assert row.value == pytest.approx(x.max() / x.sum())
        assert row.note == f"share of neuron {x.argmax()}"
    row = analysis.describe(Connectivity.empty(3, 3), nulls=0)["largest eigenvector"]
    assert np.isnan(row.value)
    assert row.note.startswith("not known: no cycles")


@pytest.mark.parametrize("c", [random_graph(20, 0.2, 1), Connectivity.empty(2, 3)])
def test_a_description_does_without_powerlaw(monkeypatch, c):
    monkeypatch.setitem(sys.modules, "powerlaw", None)
    row = analysis.describe(c, nulls=0)["power law out"]
    assert np.isnan(row.value)
    assert row.note == "powerlaw is not installed; run: pip install 'neurosparse[graph]'"


def test_a_rank_that_is_not_known_says_so(monkeypatch):
    monkeypatch.setattr(
        "neurosparse.analysis.topology.describe.stable_rank", lambda _: np.nan
    )
    row = analysis.describe(ring(4), nulls=0)["stable rank"]
    assert row.note == "not known: the iteration did not converge"
