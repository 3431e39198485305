"""Centralities: networkx and LAPACK on small graphs, closed forms on known ones."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import connectivities, make, plain, ring, star

some = settings(max_examples=20)
KINDS = ("pagerank", "eigenvector", "katz", "closeness", "hub", "authority")


def weights_of(c, weighted):
    """W without loops, [pre, post]."""
    dense = c.to_dense().astype(np.float64)
    np.fill_diagonal(dense, 0)
    return np.abs(dense) if weighted else (dense != 0).astype(np.float64)


@given(connectivities(least=1))
@some
def test_pagerank_is_that_of_networkx(c):
    for weight in (None, "weight"):
        peer = nx.pagerank(plain(c), weight=weight, tol=1e-12, max_iter=10_000)
        own = analysis.centrality(c, "pagerank", weighted=weight is not None)
        np.testing.assert_allclose(own, [peer[u] for u in range(c.n_pre)], atol=1e-8)


@given(connectivities(least=1))
@some
def test_closeness_is_that_of_networkx(c):
    g = plain(c)
    for _, _, edge in g.edges(data=True):
        edge["length"] = 1 / edge["weight"]
    for length in (None, "length"):
        peer = nx.closeness_centrality(g, distance=length)
        own = analysis.centrality(c, "closeness", weighted=length is not None)
        np.testing.assert_allclose(own, [peer[u] for u in range(c.n_pre)], atol=1e-9)


@given(connectivities(least=1))
@some
def test_katz_solves_its_equation(c):
    for weighted in (False, True):
        matrix = weights_of(c, weighted)
        radius = analysis.spectral_radius(Connectivity.from_dense(matrix))
        alpha = 0.85 / (radius if radius > 0 else 1)
        x = np.linalg.solve(np.eye(c.n_pre) - alpha * matrix.T, np.ones(c.n_pre))
        own = analysis.centrality(c, "katz", weighted=weighted)
        np.testing.assert_allclose(own, x / x.max(), atol=1e-9)


@given(connectivities(least=1))
@some
def test_katz_with_slow_walks_is_that_of_networkx(c):
    matrix = weights_of(c, False)
    radius = analysis.spectral_radius(Connectivity.from_dense(matrix))
    assume(radius > 0)
    peer = nx.katz_centrality_numpy(plain(c), alpha=0.9999 / radius, weight=None)
    peer = np.array([peer[u] for u in range(c.n_pre)])
    own = analysis.centrality(c, "katz", damping=0.9999)
    np.testing.assert_allclose(own, peer / peer.max(), atol=1e-6)


@given(connectivities(least=1))
@some
def test_eigenvectors_belong_to_the_largest_eigenvalue_or_are_not_known(c):
    for weighted in (False, True):
        matrix = weights_of(c, weighted)
        squares = {
            "eigenvector": matrix.T,
            "hub": matrix @ matrix.T,
            "authority": matrix.T @ matrix,
        }
        for kind, square in squares.items():
            x = analysis.centrality(c, kind, weighted=weighted)
            values = np.linalg.eigvals(square)
            top = values.real.max()
            alone = top > 1e-6 and (np.abs(values - top) < 1e-6 * top).sum() == 1
            if not alone:
                assert np.isnan(x).all()
                continue
            assert x.max() == 1
            assert x.min() >= 0
            np.testing.assert_allclose(square @ x, top * x, atol=1e-6 * top)


def test_a_strong_pair_and_what_hangs_on_it():
    # 0 and 1 reach each other, 1 reaches 2, 2 reaches 3: λ = 1
    c = make(4, [(0, 1), (1, 0), (1, 2), (2, 3)])
    assert analysis.centrality(c, "eigenvector").tolist() == pytest.approx([1, 1, 1, 1])
    assert analysis.centrality(star(5), "eigenvector").tolist() == pytest.approx(
        [1, 0.5, 0.5, 0.5, 0.5]
    )


def test_slow_and_large_graphs_converge():
    # powers of a ring with one shortcut need some hundred thousand steps
    n = 3000
    pre = np.append(np.arange(n), 0)
    post = np.append((np.arange(n) + 1) % n, n // 2)
    c = Connectivity.from_edges(pre, post, n_pre=n, n_post=n)
    x = analysis.centrality(c, "eigenvector")
    # λ^n = 1 + λ^(n/2 - 1)
    radius = analysis.spectral_radius(c)
    matrix = weights_of(c, False)
    np.testing.assert_allclose(matrix.T @ x, radius * x, atol=1e-7)
    assert radius**n == pytest.approx(1 + radius ** (n / 2 - 1), rel=1e-3)


def test_what_is_not_one_vector_is_not_known():
    two = make(4, [(0, 1), (1, 0), (2, 3), (3, 2)])
    assert np.isnan(analysis.centrality(two, "eigenvector")).all()
    assert np.isnan(analysis.centrality(ring(5), "hub")).all()
    assert analysis.centrality(ring(5), "eigenvector").tolist() == pytest.approx([1] * 5)


def test_loops_do_not_count():
    c = Connectivity.from_edges([0, 0, 1], [0, 1, 0], n_pre=2, n_post=2, weight=[9.0, 1, 1])
    for kind in KINDS:
        x = analysis.centrality(c, kind, weighted=True)
        without = analysis.centrality(ring(2), kind)
        np.testing.assert_allclose(x, without, err_msg=kind)


@pytest.mark.parametrize("kind", KINDS)
def test_graphs_without_edges(kind):
    assert analysis.centrality(Connectivity.empty(0, 0), kind).tolist() == []
    x = analysis.centrality(Connectivity.empty(2, 2), kind).tolist()
    usual = {"pagerank": [0.5, 0.5], "katz": [1, 1], "closeness": [0, 0]}
    assert x == pytest.approx(usual.get(kind, [np.nan, np.nan]), nan_ok=True)


def test_arguments_that_cannot_be_meant_are_named():
    with pytest.raises(ValueError, match="kind: got 'page'"):
        analysis.centrality(ring(3), "page")
    for damping in (0, 1, 1.5):
        with pytest.raises(ValueError, match="damping: got"):
            analysis.centrality(ring(3), "katz", damping=damping)
