"""The dense law fires the same spikes as the sparse engine."""

import numpy as np
import pytest

from neurosparse.cli.demo.dense import simulate
from neurosparse.cli.demo.larva import network
from neurosparse.cli.demo.sparse import agree
from neurosparse.datasets import LarvaBrain, larva_brain
from neurosparse.engine import Simulator


@pytest.fixture(scope="module")
def brain() -> LarvaBrain:
    """The data set, read once."""
    return larva_brain()


def test_dense_and_sparse_fire_the_same_spikes(brain: LarvaBrain) -> None:
    simulator = Simulator(network(brain), 0.1, 3)
    simulator.run(100.0)
    drive = simulator.spikes("drive")
    spikes = simulator.spikes("brain")
    dense = simulate(brain, (drive.step, drive.i), 400, 0.1)
    assert dense.step.size > 500
    assert np.array_equal(spikes.step[spikes.step < 400], dense.step)
    assert np.array_equal(spikes.i[spikes.step < 400], dense.neuron)
    assert not agree(spikes.step, spikes.i, dense._replace(neuron=dense.neuron[::-1]))
