"""Plans: wiring from the seed, what a plan says of itself."""

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.wiring import FixedInDegree


def test_same_seed_same_wiring_other_seed_other():
    def wired(seed):
        network = Network(Population("A", 50, LIF()), Projection("A", "A", FixedInDegree(7)))
        return Simulator(network, seed=seed).connectivity("A->A").topology_hash()

    assert wired(1) == wired(1)
    assert wired(1) != wired(2)
