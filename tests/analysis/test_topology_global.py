"""Communities, hubs, spectra, blocks and layers: networkx on small graphs, closed forms on known
ones.
"""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from graphs import complete, connectivities, make, plain, random_graph, ring, star
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse import analysis
from neurosparse.connectivity import Connectivity

some = settings(max_examples=25)


def planted(groups=6, size=15, inside=0.5, outside=0.02, seed=0):
    rng = np.random.default_rng(seed)
    member = np.repeat(np.arange(groups), size)
    share = np.where(member[:, None] == member, inside, outside)
    joined = rng.random(share.shape) < share
    np.fill_diagonal(joined, False)
    pre, post = np.nonzero(joined)
    return Connectivity.from_edges(pre, post, n_pre=len(member), n_post=len(member)), member


@given(connectivities(least=1), st.integers(1, 4))
@some
def test_modularity_is_that_of_networkx(c, groups):
    labels = np.arange(c.n_pre) % groups
    g = plain(c)
    if g.number_of_edges() == 0:
        assert analysis.modularity(c, labels) == 0.0
        return
    sets = [set(np.flatnonzero(labels == k).tolist()) for k in np.unique(labels)]
    for weighted in (False, True):
        peer = nx.community.modularity(g, sets, weight="weight" if weighted else None)
        assert analysis.modularity(c, labels, weighted=weighted) == pytest.approx(peer, abs=1e-9)
    dense = (c.to_dense() != 0).astype(float)
    np.fill_diagonal(dense, 0)
    peer = nx.community.modularity(nx.from_numpy_array(dense + dense.T), sets)
    assert analysis.modularity(c, labels, directed=False) == pytest.approx(peer, abs=1e-9)


def test_planted_communities_are_found_and_runs_agree():
    c, member = planted()
    found = analysis.communities(c, runs=4, rng=1)
    assert analysis.normalised_mutual_information(found.labels, member) == pytest.approx(1.0)
    assert found.agreement > 0.95
    assert found.modularity == pytest.approx(analysis.modularity(c, member, directed=False))
    again = analysis.communities(c, runs=4, rng=1)
    np.testing.assert_array_equal(found.labels, again.labels)
    assert analysis.communities(c, runs=1, weighted=True, rng=1).runs == 1


def test_mutual_information_has_its_limits():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, 5000)
    assert analysis.normalised_mutual_information(x, (x + 1) % 3) == pytest.approx(1.0)
    assert analysis.normalised_mutual_information(x, rng.permutation(x)) < 0.01
    assert analysis.normalised_mutual_information([0, 0], [0, 0]) == 1.0


@given(connectivities(least=1))
@some
def test_cores_are_those_of_networkx(c):
    peer = nx.core_number(nx.Graph(plain(c).to_undirected()))
    assert analysis.core_numbers(c).tolist() == [peer[u] for u in range(c.n_pre)]


@given(connectivities(least=1))
@some
def test_betweenness_is_that_of_networkx(c):
    peer = nx.betweenness_centrality(plain(c), normalized=False)
    np.testing.assert_allclose(
        analysis.betweenness(c), [peer[u] for u in range(c.n_pre)], atol=1e-9
    )


def test_sampled_betweenness_is_unbiased():
    c = random_graph(40, 0.1, 2)
    exact = analysis.betweenness(c)
    assert exact.sum() > 100
    mean = np.mean([analysis.betweenness(c, 10, rng=seed).sum() for seed in range(60)])
    assert mean == pytest.approx(exact.sum(), rel=0.1)


@given(connectivities())
@some
def test_the_rich_club_of_a_symmetric_graph_is_that_of_networkx(c):
    dense = c.to_dense() + c.to_dense().T
    np.fill_diagonal(dense, 0)
    both = Connectivity.from_dense(dense)
    phi = analysis.rich_club(both, nulls=0).phi
    peer = (
        nx.rich_club_coefficient(nx.from_numpy_array(dense), normalized=False) if both.nnz else {}
    )
    for k, value in peer.items():
        assert phi[2 * k] == pytest.approx(value)


def test_a_rich_club_stands_out_from_chance():
    rng = np.random.default_rng(3)
    joined = rng.random((80, 80)) < 0.05
    joined[:10] |= rng.random((10, 80)) < 0.2
    joined[:, :10] |= rng.random((80, 10)) < 0.2
    joined[:10, :10] = True
    np.fill_diagonal(joined, False)
    pre, post = np.nonzero(joined)
    found = analysis.rich_club(
        Connectivity.from_edges(pre, post, n_pre=80, n_post=80), nulls=10, rng=0
    )
    top = np.flatnonzero(np.isfinite(found.phi))[-1]
    assert found.phi[top] == pytest.approx(1.0)
    assert found.ratio[top - 5] > 1.1
    assert found.phi[top - 5] > found.null_mean[top - 5] + 3 * found.null_sd[top - 5]


def test_core_and_periphery():
    assert analysis.core_periphery(star(7)).fit == pytest.approx(1.0)
    ideal = make(9, [(i, j) for i in range(3) for j in range(i + 1, 9)])
    found = analysis.core_periphery(ideal)
    assert found.size == 3
    assert found.fit == pytest.approx(1.0)
    assert found.core.tolist() == [True] * 3 + [False] * 6
    assert analysis.core_periphery(random_graph(80, 0.1, 1)).fit < 0.3
    assert np.isnan(analysis.core_periphery(complete(4)).fit)


def brute_fit(dense, core):
    inside = core[:, None] | core[None, :]
    upper = np.triu_indices(len(dense), 1)
    return np.corrcoef((dense | dense.T)[upper], inside[upper])[0, 1]


def test_the_fit_of_a_core_is_a_correlation():
    c = random_graph(12, 0.2, 4)
    found = analysis.core_periphery(c)
    assert found.fit == pytest.approx(brute_fit(c.to_dense() != 0, found.core))


def test_roles_have_their_closed_forms():
    c, member = planted(outside=0.0)
    assert analysis.node_roles(c, member).participation == pytest.approx(np.zeros(len(member)))
    spread = analysis.node_roles(complete(12), np.arange(12) % 3)
    # 3 neighbours in the own group, 4 in each other one
    assert spread.participation == pytest.approx(np.full(12, 1 - (9 + 16 + 16) / 121))
    assert spread.within == pytest.approx(np.zeros(12))
    within = analysis.node_roles(random_graph(30, 0.2, 1), np.arange(30) % 3).within
    assert [within[k::3].std() for k in range(3)] == pytest.approx([1.0] * 3)


@given(connectivities(least=1))
@some
def test_spectra_are_those_of_the_dense_matrix(c):
    values = np.linalg.eigvals(c.to_dense().astype(float))
    assert analysis.spectral_radius(c) == pytest.approx(np.abs(values).max(), abs=1e-3)
    assert analysis.spectral_abscissa(c) == pytest.approx(values.real.max(), abs=1e-3)
    singular = np.linalg.svd(c.to_dense().astype(float), compute_uv=False)
    if singular.max() > 0:
        assert analysis.stable_rank(c) == pytest.approx((singular**2).sum() / singular.max() ** 2)
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
    assert analysis.stable_rank(c) == pytest.approx((dense**2).sum() / dense[0] ** 2, rel=1e-4)


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


def test_blocks_count_every_edge():
    c, member = planted(3, 10, 0.4, 0.1)
    found = analysis.block_matrix(c, member)
    dense = c.to_dense()
    for a in range(3):
        for b in range(3):
            part = dense[np.ix_(member == a, member == b)]
            assert found.edges[a, b] == np.count_nonzero(part)
            assert found.density[a, b] == pytest.approx(
                np.count_nonzero(part) / (100 - 10 * (a == b))
            )
    assert (found.mean_weight == 1.0).all()


def test_true_groups_explain_and_random_ones_do_not():
    c, member = planted()
    assert analysis.block_model(c, member).gain > 100
    assert analysis.block_model(c, np.random.default_rng(0).permutation(member)).gain < 0
    assert analysis.block_model(c, np.zeros(len(member))).gain == pytest.approx(0)


def test_wiring_cost_of_a_line():
    place = np.arange(20.0)[:, None]
    found = analysis.wiring_cost(ring(20), place, rng=0)
    assert found.total == pytest.approx(19 + 19)
    # mean distance of two different points among n in a row: (n + 1) / 3
    assert found.shuffled_mean == pytest.approx(7.0, rel=0.1)
    assert found.ratio < 0.5
    with pytest.raises(ValueError, match="positions"):
        analysis.wiring_cost(ring(3), [[0.0], [1.0]])


@given(st.lists(st.integers(1, 5), min_size=2, max_size=4), st.integers(0, 1000))
@some
def test_chains_have_the_paths_of_the_matrix_product(widths, seed):
    rng = np.random.default_rng(seed)
    tables = [(rng.random((a, b)) < 0.4).astype(np.float32) for a, b in pairwise(widths)]
    found = analysis.layer_chain([Connectivity.from_dense(t) for t in tables])
    product = np.linalg.multi_dot(tables) if len(tables) > 1 else tables[0]
    paths = 10.0**found.paths
    assert paths == pytest.approx(product.sum())
    for k in range(len(tables)):
        before = (
            np.linalg.multi_dot([np.ones((1, widths[0])), *tables[:k], np.eye(widths[k])]).ravel()
            > 0
        )
        alive = [
            bool(reached and np.linalg.multi_dot([np.eye(widths[k])[[u]], *tables[k:]]).sum() > 0)
            for u, reached in enumerate(before)
        ]
        assert found.alive[k].tolist() == alive


def test_chains_of_deep_networks_do_not_overflow():
    layer = Connectivity.from_dense(np.ones((50, 50)))
    found = analysis.layer_chain([layer] * 400)
    assert found.paths == pytest.approx(401 * np.log10(50))
    assert found.effective_share == 1.0
    with pytest.raises(ValueError, match=r"layers\[1\]"):
        analysis.layer_chain([layer, Connectivity.empty(3, 3)])
    with pytest.raises(ValueError, match="layers"):
        analysis.layer_chain([])


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    c = Connectivity.empty(n, n)
    assert analysis.communities(c, runs=2, rng=0).labels.tolist() == list(range(n))
    assert analysis.core_numbers(c).tolist() == [0] * n
    assert analysis.betweenness(c).tolist() == [0.0] * n
    assert analysis.rich_club(c, nulls=2, rng=0).phi.tolist() == []
    assert np.isnan(analysis.core_periphery(c).fit)
    assert analysis.node_roles(c, [0] * n).participation.tolist() == [0.0] * n
    assert analysis.spectral_radius(c) == analysis.spectral_abscissa(c) == 0.0
    assert analysis.block_matrix(c, ["a"] * n).edges.sum() == 0
    assert analysis.communicability(c).tolist() == np.eye(n).tolist()
    assert np.isnan(analysis.wiring_cost(c, np.zeros((n, 2))).mean)


def test_bad_input_is_named():
    big = Connectivity.empty(4000, 4000)
    for measure in (analysis.effective_rank, analysis.communicability, analysis.eigenvalues):
        with pytest.raises(ValueError, match="3000"):
            measure(big)
    with pytest.raises(ValueError, match="labels"):
        analysis.modularity(ring(3), [0])
    with pytest.raises(ValueError, match="sources"):
        analysis.betweenness(ring(3), 0)
    with pytest.raises(ValueError, match="runs"):
        analysis.communities(ring(3), runs=0)
    with pytest.raises(ValueError, match="nulls"):
        analysis.rich_club(ring(3), nulls=-1)
