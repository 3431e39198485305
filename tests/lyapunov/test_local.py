"""Exponents of single neurons."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.lyapunov import RateNetwork, local_exponents


def test_local_exponents_belong_to_their_neuron():
    w = np.zeros((4, 4))
    w[0, 1] = w[1, 0] = 1.2
    net = RateNetwork(Connectivity.from_dense(w), dt=0.1)
    found = local_exponents(net, np.zeros(4), window=100, windows=2, neurons=3)
    assert found.shape == (3,)
    assert found[0] == pytest.approx(found[1])
    assert found[0] > 0 > found[2]
    assert found[2] == pytest.approx(np.log(0.9) / 0.1)
