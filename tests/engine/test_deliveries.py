"""Deliveries through several layouts onto one receptor."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.engine.naive import simulate_naive
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.wiring import Bernoulli
from tests.engine.networks import all_spikes, random_connectivity, same_spikes, spikes_of


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_matrices_and_rows_onto_one_receptor_add_in_the_order_declared(precision):
    """Weights whose float sums depend on the order; pairs of matrices share a pass, rows stand
    between them.
    """
    rng = np.random.default_rng(7)
    model = LIF(v_rest=0.0, v_threshold=4.0, v_reset=0.0, tau_mem=10.0)
    dense = Bernoulli(0.3)
    few = random_connectivity(rng, 120, 170, 0.1)
    parts = [Population(name, 120, PoissonSource(300.0)) for name in "RSTU"]
    wires = [
        ("R", 0.31, 1.0),
        ("S", -0.17, 0.1),
        ("T", None, None),
        ("U", 0.23, 2.3),
        ("A", -0.07, 0.5),
    ]
    network = Network(
        *parts,
        Population("A", 170, model, mode="clock"),
        *(
            Projection(k, "A", dense if w else few, weight=w, delay=late)
            for k, w, late in wires
        ),
    )
    sims = [Simulator(network, seed=1, threads=t, precision=precision) for t in (1, 2)]
    for sim in sims:
        sim.run(50.0)
        packed = [k for k, made in sim.plan.synapses.items() if made.bits is not None]
        assert packed == ["R->A", "S->A", "U->A", "A->A"]
        assert sim.spikes("A").i.size > 300
    assert same_spikes(*map(all_spikes, sims))
    if precision == "float64":
        assert spikes_of(sims[0]) == simulate_naive(network, 0.1, 1, 500)
