"""Summaries: populations, projections, spikes so far and where the time went."""

import numpy as np
import pytest

from neurosparse.engine import Simulator, Spikes
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.wiring import AllToAll
from tests.engine.networks import mixed_network


@pytest.mark.parametrize("threads", [1, 2])
def test_summary(threads):
    sim = Simulator(mixed_network(), dt=0.1, threads=threads, record=[Spikes("E")])
    sim.run(20.0)
    summary = sim.summary()
    spikes = len(sim.spikes("E"))
    assert [(p.name, p.n, p.model, p.mode, p.spikes) for p in summary.populations] == [
        ("in", 20, "PoissonSource", "source", None),
        ("E", 100, "LIF", "clock", spikes),
        ("A", 3, "LIFExp", "event", None),
    ]
    layouts = {p.name: p.layout for p in summary.projections}
    assert layouts == {
        "in->E": "rows",
        "dense": "bits",
        "in->A": "rows",
        "E->E": "rows, learning",
    }
    assert (summary.n_neurons, summary.n_spikes) == (123, spikes)
    assert summary.n_synapses == sum(sim.connectivity(name).nnz for name in layouts)
    assert summary.seconds | summary.phases == sim.seconds
    assert summary.run_seconds == pytest.approx(sum(summary.phases.values()))
    assert summary.nbytes_synapses > 4 * sim.connectivity("E->E").nnz
    lines = str(summary).splitlines()
    assert lines[0] == "20 ms in steps of 0.1 ms, seed 0, on the cpu"
    assert lines[3].split() == ["E", "100", "LIF", "clock", f"{spikes:,}"]
    assert len(lines) == 1 + 4 + 5 + 1


def test_summary_of_delays_and_of_nothing_recorded():
    delays = np.resize(np.arange(20) / 10, 400)
    net = Network(
        Population("E", 20, LIF(), mode="clock"),
        Projection("E", "E", AllToAll(), 0.1, delays),
    )
    summary = Simulator(net, dt=0.1, record=[]).summary()
    assert summary.projections[0].layout == "rows, ring"
    assert summary.nbytes_synapses > summary.projections[0].nbytes  # the ring's
    assert summary.n_spikes is None
