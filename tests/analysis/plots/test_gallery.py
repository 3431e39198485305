"""The gallery draws what a graph affords."""

import numpy as np

from neurosparse import analysis
from neurosparse.analysis import describe
from neurosparse.analysis.plots.gallery import _grouped
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import ring
from tests.analysis.plots.helpers import numbered


def test_gallery_draws_what_a_graph_affords():
    graph = numbered()
    names = [
        name for name, _ in analysis.plot_gallery(graph, describe(graph, nulls=2, rng=0))
    ]
    assert names == [
        "adjacency",
        "degrees",
        "weights",
        "delays",
        "motifs",
        "blocks",
        "chord",
        "eigenvalues",
    ]
    assert [name for name, _ in analysis.plot_gallery(Connectivity.empty(0, 0))] == [
        "adjacency",
        "degrees",
    ]
    assert [
        name for name, _ in analysis.plot_gallery(Connectivity.from_dense([[1.0, 2.0]]))
    ] == [
        "adjacency",
        "degrees",
        "weights",
    ]
    (_, blocks), _ = _grouped(graph, np.arange(40))
    assert "others" in {label.get_text() for label in blocks.get_xticklabels()}


def test_the_gallery_of_a_layer_between_as_many_neurons():
    from neurosparse import analysis

    layer = ring(6)
    table = analysis.describe(layer, nulls=2, rng=0, between=True)
    assert [name for name, _ in analysis.plot_gallery(layer, table)] == [
        "adjacency",
        "degrees",
        "weights",
    ]
