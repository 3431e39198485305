"""Adjacency and block matrix, by the dots and fields that are on them."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis.plots import matrix
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import ring
from tests.analysis.plots.helpers import dots, ink, picture, wired


def test_adjacency_places_each_edge():
    graph = wired(50, 300)
    groups = np.arange(50) % 4
    place = np.argsort(np.argsort(groups, kind="stable"), kind="stable")
    pre, post = graph.edges()
    expected = np.column_stack([place[post], place[pre]])
    shown = dots(analysis.plot_adjacency(graph, groups=groups))
    np.testing.assert_array_equal(
        shown[np.lexsort(shown.T)], expected[np.lexsort(expected.T)]
    )


def test_a_big_adjacency_is_binned_and_keeps_the_edges():
    n = matrix.DOTS + 1000
    graph = wired(n, 40_000)
    ax = analysis.plot_adjacency(graph)
    (image,) = ax.images
    share = np.ma.filled(np.ma.masked_invalid(image.get_array()), 0)
    assert max(share.shape) <= matrix.FIELDS
    assert share.mean() * n * n == pytest.approx(graph.nnz)
    assert ink(ax) > 0.1


@pytest.mark.parametrize("n", [0, 1])
def test_empty_graphs_are_drawn(n):
    assert picture(analysis.plot_adjacency(Connectivity.empty(n, n), groups=["a"] * n)).size


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="values"):
        analysis.plot_block_matrix(np.eye(3), ["a"])
    with pytest.raises(ValueError, match="bipartite"):
        analysis.plot_adjacency(Connectivity.empty(2, 3), groups=["a", "b"])
    with pytest.raises(TypeError, match="connectivity: .*from_dense"):
        analysis.plot_adjacency(np.eye(3))
    with pytest.raises(ValueError, match="groups"):
        analysis.plot_adjacency(ring(6), groups=["a", None, "b", "a", "b", "a"])


@pytest.mark.filterwarnings("error")
def test_no_groups_are_an_empty_picture():
    assert not analysis.plot_block_matrix(np.zeros((0, 0)), []).images


def test_cells_without_end_are_refused():
    with pytest.raises(ValueError, match="values: got .* wants finite numbers, or NaN"):
        analysis.plot_block_matrix([[np.inf, 0.0], [0.0, 1.0]], ["a", "b"])
