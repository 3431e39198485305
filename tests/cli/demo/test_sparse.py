"""Two simulations agree where every spike is the same, as long as the dense one ran."""

import numpy as np

from neurosparse.cli.demo.dense import DenseRun
from neurosparse.cli.demo.sparse import DENSE_MS, DT, agree


def test_spikes_agree_one_by_one() -> None:
    step = np.array([3, 5, 5, round(DENSE_MS / DT)])
    neuron = np.array([0, 1, 2, 9])
    dense = DenseRun(step[:3], neuron[:3], 1.0, 4)
    assert agree(step, neuron, dense)
    assert not agree(step, neuron, dense._replace(neuron=neuron[2::-1]))
    assert not agree(step, neuron, dense._replace(step=step[:2], neuron=neuron[:2]))
