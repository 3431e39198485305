"""The choice between clock and event mode by what was measured."""

import numpy as np
import pytest

from neurosparse.engine import Every, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIFExp, PoissonSource
from neurosparse.wiring import Bernoulli
from tests.engine.networks import all_spikes, same_spikes


def test_auto_mode_switches_both_ways():
    quiet = LIFExp(tau_mem=20.0, tau_exc=5.0, v_rest=0.0, v_threshold=7.0, v_reset=0.0)
    source = PoissonSource(
        np.r_[np.full(3, 200.0), np.full(4, 0.1), np.full(3, 200.0)], bin=100.0
    )
    network = Network(
        Population("S", 50, source),
        Population("A", 100, quiet),
        Projection("S", "A", Bernoulli(0.3, weight=1.0)),
    )
    sim = Simulator(network, seed=1)
    seen = []
    sim.run(
        1000.0,
        callbacks=[
            Every(100.0, lambda s: seen.append(s.plan.groups["A"].event is not None))
        ],
    )
    assert {True, False} == set(seen)
    clock = Simulator(
        Network(
            *(_clocked(p) for p in network.populations.values()),
            *network.projections.values(),
        ),
        seed=1,
    )
    clock.run(1000.0)
    assert same_spikes(all_spikes(sim), all_spikes(clock))
    assert sim.spikes("A").i.size > 100


def _clocked(population):
    return Population(population.name, population.n, population.model, mode="clock")


@pytest.mark.parametrize(
    ("mode", "stops"), [("auto", [1000, 2000]), ("clock", [2**62] * 2)]
)
def test_windows_end_where_something_may_be_switched(mode, stops):
    modes = Simulator(Network(Population("E", 3, LIFExp(), mode=mode)))._stepper.modes
    assert [modes.next_stop(now) for now in (0, 1000)] == stops


def test_decisions_fall_at_the_ends_of_windows_only():
    sim = Simulator(Network(Population("E", 10, LIFExp())))
    modes = sim._stepper.modes
    assert sim.plan.groups["E"].event is not None
    modes.events["E"] = 1e6
    assert not modes.decide(999)
    assert modes.decide(1000)
    assert sim.plan.groups["E"].event is None
    assert modes.events == {"E": 0.0}
    # nothing came in: it falls asleep again
    assert modes.decide(2000)
    assert sim.plan.groups["E"].event is not None
