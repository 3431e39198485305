"""Levels and feedback in closed form, and against dense solvers and all orders."""

from itertools import permutations

import numpy as np
import pytest

from neurosparse.analysis import feedback_arcs, trophic_levels
from neurosparse.connectivity import Connectivity
from tests.analysis.connectome.test_matched import signed_graph
from tests.analysis.graphs import make


def test_rings_have_no_levels_and_layers_have_theirs():
    even = Connectivity.from_edges([0, 1, 2], [1, 2, 0], n_pre=3, n_post=3)
    circle = trophic_levels(even)
    np.testing.assert_allclose(circle.levels, 0, atol=1e-9)
    assert circle.incoherence == pytest.approx(1.0)
    layers = trophic_levels(make(5, [(0, 2), (1, 2), (2, 3), (2, 4)]))
    np.testing.assert_allclose(layers.levels, [0, 0, 1, 2, 2], atol=1e-9)
    assert layers.incoherence == pytest.approx(0.0, abs=1e-12)


def test_a_short_cut_by_hand():
    """0 → 1 → 2 and 0 → 2: levels 0, 2/3, 4/3; each edge is off by a third, 0 → 2 as much."""
    c = Connectivity.from_edges([0, 0, 1], [1, 2, 2], n_pre=3, n_post=3)
    levels = trophic_levels(c)
    np.testing.assert_allclose(levels.levels, [0, 2 / 3, 4 / 3], atol=1e-9)
    assert levels.incoherence == pytest.approx(1 / 9)


def test_levels_are_those_of_a_dense_solver():
    c = signed_graph(6, density=0.1)
    table = np.abs(c.to_dense().astype(np.float64))
    np.fill_diagonal(table, 0)
    degree = table.sum(axis=0) + table.sum(axis=1)
    laplacian = np.diag(degree) - table - table.T
    levels = np.linalg.lstsq(laplacian, table.sum(axis=0) - table.sum(axis=1))[0]
    np.testing.assert_allclose(trophic_levels(c).levels, levels - levels.min(), atol=1e-6)


def test_parts_begin_at_zero_and_empty_graphs_are_flat():
    c = make(5, [(0, 1), (2, 3), (3, 4)])
    np.testing.assert_allclose(trophic_levels(c).levels, [0, 1, 0, 1, 2], atol=1e-9)
    assert trophic_levels(Connectivity.empty(3, 3)).levels.tolist() == [0, 0, 0]
    assert np.isnan(feedback_arcs(Connectivity.empty(2, 2)).share)


def test_feedback_is_near_the_least_there_is():
    rng = np.random.default_rng(0)
    table = np.where(rng.random((7, 7)) < 0.5, rng.integers(1, 9, (7, 7)), 0).astype(
        np.float32
    )
    np.fill_diagonal(table, 3)
    c = Connectivity.from_dense(table)
    arcs = feedback_arcs(c)
    np.fill_diagonal(table, 0)
    least = min(np.tril(table[np.ix_(p, p)]).sum() for p in permutations(range(7)))
    back = arcs.share * table.sum()
    assert least <= back <= 1.4 * least
    pre, post = c.edges()
    assert back == pytest.approx(c.weights_array()[arcs.backward].sum())
    assert not (arcs.backward & (pre == post)).any()
    ahead = c.to_dense()
    ahead[pre[arcs.backward], post[arcs.backward]] = 0
    np.fill_diagonal(ahead, 0)
    assert np.linalg.matrix_power(ahead > 0, 7).sum() == 0
