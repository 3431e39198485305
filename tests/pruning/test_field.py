"""A network at work, before and after neurons have gone."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    LargestExponent,
    LifField,
    LocalExponents,
    MembraneRollout,
)
from tests.pruning.nets import spiking


def test_a_pruned_network_is_driven_as_before():
    net, field = spiking(10)
    alone = net._replace(connectivity=Connectivity.empty(10, 10))
    part = alone.only(np.array([2, 7]))
    np.testing.assert_array_equal(
        field.activity(part).membrane, field.activity(alone).membrane[:, [2, 7]]
    )


def test_what_belongs_to_neurons_goes_with_them():
    net, _ = spiking(4)
    alone = net._replace(connectivity=Connectivity.empty(4, 4))
    drive = np.full((60, 4), 0.3)
    field = LifField(
        drive, threshold=np.array([1.0, 2.0, 3.0, 0.5]), alpha=np.full(4, 0.2), burn_in=10
    )
    whole = field.activity(alone)
    assert whole.spikes.shape == (50, 4)
    part = field.activity(alone.only(np.array([1, 3])))
    np.testing.assert_array_equal(part.membrane, whole.membrane[:, [1, 3]])
    np.testing.assert_array_equal(MembraneRollout(field)(alone, None), whole.membrane)


def test_a_silent_network_is_stable():
    net, field = spiking(10)
    silent = replace(field, drive=np.zeros_like(field.drive))
    rng = np.random.default_rng(0)
    assert LargestExponent(silent, steps=40)(net, rng) < 0
    assert LocalExponents(silent, window=5, windows=2)(net, rng).shape == (10,)


NET, _ = spiking(5, steps=60)
BAD = {
    "more than burn_in": lambda: LifField(np.zeros((10, 5))),
    "input for 5 neurons": lambda: LifField(np.zeros((10, 3)), burn_in=2).activity(NET),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
