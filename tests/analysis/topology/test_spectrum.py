"""Spectra: those of dense matrices, and laws of large ones."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import connectivities

some = settings(max_examples=25)


@given(connectivities(least=1))
@some
def test_spectra_are_those_of_the_dense_matrix(c):
    values = np.linalg.eigvals(c.to_dense().astype(float))
    assert analysis.spectral_radius(c) == pytest.approx(np.abs(values).max(), abs=1e-3)
    assert analysis.spectral_abscissa(c) == pytest.approx(values.real.max(), abs=1e-3)
    singular = np.linalg.svd(c.to_dense().astype(float), compute_uv=False)
    if singular.max() > 0:
        assert analysis.stable_rank(c) == pytest.approx(
            (singular**2).sum() / singular.max() ** 2
        )
        assert 1 <= analysis.effective_rank(c) <= np.linalg.matrix_rank(c.to_dense()) + 1e-6
    else:
        assert analysis.effective_rank(c) == analysis.stable_rank(c) == 0.0


def test_large_spectra_follow_the_circular_law():
    n, g = 600, 1.5
    rng = np.random.default_rng(0)
    joined = rng.random((n, n)) < 0.1
    pre, post = np.nonzero(joined)
    weight = rng.normal(0, g / np.sqrt(0.1 * n), len(pre)).astype(np.float32)
    c = Connectivity.from_edges(pre, post, n_pre=n, n_post=n, weight=weight)
    assert analysis.spectral_radius(c) == pytest.approx(g, rel=0.1)
    assert analysis.spectral_abscissa(c) == pytest.approx(g, rel=0.1)
    exact = analysis.eigenvalues(c)
    assert 0.95 < analysis.spectral_radius(c) / np.abs(exact[0]) < 1 + 1e-6
    assert 0.95 < analysis.spectral_abscissa(c) / exact.real.max() < 1 + 1e-6
    # with a mean weight one eigenvalue stands out and is found exactly
    outlier = c.with_weight(c.weights_array() + np.float32(0.1))
    assert analysis.spectral_radius(outlier) == pytest.approx(
        np.abs(analysis.eigenvalues(outlier)[0]), rel=1e-5
    )
    dense = np.linalg.svd(c.to_dense().astype(float), compute_uv=False)
    assert analysis.stable_rank(c) == pytest.approx(
        (dense**2).sum() / dense[0] ** 2, rel=1e-4
    )


def test_a_graph_without_cycles_has_radius_zero():
    n = 600
    chain = Connectivity.from_edges(np.arange(n - 1), np.arange(1, n), n_pre=n, n_post=n)
    assert analysis.spectral_radius(chain) == 0.0


@given(connectivities(least=1, most=6))
@some
def test_communicability_is_that_of_networkx(c):
    dense = ((c.to_dense() + c.to_dense().T) > 0).astype(np.float32)
    np.fill_diagonal(dense, 0)
    peer = nx.communicability_exp(nx.from_numpy_array(dense))
    ours = analysis.communicability(Connectivity.from_dense(dense), normalised=False)
    np.testing.assert_allclose(ours, [[peer[a][b] for b in peer] for a in peer], rtol=1e-6)


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


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    c = Connectivity.empty(n, n)
    assert analysis.spectral_radius(c) == analysis.spectral_abscissa(c) == 0.0
    assert analysis.communicability(c).tolist() == np.eye(n).tolist()


def test_what_is_too_large_is_refused():
    big = Connectivity.empty(4000, 4000)
    for measure in (analysis.effective_rank, analysis.communicability, analysis.eigenvalues):
        with pytest.raises(ValueError, match="3000"):
            measure(big)
