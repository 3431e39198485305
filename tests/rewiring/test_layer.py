"""What a rule sees of a layer."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    Visits,
)
from tests.rewiring.helpers import a_layer


def test_synapses_go_with_their_weights():
    layer = a_layer()
    less = layer.without(np.array([0, 3]))
    assert np.array_equal(less.values, np.delete(layer.values, [0, 3]))
    assert np.array_equal(less.keys, np.delete(layer.keys, [0, 3]))
    assert less.window is layer.window


def test_rounds_are_counted_by_pair():
    one = Connectivity.from_dense([[1, 0], [0, 1]])
    other = Connectivity.from_dense([[0, 1], [0, 1]])
    visits = Visits.none().after(one).after(other).after(other)
    assert visits.keys.tolist() == [0, 1, 3]
    assert visits.rounds.tolist() == [1, 2, 3]
    assert visits.time == 3


def test_activity_that_was_not_recorded_is_named():
    with pytest.raises(ValueError, match="window: got None, wants recorded activity"):
        a_layer()._replace(window=None).activity()
