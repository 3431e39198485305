"""Izhikevich's neuron: regimes of firing, and its paper's own program."""

import numpy as np

from neurosparse.neurons import Izhikevich
from tests.neurons.harness import alone, spikes
from tests.neurons.regimes import IZHIKEVICH, our_times


def test_izhikevich_regimes():
    gaps = {
        name: np.diff(our_times(model, 1000.0, 0.1)) for name, model in IZHIKEVICH.items()
    }
    assert gaps["regular"][-1] > gaps["regular"][0]
    assert len(gaps["fast"]) > 2 * len(gaps["regular"])
    assert (gaps["chattering"] < 10.0).sum() > (gaps["chattering"] > 20.0).sum() > 5
    assert len(gaps["resting"]) == 0


def test_izhikevich_steps_as_its_paper_does():
    """The published program with dt = 1 ms, line by line, for one neuron under a constant
    current.
    """
    v = -65.0
    u = -13.0
    fired = []
    have = []
    for t in range(300):
        if v >= 30:
            fired.append(t)
            v = -65.0
            u = u + 8.0
        for _ in range(2):
            v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + 10.0)
        u += 0.02 * (0.2 * v - u)
        have.append(v)
    sim = alone(Izhikevich(i_ext=10.0), dt=1.0)
    sim.run(300.0)
    assert len(fired) > 5
    np.testing.assert_array_equal(spikes(sim)[0] + 1, fired)
