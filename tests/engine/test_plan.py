"""Plans: wiring from the seed, what a plan says of itself."""

from neurosparse.engine import Simulator
from neurosparse.engine.plan import generator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.wiring import FixedInDegree
from tests.engine.networks import mixed_network


def test_same_seed_same_wiring_other_seed_other():
    def wired(seed):
        network = Network(
            Population("A", 50, LIF()), Projection("A", "A", FixedInDegree(7))
        )
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


def test_another_part_does_not_change_the_wiring_of_the_others():
    one = Projection("A", "A", FixedInDegree(7))
    other = Projection("A", "A", FixedInDegree(7), label="other")
    population = Population("A", 50, LIF())
    few, many = (Simulator(Network(population, *p), seed=3) for p in ([one], [other, one]))
    assert few.connectivity("A->A") == many.connectivity("A->A")
    assert many.connectivity("other") != many.connectivity("A->A")
    draws = [
        generator(*key).random()
        for key in (
            (3, "wiring", "a"),
            (3, "wiring", "b"),
            (3, "w", "a"),
            (4, "wiring", "a"),
        )
    ]
    assert len(set(draws)) == 4
    assert draws[0] == generator(3, "wiring", "a").random()
