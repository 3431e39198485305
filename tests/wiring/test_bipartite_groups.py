"""Group-to-group layers."""

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from neurosparse.wiring import (
    GroupLayer,
)


@pytest.mark.parametrize(
    ("p_inter", "density"), [(0, 0.125), (0.05, 0.16875), (0.15, 0.25625), (0.75, 0.78125)]
)
def test_group_density_is_within_three_sigma(p_inter, density):
    rule = GroupLayer(8, 1.0, p_inter)
    assert rule.expected_density == pytest.approx(density)
    n = 512
    sigma = np.sqrt(p_inter * (1 - p_inter) * n * n * 7 / 8) / (n * n)
    dense = rule.build(n, n, 0).to_dense() != 0
    assert abs(dense.mean() - density) <= 3 * sigma + 1e-12
    inside = np.kron(np.eye(8), np.ones((64, 64))) > 0
    assert dense[inside].all()


def test_groups_without_bridges_fall_apart_and_interleaving_mends_it():
    def pieces(*kinds):
        layers = [
            GroupLayer(4, 1.0, 0.0, kind).build(16, 16, k) for k, kind in enumerate(kinds)
        ]
        whole = np.zeros((16 * (len(layers) + 1),) * 2)
        for k, layer in enumerate(layers):
            whole[16 * k : 16 * (k + 1), 16 * (k + 1) : 16 * (k + 2)] = layer.to_dense()
        return connected_components(whole)[0]

    assert pieces("index", "index", "index") == 4
    assert pieces("index", "interleaved", "index") == 1


def test_unequal_and_overlapping_groups():
    rule = GroupLayer((1, 3), 1.0, 0.0)
    assert rule.build(8, 4).out_degree.tolist() == [1, 1, 3, 3, 3, 3, 3, 3]
    assert rule.expected_density == pytest.approx(1 / 16 + 9 / 16)
    more = GroupLayer(2, 1.0, 0.0, overlap=0.5).build(4, 4)
    assert more.nnz > GroupLayer(2, 1.0, 0.0).build(4, 4).nnz


def test_group_layers_take_numbers_of_numpy_and_refuse_nan():
    assert GroupLayer(np.int64(2)).expected_density == GroupLayer(2).expected_density
    assert GroupLayer(np.int64(2)).build(4, 4, 0) == GroupLayer(2).build(4, 4, 0)
    for groups in ((1.0, np.nan), (1.0, np.inf), (), 0, -1):
        with pytest.raises(ValueError, match="groups: got"):
            GroupLayer(groups)
    with pytest.raises(ValueError, match="assignment: got"):
        GroupLayer(2, assignment=("index",))
