"""Order of groups, and what a chimera looks like."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.oscillators import (
    chimera_index,
    group_order,
    local_order,
    metastability,
    order_parameter,
)


def test_measures_on_cases_made_by_hand():
    rng = np.random.default_rng(0)
    times, n = 400, 200
    labels = np.repeat([0, 1], n // 2)
    # one half in step, the other at random
    theta = rng.uniform(0, 2 * np.pi, (times, n))
    theta[:, : n // 2] = rng.uniform(0, 2 * np.pi, (times, 1))
    order = group_order(theta, labels)
    assert order[:, 0].min() > 1 - 1e-9
    assert order[:, 1].max() < 0.4
    # variance of two values 1 and about 0.09
    assert 0.3 < chimera_index(theta, labels) < 0.5
    assert chimera_index(np.zeros((5, 4)), [0, 0, 1, 1]) == 0
    assert 0 < metastability(theta, labels) < 0.01
    clusters = np.array([0.0, 2 * np.pi / 3, 4 * np.pi / 3])
    assert [round(float(abs(order_parameter(clusters, m))), 9) for m in (1, 2, 3)] == [
        0,
        0,
        1,
    ]


def test_local_order_counts_who_pulls():
    wiring = Connectivity.from_dense([[0, 1, 1], [0, 0, -1], [0, 0, 0]])
    order = local_order(wiring, [0.0, np.pi, 1.0])
    # the third is pulled along by both: the minus turns the opposite phase round
    np.testing.assert_allclose(order, [0, 1, 1], atol=1e-12)
    with pytest.raises(ValueError, match="theta"):
        local_order(wiring, [0.0])
    with pytest.raises(ValueError, match="labels"):
        group_order(np.zeros((2, 3)), [1, 2])
    with pytest.raises(ValueError, match="two groups"):
        chimera_index(np.zeros((2, 3)), [1, 1, 1])
    with pytest.raises(ValueError, match="no phases"):
        order_parameter([])
