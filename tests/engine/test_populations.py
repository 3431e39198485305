"""Populations and sources as arrays: refractoriness, rates, windows, lists, wrong lengths."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population
from neurosparse.neurons import LIF, PoissonSource
from tests.engine.refused import net, refuse, source


def test_refractoriness_longer_than_any_run():
    sim = Simulator(
        Network(Population("E", 2, LIF(v_rest=-40.0, t_ref=np.array([1e9, 2.0]))))
    )
    sim.run(100.0)
    assert sim.spikes("E").count()[0] == 1 < sim.spikes("E").count()[1]


REFUSED = {
    "parameters too many": (
        lambda: Simulator(net(model=LIF(tau_mem=np.full(3, 20.0)))),
        r"A.tau_mem.*\[2\]",
    ),
    "rates too many": (
        lambda: Simulator(Network(Population("S", 2, PoissonSource([1.0] * 3)))),
        r"S.rate.*\[2\]",
    ),
    "spike out of range": (lambda: source(times=[0.2], indices=[5]), "S.indices: got 5"),
    "spike twice": (
        lambda: source(times=[0.2, 0.2], indices=[1, 1]),
        "neuron 1 twice in step 2",
    ),
    "spike between steps": (
        lambda: source(times=[0.25], indices=[0]),
        "S.times.*multiple of dt",
    ),
    "dt above tau": (
        lambda: Simulator(net(model=LIF(tau_mem=0.05))),
        "A.tau_mem: got 0.05 ms, wants at least dt",
    ),
    "rate above the steps": (
        lambda: Simulator(Network(Population("S", 2, PoissonSource(2e4)))),
        "10000 Hz",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])
