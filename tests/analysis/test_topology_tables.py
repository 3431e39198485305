"""Whole descriptions: every row, determinism over threads, comparison, evolution, small worlds."""

import json

import networkx as nx
import numpy as np
import pytest
from graphs import connectivities, random_graph, ring
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.analysis.topology import nulls
from neurosparse.analysis.topology.table import compared
from neurosparse.connectivity import Connectivity


def watts_strogatz(n, k, p, seed=0):
    graph = nx.connected_watts_strogatz_graph(n, k, p, seed=seed)
    return Connectivity.from_networkx(graph.to_directed())


def test_small_worlds_lie_between_lattice_and_random():
    found = {
        p: analysis.small_world(watts_strogatz(200, 8, p), nulls=20, rng=0) for p in (0.0, 0.1, 1.0)
    }
    ordered, small, loose = found.values()
    assert small.sigma > 3
    assert loose.sigma == pytest.approx(1.0, abs=0.3)
    assert ordered.omega < small.omega < loose.omega
    assert small.propensity > max(ordered.propensity, loose.propensity)
    assert small.propensity > 0.6
    assert ordered.graph.clustering == pytest.approx(ordered.lattice.clustering, rel=1e-6)


def test_description_values_are_those_of_the_single_measures():
    c = random_graph(60, 0.1, 3)
    table = analysis.describe(c, nulls=4, rng=1)
    census = analysis.triad_census(c)
    assert table["clustering"].value == pytest.approx(analysis.clustering(c).mean())
    assert table["reciprocity"].value == pytest.approx(analysis.reciprocity(c))
    assert table["path length"].value == pytest.approx(analysis.path_lengths(c).mean)
    assert table["path length"].note == "exact"
    assert all(table[f"motif {name}"].value == census[name] for name in analysis.MOTIFS)
    assert table["assortativity out-in"].value == pytest.approx(analysis.assortativity(c).out_in)
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


def test_tables_travel():
    table = analysis.describe(ring(8), nulls=2, rng=0, name="ring")
    frame = table.to_pandas()
    assert frame.loc["edges", "value"] == 8
    assert str(table).startswith("ring (2 nulls)\nmeasure")
    with pytest.raises(KeyError, match="did you mean 'clustering'"):
        table["clusterin"]


def test_comparison_sets_side_by_side():
    c = random_graph(40, 0.1, 2)
    both = analysis.compare_graphs(
        c, c.with_weight(2.0), ring(40), names=["plain", "heavy", "ring"], nulls=2, rng=0
    )
    assert both.value("clustering", "plain").value == both.value("clustering", "heavy").value
    assert both.to_pandas().loc["edges", ("ring", "value")] == 40
    lines = str(both).splitlines()
    assert lines[0].split()[:4] == ["measure", "plain", "z", "heavy"]
    assert len(lines) == len(both.measures) + 1
    assert both.value("weighted clustering", "heavy") is None
    with pytest.raises(ValueError, match="names"):
        analysis.compare_graphs(c, c, names=["same", "same"])
    with pytest.raises(ValueError, match="did you mean 'ring'"):
        both.value("edges", "rin")


def test_intervals_hold_what_they_promise():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        drawn = rng.normal(3, 2, 20)
        row = compared("x", rng.normal(3, 2), drawn)
        held += row.low <= row.value <= row.high
    assert held / 2000 == pytest.approx(0.95, abs=0.02)
    assert np.isnan(compared("x", 1.0, [2.0, 2.0]).z)
    assert compared("x", 1.0, [np.nan, 2.0]).null_mean == 2.0


def test_evolution_follows_rewiring():
    before = random_graph(60, 0.1, 4)
    run = ((k, before if k == 0 else nulls.degree_preserving_null(before, rng=k)) for k in range(3))
    moments = analysis.graph_evolution(run, rng=0)
    assert [moment.time for moment in moments] == [0, 1, 2]
    assert moments[0].kept == moments[0].original == 1.0
    assert moments[1].original == pytest.approx(0.1, abs=0.08)
    assert {moment.measures["edges"] for moment in moments} == {before.nnz}


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="nulls"):
        analysis.describe(ring(4), nulls=-1)
    with pytest.raises(ValueError, match="nulls"):
        analysis.small_world(ring(4), nulls=0)
    with pytest.raises(ValueError, match=r"layer_chain"):
        analysis.small_world(Connectivity.empty(2, 3))


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
