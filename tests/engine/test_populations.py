"""Populations and sources as arrays: refractoriness, rates, windows, lists, wrong lengths."""

import numpy as np

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population
from neurosparse.neurons import LIF


def test_refractoriness_longer_than_any_run():
    sim = Simulator(
        Network(Population("E", 2, LIF(v_rest=-40.0, t_ref=np.array([1e9, 2.0]))))
    )
    sim.run(100.0)
    assert sim.spikes("E").count()[0] == 1 < sim.spikes("E").count()[1]
