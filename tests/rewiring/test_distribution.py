"""How layers share what is regrown."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    LayerSynapses,
    as_dropped,
    by_mean_gradient,
    snfs,
)
from neurosparse.rewiring.distribution import within_free
from tests.rewiring.helpers import a_layer, applied


def test_layers_trade_and_full_ones_pass_on():
    small, big = a_layer(4, 4, 0.9), a_layer(20, 20, 0.1)
    steep = big._replace(window=big.window._replace(slopes=big.window.slopes * 50))
    assert by_mean_gradient([big, steep], [10, 41]) == [1, 50]
    changes = snfs(0.5).step([small, big], 0.0, 0)
    sizes = [
        applied(x, c).connectivity.nnz for x, c in zip((small, big), changes, strict=True)
    ]
    assert sizes[0] <= 16
    assert sum(sizes) == small.support.nnz + big.support.nnz


def test_each_layer_may_regrow_its_own():
    assert as_dropped([a_layer(), a_layer()], [3, 0]) == [3, 0]


def test_no_more_grow_than_there_is_room_for():
    full = LayerSynapses(Connectivity.from_dense([[1, 1]]), np.ones(2))
    free = LayerSynapses(Connectivity.from_dense([[1, 0, 0]]), np.ones(1))
    assert within_free([full, free], [2, 1]) == [0, 2]
    assert within_free([full, full], [1, 1]) == [0, 0]
