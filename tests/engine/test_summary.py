"""Summaries: populations, projections, spikes so far and where the time went."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator, Spikes
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
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
    assert len(lines) == 1 + 4 + 5 + 2 + 1


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


def test_events_are_those_declared_or_counted():
    net = mixed_network()
    sim = Simulator(net, dt=0.1)
    first = {p.name: p.events for p in sim.summary().projections}
    assert first["in->E"] == pytest.approx(200.0 * sim.connectivity("in->E").nnz)
    assert first["dense"] is None
    assert sim.summary().events is None
    sim.run(20.0)
    summary = sim.summary()
    spikes = len(sim.spikes("E"))
    assert spikes > 50
    counted = {p.name: p.events for p in summary.projections}
    assert counted["dense"] == pytest.approx(spikes / 0.02 * 100)
    assert {p.name: p.in_degree for p in summary.projections}["dense"] == 100.0
    assert summary.stimuli[0].events == pytest.approx(100_000.0)
    assert summary.events == pytest.approx(sum(counted.values()) + 100_000.0)


def test_events_of_a_source_whose_neurons_differ():
    rates = np.array([0.0, 10.0, 30.0])
    wiring = Connectivity.from_edges([1, 1, 2], [0, 1, 0], n_pre=3, n_post=2)
    net = Network(
        Population("S", 3, PoissonSource(rates)),
        Population("E", 2, LIF()),
        Projection("S", "E", wiring, weight=0.1),
    )
    assert Simulator(net).summary().events == pytest.approx(2 * 10 + 30)
