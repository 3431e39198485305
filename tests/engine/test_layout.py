"""Layouts of projections: one delay or many, bit matrices or rows, what is refused."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from tests.engine.networks import (
    all_spikes,
    random_connectivity,
    same_spikes,
)


@pytest.mark.parametrize("mode", ["clock", "auto"])
@pytest.mark.parametrize("where", ["wiring", "projection"])
def test_an_array_of_equal_delays_is_one_delay(mode, where):
    wire = random_connectivity(np.random.default_rng(2), 20, 70, 0.3)
    steps = np.full(wire.nnz, 15, np.uint8)
    late = np.full(wire.nnz, 1.5)
    sims = []
    for many in (True, False):
        delay = (late if many else 1.5) if where == "projection" else None
        given = wire.with_delay_steps(steps if many else 15)
        parts = (
            Population("S", 20, PoissonSource(200.0)),
            Population("E", 70, LIF(), mode=mode),
        )
        sims.append(
            Simulator(
                Network(*parts, Projection("S", "E", given, weight=9.0, delay=delay)), seed=1
            )
        )
        sims[-1].run(60.0)
    assert same_spikes(*(all_spikes(sim) for sim in sims))
    assert len(sims[0].spikes("E")) > 20


def test_bit_matrix_equals_rows():
    rng = np.random.default_rng(6)
    dense = rng.random((300, 333)) < 0.1
    model = LIF(v_rest=0.0, v_threshold=4.0, v_reset=0.0, tau_mem=10.0)
    results = []
    for scale in (1.0, np.ones(dense.sum())):
        network = Network(
            Population("S", 300, PoissonSource(400.0)),
            Population("A", 333, model, mode="clock"),
            Projection(
                "S",
                "A",
                Connectivity.from_dense(dense.astype(np.float32)),
                weight=0.5 * scale,
                delay=1.0,
            ),
        )
        sim = Simulator(network, seed=1, threads=2)
        sim.run(50.0)
        results.append(sim)
    bits, rows = results
    assert bits.plan.synapses["S->A"].bits is not None
    assert rows.plan.synapses["S->A"].bits is None
    assert same_spikes(all_spikes(bits), all_spikes(rows))
    assert (
        bits.connectivity("S->A").topology_hash() == rows.connectivity("S->A").topology_hash()
    )
    assert bits.spikes("A").i.size > 300
