"""Measures of a graph that changes, moment by moment."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import random_graph, ring


def test_evolution_follows_rewiring():
    before = random_graph(60, 0.1, 4)
    run = (
        (k, before if k == 0 else analysis.degree_preserving_null(before, rng=k))
        for k in range(3)
    )
    moments = analysis.graph_evolution(run, rng=0)
    assert [moment.time for moment in moments] == [0, 1, 2]
    assert moments[0].kept == moments[0].original == 1.0
    assert moments[1].original == pytest.approx(0.1, abs=0.08)
    assert {moment.measures["edges"] for moment in moments} == {before.nnz}


def test_evolution_follows_layers():
    """A layer that becomes blocks: squares grow, a third of the edges is kept each time."""
    rng = np.random.default_rng(0)
    block = np.kron(np.eye(3), np.ones((8, 6)))
    snapshots = [
        (
            share,
            Connectivity.from_dense(
                np.where(
                    rng.random(block.shape) < share, block, rng.random(block.shape) < 0.3
                )
            ),
        )
        for share in (0.0, 0.5, 1.0)
    ]
    moments = analysis.graph_evolution(snapshots, rng=0)
    clustering = [moment.measures["square clustering"] for moment in moments]
    assert clustering[0] < clustering[1] < clustering[2] == 1.0
    assert moments[0].kept == 1.0
    assert moments[2].original == pytest.approx(0.33, abs=0.1)


def test_nothing_is_said_of_kept_edges_when_neurons_were_renumbered():
    moments = analysis.graph_evolution([(0, ring(5)), (1, ring(4)), (2, ring(4))])
    assert np.isnan([moments[1].kept, moments[1].original, moments[2].original]).all()
    assert moments[2].kept == 1.0


def test_a_layer_between_equally_many_neurons_is_one_when_said():
    rng = np.random.default_rng(1)
    layer = Connectivity.from_dense((rng.random((9, 9)) < 0.4).astype(float))
    moments = analysis.graph_evolution([(0, layer), (1, layer.without([0]))], between=True)
    assert moments[1].measures["edges"] == layer.nnz - 1
    assert "square clustering" in moments[0].measures


def test_graphs_without_times_are_refused():
    worm = ring(4)
    with pytest.raises(TypeError, match=r"snapshots\[0\]: .*enumerate"):
        analysis.graph_evolution([worm, worm])
