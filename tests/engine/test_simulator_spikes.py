"""The compiled engine against its law, and the promises of determinism."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator, Weights
from neurosparse.engine.naive import simulate_naive
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource, SpikeSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import PoissonInput, RampCurrent, SineCurrent, StepCurrent
from neurosparse.wiring import AllToAll, Bernoulli, FixedInDegree


def random_connectivity(rng, n_pre, n_post, p, late=0):
    dense = rng.random((n_pre, n_post)) < p
    pre, post = np.nonzero(dense)
    delay = rng.integers(0, late + 1, len(pre)) if late else 3
    weight = rng.normal(1.0, 1.5, len(pre)).astype(np.float32)
    return Connectivity.from_edges(
        pre, post, n_pre=n_pre, n_post=n_post, weight=weight, delay_steps=delay
    )


def small_network(rng, late=0, n=70, mode="auto", exponential=True):
    """Two populations with recurrent random weights, a Poisson source, odd sizes."""
    quiet = {"v_rest": 0.0, "v_threshold": 7.0, "v_reset": 0.0}
    model = (
        LIFExp(tau_mem=20.0, tau_exc=5.0, tau_inh=7.0, **quiet)
        if exponential
        else LIF(**quiet)
    )
    wire = [random_connectivity(rng, a, b, 0.3, late) for a, b in ((n, n), (n, 33), (33, n))]
    first = next(iter(model.receptors))
    drive = Bernoulli(0.4, weight=12.0 if exponential else 3.0)
    return Network(
        Population("A", n, model, mode=mode),
        Population("B", 33, model, mode=mode),
        Population("S", 20, PoissonSource(80.0)),
        Projection("A", "A", wire[0], receptor=first),
        Projection("A", "B", wire[1], receptor=first),
        Projection("B", "A", wire[2], receptor=first),
        Projection("S", "A", drive, receptor=first),
        Projection("S", "B", drive, delay=1.5, receptor=first),
    )


def spikes_of(sim):
    return {
        name: list(zip(*map(np.ndarray.tolist, (s.step, s.i)), strict=True))
        for name, s in all_spikes(sim).items()
    }


def all_spikes(sim):
    return {name: sim.spikes(name) for name in sim.network.populations}


def same_spikes(a, b):
    return all(
        np.array_equal(a[k].step, b[k].step) and np.array_equal(a[k].i, b[k].i) for k in a
    )


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
        t_ref=np.linspace(0.0, 3.0, 65),
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


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_threads_and_chunks_change_nothing(precision):
    network = small_network(np.random.default_rng(2), late=9, n=300)
    whole = Simulator(network, seed=1, precision=precision)
    whole.run(120.0)
    pieces = Simulator(network, seed=1, threads=3, precision=precision)
    for _ in range(7):
        pieces.step(13)
    pieces.run(120.0 - 9.1, callbacks=[Every(3.3, lambda s: None)])
    assert same_spikes(all_spikes(whole), all_spikes(pieces))
    assert np.array_equal(whole.state("A", "v"), pieces.state("A", "v"))
    assert whole.spikes("A").i.size > 300


def test_event_mode_fires_as_the_clock_does():
    networks = [
        small_network(np.random.default_rng(4), n=400, mode=mode)
        for mode in ("clock", "event", "auto")
    ]
    sims = [Simulator(network, seed=3) for network in networks]
    for sim in sims:
        sim.run(300.0)
    assert sims[0].spikes("A").i.size > 500
    assert same_spikes(all_spikes(sims[0]), all_spikes(sims[1]))
    assert same_spikes(all_spikes(sims[0]), all_spikes(sims[2]))
    assert np.allclose(
        sims[0].state("A", "v"), sims[1].state("A", "v"), rtol=1e-12, atol=1e-12
    )
    assert sims[1].plan.groups["A"].event is not None


def test_refractoriness_longer_than_any_run():
    sim = Simulator(
        Network(Population("E", 2, LIF(v_rest=-40.0, t_ref=np.array([1e9, 2.0]))))
    )
    sim.run(100.0)
    assert sim.spikes("E").count()[0] == 1 < sim.spikes("E").count()[1]


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
        callbacks=[Every(100.0, lambda s: seen.append(s.plan.groups["A"].event is not None))],
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


@settings(max_examples=8, deadline=None)
@given(
    cut=st.integers(1, 299),
    late=st.sampled_from([0, 12]),
    mode=st.sampled_from(["clock", "auto"]),
)
def test_a_checkpoint_anywhere_changes_nothing(tmp_path_factory, cut, late, mode):
    folder = tmp_path_factory.mktemp("checkpoint")
    network = small_network(np.random.default_rng(8), late, mode=mode)
    whole = Simulator(network, seed=4)
    whole.step(300)
    first = Simulator(network, seed=4, threads=2)
    first.step(cut)
    first.save(folder / "point.zarr")
    second = Simulator(network, seed=4)
    second.restore(folder / "point.zarr")
    second.step(300 - cut)
    assert same_spikes(all_spikes(whole), all_spikes(second))
    for name in ("A", "B"):
        assert np.array_equal(whole.state(name, "v"), second.state(name, "v"))
    assert whole.spikes("A").i.size > 20


def test_checkpoint_of_learning_and_currents(tmp_path):
    rule = PairSTDP(a_plus=0.2, a_minus=0.22, w_max=3.0)
    network = Network(
        Population("S", 30, PoissonSource(60.0)),
        Population("A", 40, LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0)),
        Projection("S", "A", AllToAll(weight=0.4), delay=0.7, plasticity=rule),
        SineCurrent("A", 3.0, frequency=20.0),
    )
    whole = Simulator(network, seed=2)
    whole.run(100.0)
    first = Simulator(network, seed=2)
    first.run(43.0)
    first.save(tmp_path / "c")
    second = Simulator(network, seed=2, threads=2)
    second.restore(tmp_path / "c")
    second.run(57.0)
    assert np.array_equal(whole.weights("S->A"), second.weights("S->A"))
    assert same_spikes(all_spikes(whole), all_spikes(second))
    assert np.abs(whole.weights("S->A") - 0.4).max() > 0.1


def test_checkpoint_of_another_network_is_refused(tmp_path):
    network = small_network(np.random.default_rng(8))
    Simulator(network, seed=4).save(tmp_path / "c")
    other = small_network(np.random.default_rng(9))
    with pytest.raises(ValueError, match="network"):
        Simulator(other, seed=4).restore(tmp_path / "c")


@pytest.mark.parametrize("late", [False, True])
def test_spikes_under_way_belong_to_the_synapse_they_left_through(late):
    delays = [1.0, 2.0] if late else 1.0
    network = Network(
        Population("S", 2, SpikeSource([0.5, 0.5, 3.0, 3.0], [0, 1, 0, 1])),
        Population("A", 2, LIF(v_rest=0.0, v_threshold=0.5, v_reset=0.0, t_ref=0.0)),
        Projection(
            "S",
            "A",
            Connectivity.from_edges([0, 1], [0, 1], n_pre=2, n_post=2),
            weight=1.0,
            delay=delays,
        ),
    )
    sim = Simulator(network, threads=2)
    sim.run(1.0)  # both spikes of 0.5 ms are under way
    sim.rewire("S->A", drop=[0], pre=[1], post=[0], weight=[1.0])
    assert sim.connectivity("S->A").nnz == 2
    sim.run(6.0)
    arrived = [
        (round(t, 1), i)
        for t, i in zip(sim.spikes("A").t.tolist(), sim.spikes("A").i.tolist(), strict=True)
    ]
    second = 2.6 if late else 1.6
    assert arrived[:2] == sorted([(1.6, 0), (second, 1)])
    # the spikes of 3 ms: neuron 0 no longer projects, neuron 1 reaches both
    assert {i for t, i in arrived[2:]} == {0, 1}
    assert len(arrived) == 4


def test_rewired_run_survives_a_checkpoint(tmp_path):
    network = small_network(np.random.default_rng(8), mode="clock")

    def go(sim, stop_and_save=None):
        sim.step(150)
        sim.rewire(
            "A->B", drop=np.arange(0, 100, 3), pre=[0, 1], post=[0, 1], weight=[5.0, 5.0]
        )
        sim.step(1)
        return sim

    whole = go(Simulator(network, seed=4))
    whole.step(149)
    first = go(Simulator(network, seed=4))
    first.save(tmp_path / "c")
    second = Simulator(network, seed=4, threads=2)
    second.restore(tmp_path / "c")
    second.step(149)
    assert same_spikes(all_spikes(whole), all_spikes(second))
    assert whole.connectivity("A->B") == second.connectivity("A->B")


def test_recorded_weights_follow_their_synapses_through_rewiring(tmp_path):
    """Of four synapses the first is removed and one comes in before the others; the rest keep their
    columns.
    """
    start = Connectivity.from_edges(
        [0, 1, 2, 2], [1, 2, 0, 1], n_pre=3, n_post=3, weight=[1.0, 2.0, 3.0, 4.0]
    )
    network = Network(Population("A", 3, LIF()), Projection("A", "A", start, delay=0.1))
    wanted = [Weights("A->A", every=1.0), Weights("A->A", every=1.0, positions=[3, 0])]

    def go(sim):
        sim.rewire("A->A", drop=[0], pre=[0], post=[0], weight=9.0)
        sim.run(1.0)
        sim.rewire("A->A", drop=[2])
        return sim

    for request in wanted:
        sim = Simulator(network, record=[request])
        sim.run(1.0)
        go(sim).save(tmp_path / "half")
        for each in (sim, Simulator(network, record=[request])):
            each.restore(tmp_path / "half")
            each.run(1.0)
            found = each.recorded(request).values
            whole = np.array([[1, 2, 3, 4], [np.nan, 2, 3, 4], [np.nan, 2, np.nan, 4]])
            np.testing.assert_array_equal(
                found, whole if request.positions is None else whole[:, [3, 0]]
            )
        assert sim.connectivity("A->A").nnz == 3


def test_same_seed_same_wiring_other_seed_other():
    def wired(seed):
        network = Network(Population("A", 50, LIF()), Projection("A", "A", FixedInDegree(7)))
        return Simulator(network, seed=seed).connectivity("A->A").topology_hash()

    assert wired(1) == wired(1)
    assert wired(1) != wired(2)
