"""Groups of neurons: counts, likelihoods and lengths with closed forms."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import planted, ring


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


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    c = Connectivity.empty(n, n)
    assert analysis.block_matrix(c, ["a"] * n).edges.sum() == 0
    assert np.isnan(analysis.wiring_cost(c, np.zeros((n, 2))).mean)


def test_fewer_than_no_shuffles_are_refused():
    with pytest.raises(ValueError, match="shuffles: got -1"):
        analysis.wiring_cost(ring(2), [[0.0], [1.0]], shuffles=-1)


def test_shuffles_that_are_no_number_are_named():
    pair = Connectivity.from_edges([0], [1], n_pre=2, n_post=2)
    with pytest.raises(ValueError, match="^shuffles: got 2.5"):
        analysis.wiring_cost(pair, [[0, 0], [3, 4]], shuffles=2.5)
    with pytest.raises(TypeError, match="^sources: got True"):
        analysis.path_lengths(pair, sources=True)
