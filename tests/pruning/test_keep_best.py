"""Pruning for certain, and laws that hold for every rule of synapses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    KeepBest,
    RecurrentNet,
    Sampled,
    Systematic,
)
from neurosparse.rewiring import Chance, Equal, Magnitude
from tests.pruning.nets import networks

SYNAPSES = (KeepBest(Magnitude()), KeepBest(Chance()), Sampled(Equal(), draw=Systematic()))


@settings(max_examples=60, deadline=None)
@given(networks(), st.data(), st.sampled_from(SYNAPSES))
def test_synapse_rules_keep_exactly_so_many_of_the_old_ones(net, data, rule):
    wanted = data.draw(st.integers(0, net.connectivity.nnz))
    after = rule(net, wanted, 0)
    after.connectivity.validate()
    assert after.connectivity.nnz == wanted
    was, now = (c.to_dense() != 0 for c in (net.connectivity, after.connectivity))
    assert not (now & ~was).any()
    np.testing.assert_array_equal(after.neurons, net.neurons)


def test_the_largest_stay_with_their_weights_and_ties_with_the_earlier():
    net = RecurrentNet.begin(
        Connectivity.from_dense([[0, 2, 2], [-3, 0, 1], [2, 0, 0]]), 1.0
    )
    left = KeepBest(Magnitude())(net, 3).connectivity
    assert left.to_dense().tolist() == [[0, 2, 2], [-3, 0, 0], [0, 0, 0]]
    with pytest.raises(ValueError, match="synapses: got 999"):
        KeepBest(Magnitude())(net, 999)
