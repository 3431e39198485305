"""Orders: every neuron once, neighbours together."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.distributed import order_by_metis, order_by_positions


def shuffled_line(n=512, reach=6):
    """Neurons on a line, each joined to the next few, numbered at random."""
    rng = np.random.default_rng(1)
    name = rng.permutation(n)
    pre = np.repeat(np.arange(n), reach)
    post = (pre + np.tile(np.arange(1, reach + 1), n)) % n
    positions = np.empty((n, 1))
    positions[name, 0] = np.arange(n)
    graph = Connectivity.from_edges(name[pre], name[post], n_pre=n, n_post=n)
    return graph, positions


def share_within(graph, order, parts=4):
    """The share of synapses within equal stretches of an order."""
    changed = graph.select(pre=order, post=order)
    pre, post, *_ = changed.edges()
    stretch = graph.n_pre // parts
    return np.mean(np.asarray(pre) // stretch == np.asarray(post) // stretch)


def test_orders_bring_neighbours_together():
    graph, positions = shuffled_line()
    pytest.importorskip("pymetis")
    assert share_within(graph, np.arange(512)) < 0.3
    for order in (order_by_positions(positions), order_by_metis(graph, 4)):
        assert sorted(order.tolist()) == list(range(512))
        assert share_within(graph, order) > 0.9


@pytest.mark.parametrize("d", [1, 2, 3])
def test_a_curve_through_a_grid_stays_near(d):
    n = 8
    grid = np.stack(np.meshgrid(*[np.arange(n)] * d, indexing="ij"), -1).reshape(-1, d)
    rng = np.random.default_rng(d)
    points = grid[rng.permutation(len(grid))]
    along = points[order_by_positions(points)]
    assert np.abs(np.diff(along, axis=0)).sum(axis=1).mean() < 3
    assert len(order_by_positions(np.zeros((0, d)))) == 0


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="positions"):
        order_by_positions([[np.nan, 1.0]])
    pytest.importorskip("pymetis")
    with pytest.raises(ValueError, match="with itself"):
        order_by_metis(Connectivity.empty(2, 3), 2)
