"""Plans: wiring from the seed, what a plan says of itself."""

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.wiring import FixedInDegree
from tests.engine.networks import mixed_network


def test_same_seed_same_wiring_other_seed_other():
    def wired(seed):
        network = Network(Population("A", 50, LIF()), Projection("A", "A", FixedInDegree(7)))
        return Simulator(network, seed=seed).connectivity("A->A").topology_hash()

    assert wired(1) == wired(1)
    assert wired(1) != wired(2)


def test_simulator_and_plan_say_what_they_are():
    sim = Simulator(mixed_network(), dt=0.1)
    sim.run(2.0)
    assert repr(sim).startswith("Simulator(dt=0.1) at 2 ms of Network of 123 neurons: ")
    assert (
        repr(sim.plan)
        == "Plan of 3 populations, 4 projections, 8 operations a step, dt=0.1 ms"
    )
