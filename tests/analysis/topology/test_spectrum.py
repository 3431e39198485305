"""Spectra: those of dense matrices, and laws of large ones."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.analysis.topology.extremes import extremes
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
    for measure in (
        analysis.effective_rank,
        analysis.communicability,
        analysis.eigenvalues,
    ):
        with pytest.raises(ValueError, match="3000"):
            measure(big)


def ring_of(weight):
    n = len(weight)
    return Connectivity.from_edges(
        np.arange(n), (np.arange(n) + 1) % n, n_pre=n, n_post=n, weight=weight
    )


@pytest.mark.parametrize("n", [300, 500])
@pytest.mark.parametrize("kind", ["ones", "log-normal", "steep"])
def test_a_ring_has_the_geometric_mean_of_its_weights(n, kind):
    """Plain iteration, and LAPACK too, are off by up to a factor of ten here."""
    weight = np.ones(n, np.float32)
    if kind == "log-normal":
        weight = np.random.default_rng(n).lognormal(0, 1, n).astype(np.float32)
    if kind == "steep":
        weight[:50] = 20.0
        weight[50:100] = 0.05
    exact = np.exp(np.log(weight.astype(float)).mean())
    for graph in (ring_of(weight), ring_of(weight * np.float32(1e-30))):
        scale = exact * (graph.weights_array()[0] / weight[0])
        assert analysis.spectral_radius(graph) == pytest.approx(scale, rel=1e-6)
        assert analysis.spectral_abscissa(graph) == pytest.approx(scale, rel=1e-6)
        assert np.abs(analysis.eigenvalues(graph)[0]) == pytest.approx(scale, rel=1e-5)


def test_a_large_ring_and_a_signed_one():
    assert analysis.spectral_radius(ring_of(np.ones(5000))) == pytest.approx(1, rel=1e-9)
    weight = np.random.default_rng(1).lognormal(0, 0.5, 500) * np.resize([1, -1], 500)
    exact = np.exp(np.log(np.abs(weight.astype(np.float32))).mean())
    assert analysis.spectral_radius(ring_of(weight)) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("largest", [3000, 100])
def test_a_ring_with_shortcuts_has_the_spectrum_of_the_dense_matrix(
    seed, largest, monkeypatch
):
    monkeypatch.setattr("neurosparse.analysis.topology.extremes.LARGEST", largest)
    n = 500
    rng = np.random.default_rng(seed)
    pre = np.r_[np.arange(n), rng.integers(0, n, 30)]
    post = np.r_[(np.arange(n) + 1) % n, rng.integers(0, n, 30)]
    weight = rng.lognormal(0, 1, len(pre))
    c = Connectivity.from_edges(
        pre, post, n_pre=n, n_post=n, weight=weight, duplicates="sum"
    )
    values = np.linalg.eigvals(c.to_dense().astype(float))
    radius = analysis.spectral_radius(c)
    assert radius == pytest.approx(np.abs(values).max(), rel=1e-6)
    assert analysis.spectral_abscissa(c) == pytest.approx(values.real.max(), rel=1e-6)
    assert analysis.spectral_abscissa(c) <= radius


def test_beyond_what_is_dense_a_value_is_right_or_missing(monkeypatch):
    """ARPACK must agree with itself on the transposed matrix, or there is no value."""
    monkeypatch.setattr("neurosparse.analysis.topology.extremes.LARGEST", 100)
    rng = np.random.default_rng(3)
    disc = (rng.standard_normal((200, 200)) / 14).astype(np.float32)
    graphs = [
        ring_of(rng.lognormal(0, 1, 200) * np.resize([1, -1], 200)),
        Connectivity.from_dense(disc),
        Connectivity.from_dense(disc + np.float32(0.01)),
        Connectivity.from_dense(disc - disc.T),
    ]
    known = 0
    for graph in graphs:
        values = np.linalg.eigvals(graph.to_dense().astype(float))
        ends = extremes(graph)
        for end, exact in zip(ends, (np.abs(values).max(), values.real.max()), strict=True):
            if np.isnan(end.value):
                assert "not known, at most" in end.note
                assert end.ceiling >= exact * (1 - 1e-6)
            else:
                known += 1
                assert end.value == pytest.approx(exact, abs=0.01 * np.abs(values).max())
        assert not ends.abscissa.value > ends.radius.value
    assert known >= 3


def test_stable_rank_of_balanced_neurons():
    """Weights of every neuron that add up to 0 have a constant vector in their null space."""
    n = 600
    at = np.arange(n)
    c = Connectivity.from_edges(
        np.r_[at, at],
        np.r_[(at + 1) % n, (at + 2) % n],
        n_pre=n,
        n_post=n,
        weight=np.r_[np.ones(n), -np.ones(n)],
    )
    assert analysis.stable_rank(c) == pytest.approx(300.0, rel=1e-5)
    matrix = np.zeros((500, 500), np.float32)
    rng = np.random.default_rng(0)
    for row in matrix:
        chosen = rng.choice(500, 20, replace=False)
        row[chosen[:10]] = 1
        row[chosen[10:]] = -1
    for scale in (1.0, 1e-20):
        graph = Connectivity.from_dense(matrix * np.float32(scale))
        values = np.linalg.svd(matrix.astype(float), compute_uv=False)
        expected = (values**2).sum() / values[0] ** 2
        assert analysis.stable_rank(graph) == pytest.approx(expected, rel=1e-5)


def test_walks_that_overflow_are_refused():
    big = Connectivity.from_edges(
        [0, 1], [1, 0], n_pre=2, n_post=2, weight=[1000.0, 1000.0]
    )
    with pytest.raises(ValueError, match="connectivity: got weights up to 1000"):
        analysis.communicability(big, normalised=False)
    assert np.isfinite(analysis.communicability(big)).all()
