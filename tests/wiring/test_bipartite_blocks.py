"""Layers with a chance for every pair of groups."""

import numpy as np
import pytest

from neurosparse.analysis import block_matrix
from neurosparse.connectivity import Connectivity
from neurosparse.wiring import BlockLayer, GroupLayer

P = [[0.9, 0.1, 0.0], [0.3, 1.0, 0.2], [0.0, 0.05, 0.6]]


def densities(layer, sizes):
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    dense = layer.to_dense() != 0
    starts = bounds[:-1]
    counts = np.add.reduceat(np.add.reduceat(dense.astype(int), starts, 0), starts, 1)
    return counts / np.outer(sizes, sizes)


def test_each_block_has_its_density():
    sizes = np.array([50, 100, 150])
    rule = BlockLayer(P, sizes=(1, 2, 3))
    layer = rule.build(300, 300, 0)
    layer.validate()
    spread = np.sqrt(np.multiply(P, 1 - np.array(P)) / np.outer(sizes, sizes))
    assert (np.abs(densities(layer, sizes) - P) <= 4 * spread).all()
    assert rule.expected_density == pytest.approx(
        (np.outer(sizes, sizes) * P).sum() / 300**2
    )
    assert rule.build(300, 300, 0) == layer != rule.build(300, 300, 1)


def test_two_chances_are_a_group_layer():
    p = np.full((4, 4), 0.1) + 0.7 * np.eye(4)
    assert BlockLayer(p).expected_density == pytest.approx(
        GroupLayer(4, 0.8, 0.1).expected_density
    )
    assert BlockLayer(np.eye(4)).build(8, 8) == GroupLayer(4, 1.0, 0.0).build(8, 8)


def test_measured_blocks_come_back():
    """Labels 0 0 1 1, edges 0 → 1, 1 → 0, 2 → 3: densities 1, 0, 0, one half."""
    graph = Connectivity.from_edges([0, 1, 2], [1, 0, 3], n_pre=4, n_post=4)
    blocks = block_matrix(graph, [0, 0, 1, 1])
    assert blocks.density.tolist() == [[1.0, 0.0], [0.0, 0.5]]
    layer = BlockLayer(blocks.density, tuple(blocks.sizes)).build(8, 8, 0)
    assert (layer.to_dense()[:4, :4] == 1).all()
    assert 0 < layer.nnz - 16 < 16


def test_unequal_sides_and_one_neuron_a_group():
    layer = BlockLayer([[1.0, 0.0, 1.0]]).build(2, 3)
    assert layer.to_dense().tolist() == [[1, 0, 1]] * 2
    assert BlockLayer([[0.0]]).build(5, 5, 0).nnz == 0


@pytest.mark.parametrize(
    ("p", "sizes", "words"),
    [
        ([[1.5]], None, "p: got"),
        ([[np.nan]], None, "p: got"),
        ([], None, "p: got"),
        ([[0.5], [0.5, 1]], None, "p: got"),
        ([[0.5, 0.5]], (1, 2), "sizes: got"),
        ([[0.5]], (0,), "sizes: got"),
    ],
)
def test_bad_blocks_are_named(p, sizes, words):
    with pytest.raises((TypeError, ValueError), match=words):
        BlockLayer(p, sizes)
    with pytest.raises(ValueError, match="fewer groups"):
        BlockLayer(np.eye(3)).build(2, 9)
