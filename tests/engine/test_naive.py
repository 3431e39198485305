"""The compiled engine against its law in plain Python: the same spikes."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.engine.naive import simulate_naive
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import PoissonInput, RampCurrent, SineCurrent, StepCurrent
from tests.engine.networks import random_connectivity, small_network, spikes_of


@pytest.mark.parametrize("late", [0, 40])
@pytest.mark.parametrize("exponential", [True, False])
@pytest.mark.parametrize("mode", ["clock", "auto"])
def test_compiled_equals_naive(late, exponential, mode):
    network = small_network(
        np.random.default_rng(1), late, mode=mode, exponential=exponential
    )
    sim = Simulator(network, seed=5, threads=2)
    sim.run(60.0)
    expected = simulate_naive(network, 0.1, 5, 600)
    assert spikes_of(sim) == expected
    assert len(expected["A"]) > 100
    assert len(expected["B"]) > 30


def test_stimuli_equal_naive():
    model = LIF(
        v_rest=0.0,
        v_threshold=10.0,
        v_reset=0.0,
        tau_mem=10.0,
        t_ref=np.r_[0.0, np.linspace(0.1, 3.0, 64)],
    )
    amplitude = np.linspace(2.0, 25.0, 65)
    network = Network(
        Population("A", 65, model),
        PoissonInput("A", rate=np.linspace(0.0, 9000.0, 65), weight=0.3),
        StepCurrent("A", amplitude, start=5.0, stop=30.0),
        RampCurrent("A", 8.0, stop=40.0),
        SineCurrent("A", amplitude, frequency=50.0, phase=1.0),
    )
    sim = Simulator(network, seed=9)
    sim.run(50.0)
    expected = simulate_naive(network, 0.1, 9, 500)
    assert spikes_of(sim) == expected
    assert len({i for _, i in expected["A"]}) > 40


def test_plasticity_equals_naive():
    rng = np.random.default_rng(3)
    quiet = LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0, tau_mem=10.0)
    rule = PairSTDP(a_plus=0.2, a_minus=0.22, w_max=3.0, mu=0.5)
    wiring = random_connectivity(rng, 30, 40, 0.4).with_weight(1.5)
    network = Network(
        Population("S", 30, PoissonSource(60.0)),
        Population("A", 40, quiet),
        Projection("S", "A", wiring, delay=0.7, plasticity=rule),
    )
    results = []
    for threads in (1, 2):
        sim = Simulator(network, seed=2, threads=threads)
        sim.run(80.0)
        results.append((spikes_of(sim), sim.weights("S->A")))
    expected = simulate_naive(network, 0.1, 2, 800)
    assert results[0][0] == expected
    assert results[0][0] == results[1][0]
    assert np.array_equal(results[0][1], results[1][1])
    assert np.abs(results[0][1] - 1.5).max() > 0.3
    assert len(expected["A"]) > 50
