"""What a simulator shows of itself: its program, a summary, what rules may read between steps."""

import gc
import warnings

import numpy as np
import pytest

from neurosparse.engine import Simulator, Spikes
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource, SpikeSource
from neurosparse.plasticity import PairSTDP
from neurosparse.recording import open_run
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import AllToAll, Bernoulli

STDP = PairSTDP(a_plus=0.01, a_minus=0.012, w_max=1.0)


def network():
    return Network(
        Population("in", 20, PoissonSource(rate=200.0)),
        Population("E", 100, LIF(), mode="clock"),
        Population("A", 3, LIFExp(), mode="event"),
        Projection("in", "E", Bernoulli(0.2), weight=1.0, delay=1.0),
        Projection("E", "E", AllToAll(), weight=0.01, delay=1.0, label="dense"),
        Projection("in", "A", AllToAll(), weight=0.1, delay=0.5),
        Projection("E", "E", Bernoulli(0.1), weight=0.5, delay=1.0, plasticity=STDP),
        PoissonInput("E", rate=1000.0, weight=1.0),
    )


def test_a_program_prints_a_line_an_operation():
    sim = Simulator(network(), dt=0.1)
    lines = str(sim.program).splitlines()
    assert len(lines) == 1 + len(sim.program.operations)
    words = [line.split() for line in lines]
    assert words[0] == ["phase", "of", "function", "sizes"]
    assert [tuple(w[:2]) for w in words[1:]] == [
        ("stimulate", "in"),
        ("update", "E"),
        ("update", "A"),
        ("stimulate", "E"),
        ("deliver", "in->E"),
        ("deliver", "dense"),
        ("deliver", "in->A"),
        ("plasticity", "E->E"),
    ]
    rows = words[5]
    assert rows[2] == "deliver_spikes_uint16_float64"
    assert {"n_pre=20", "delay=10", f"nnz={sim.connectivity('in->E').nnz}"} <= set(rows)


def test_simulator_and_plan_say_what_they_are():
    sim = Simulator(network(), dt=0.1)
    sim.run(2.0)
    assert repr(sim).startswith("Simulator(dt=0.1) at 2 ms of Network of 123 neurons: ")
    assert (
        repr(sim.plan)
        == "Plan of 3 populations, 4 projections, 8 operations a step, dt=0.1 ms"
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_summary(threads):
    sim = Simulator(network(), dt=0.1, threads=threads, record=[Spikes("E")])
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
    delays = np.resize([0.1, 0.5, 1.0], 400)
    net = Network(Population("E", 20, LIF()), Projection("E", "E", AllToAll(), 0.1, delays))
    summary = Simulator(net, dt=0.1, record=[]).summary()
    assert summary.projections[0].layout == "rows, delays"
    assert summary.n_spikes is None


def test_tally_counts_since_the_last_call():
    times = [0.5, 1.0, 2.0, 2.1]
    net = Network(Population("S", 2, SpikeSource(times=times, indices=[0, 1, 0, 1])))
    sim = Simulator(net, dt=0.1)
    sim.run(0.7)
    assert sim.tally("me", "S") is None
    sim.run(1.0)
    assert sim.tally("other", "S", bin_steps=5) is None
    tally = sim.tally("me", "S")
    assert (tally.start, tally.counts.tolist()) == (7, [[0, 1]])
    sim.run(1.0)
    assert sim.tally("me", "S").counts.tolist() == [[1, 1]]
    assert sim.tally("other", "S").counts.tolist() == [[1, 1], [0, 0]]
    with pytest.raises(ValueError, match="population: got 'T'"):
        sim.tally("me", "T")


def test_learning_shows_the_arrays_that_the_next_step_reads():
    sim = Simulator(network(), dt=0.1)
    sim.run(5.0)
    state = sim.learning("E->E")
    assert state.rule is STDP
    assert state.eligibility is None
    assert state.pre_traces.shape[2] == 100
    state.weight[:] = 0.25
    state.post_traces[:] = 0
    np.testing.assert_array_equal(sim.weights("E->E"), np.float32(0.25))
    with pytest.raises(
        ValueError, match="projection: got 'in->E', wants a projection with plast"
    ):
        sim.learning("in->E")


def test_left_open_with_a_store_it_warns(tmp_path):
    sim = Simulator(network(), dt=0.1, store=tmp_path / "run.zarr")
    sim.run(1.0)
    with pytest.warns(
        ResourceWarning, match=r"left open: its run at .*run\.zarr is not marked"
    ):
        del sim
    assert not open_run(tmp_path / "run.zarr").finished


def test_closed_or_without_a_store_it_does_not_warn(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Simulator(network(), dt=0.1).run(1.0)
        with Simulator(network(), dt=0.1, store=tmp_path / "a.zarr") as sim:
            sim.run(1.0)
        sim = Simulator(network(), dt=0.1, store=tmp_path / "b.zarr")
        sim.close()
        with pytest.raises(TypeError, match="network"):
            Simulator("no network", store=tmp_path / "c.zarr")
        del sim
        gc.collect()
    assert open_run(tmp_path / "b.zarr").finished


@pytest.mark.parametrize("n", [2, 50])
def test_matrices_onto_one_receptor_are_joined(n):
    parts = [
        Projection("in", "E", AllToAll(), weight=0.01, delay=0.1 * (1 + k % 3), label=f"p{k}")
        for k in range(n)
    ]
    source = Population("in", 64, PoissonSource(rate=100.0))
    net = Network(source, Population("E", 64, LIF(), mode="clock"), *parts)
    sim = Simulator(net, dt=0.1)
    assert {p.layout for p in sim.summary().projections} == {"bits"}
    joined = [op for op in sim.program.operations if op.name == "deliver_coincident_float64"]
    assert [op.block.words.n_blocks for op in joined] == [min(n, 47), n - 47][: 1 + (n > 47)]
    assert joined[0].owner.split(", ") == [p.name for p in parts[:47]]
    assert f"n_blocks={min(n, 47)}" in str(sim.program)
