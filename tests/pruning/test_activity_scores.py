"""Scores by activity: what decides who goes."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    DropNeurons,
    FiringRate,
    KeepBest,
    LifField,
    RecurrentNet,
    SpikeCorrelation,
    Traffic,
)
from tests.pruning.nets import spiking


def test_activity_decides_in_activity_pruning():
    net, field = spiking()
    rate = field.activity(net).spikes.mean(0)
    assert rate.min() + rate.max() > 0
    assert rate.std() > 0.01
    kept = DropNeurons(FiringRate(field))(net, 10).neurons
    assert rate[kept].min() >= np.delete(rate, kept).max()
    pre, _ = net.connectivity.edges()
    np.testing.assert_allclose(
        Traffic(field)(net, None),
        np.abs(net.connectivity.weights_array()) * rate[pre],
        rtol=1e-6,
    )


def test_synapses_that_predict_spikes_outlive_those_that_follow():
    # neuron 0 drives 1 strongly; the synapse back has no effect
    c = Connectivity.from_dense(np.array([[0, 3.0], [0.001, 0]]))
    drive = np.zeros((400, 2))
    drive[::20, 0] = 1.5
    field = LifField(drive, burn_in=20)
    score = SpikeCorrelation(field, window=5)(RecurrentNet.begin(c, 0.5), None)
    assert score[0] > 0 > score[1]
    assert KeepBest(SpikeCorrelation(field, 5))(
        RecurrentNet.begin(c, 0.5), 1
    ).connectivity.indices.tolist() == [1]


def test_a_window_is_at_least_a_step():
    with pytest.raises(ValueError, match="window: got 0"):
        SpikeCorrelation(spiking(5, steps=60)[1], 0)
