"""Models from equations in the engine: modes, precisions, threads, rewiring, checkpoints, GPU."""

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Share, Simulator, Structural
from neurosparse.engine.naive import naive_outcome
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import (
    LIF,
    AdEx,
    Izhikevich,
    LIFAlpha,
    LIFCond,
    LIFExp,
    PoissonSource,
    from_equations,
)
from neurosparse.stimuli import OUCurrent, StepCurrent
from tests.neurons.equations import written
from tests.neurons.equations.written import by_hand

N = 70  # two slices
PLAIN = {
    "LIF": (LIF(t_ref=0.5), "delta", 6.0),
    "LIFExp": (LIFExp(t_ref=0.5), "exc", 20.0),
    "LIFAlpha": (LIFAlpha(t_ref=0.5), "exc", 16.0),
    "LIFCond": (LIFCond(t_ref=0.5), "exc", 16.0),
    "AdEx": (AdEx(a=2.0, b=10.0, t_ref=0.5), "exc", 500.0),
}
MAKE = {
    "LIF": written.lif,
    "LIFExp": written.lif_exp,
    "LIFAlpha": written.lif_alpha,
    "LIFCond": written.lif_cond,
    "AdEx": written.adex,
}
SLEEPERS = ("LIF", "LIFAlpha")


@cache
def twin(name):
    """The equations with the parameters of the hand-written model."""
    model = PLAIN[name][0]
    return MAKE[name]()(**{f.name: getattr(model, f.name) for f in fields(model)})


def network(model, receptor, weight, mode="clock", each=False):
    rng = np.random.default_rng(4)
    if each:
        model = replace(
            model, v_rest=np.linspace(-1.0, 1.0, N) + float(np.mean(model.v_rest))
        )
    pre, post = np.nonzero(rng.random((N, N)) < 0.1)
    delays = rng.integers(1, 20, len(pre))
    wires = Connectivity.from_edges(pre, post, n_pre=N, n_post=N, delay_steps=delays)
    onto = Connectivity.from_edges(
        np.arange(40), rng.integers(0, N, 40), n_pre=40, n_post=N
    )
    return Network(
        Population("S", 40, PoissonSource(300.0)),
        Population("E", N, model, mode=mode),
        Projection("S", "E", onto, weight=weight, receptor=receptor),
        Projection("E", "E", wires, weight=weight / 16, receptor=receptor),
    )


def spikes_of(built, ms=60.0, dt=0.1, **options):
    sim = Simulator(built, dt=dt, seed=2, **options)
    sim.run(ms)
    record = sim.spikes("E")
    return list(zip(record.step.tolist(), record.i.tolist(), strict=True))


@cache
def expected(name, ms=60.0):
    model, receptor, weight = PLAIN[name]
    spikes = spikes_of(network(model, receptor, weight), ms)
    assert len(spikes) > 60
    return spikes


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("threads", [1, 2])
def test_a_network_fires_as_with_the_hand_written_model(name, threads):
    built = network(twin(name), *PLAIN[name][1:])
    assert spikes_of(built, threads=threads) == expected(name)


@pytest.mark.parametrize("name", SLEEPERS)
def test_sleepers_fire_as_those_that_never_sleep(name):
    built = network(twin(name), *PLAIN[name][1:], mode="event")
    assert spikes_of(built, threads=2) == expected(name)
    sim = Simulator(built, seed=2)
    counts = []
    for _ in range(300):
        sim.step()
        counts.append(sim.plan.groups["E"].event.awake[:N].sum())
    assert min(counts[5:]) < max(counts[5:]) < N


def test_event_mode_is_refused_by_name_where_there_is_no_proof():
    built = network(twin("LIFCond"), *PLAIN["LIFCond"][1:], mode="event")
    with pytest.raises(ValueError, match="'event' for E, but Model gives no `may_fire`"):
        Simulator(built)


@pytest.mark.parametrize("name", ["LIFExp", "AdEx"])
def test_parameters_may_differ_between_neurons(name):
    model, receptor, weight = PLAIN[name]
    ours, theirs = (
        spikes_of(network(kind, receptor, weight, each=True))
        for kind in (twin(name), model)
    )
    assert ours == theirs != expected(name)


@pytest.mark.parametrize("name", ["LIFExp", "AdEx"])
def test_single_precision_follows(name):
    """States of single precision stay near those of double until the first spikes part."""
    built = network(twin(name), *PLAIN[name][1:])
    one, other = (Simulator(built, seed=2, precision=p) for p in ("float32", "float64"))
    for sim in (one, other):
        sim.run(4.0)
    assert one.plan.groups["E"].rows.dtype == np.float32
    np.testing.assert_allclose(one.state("E", "v"), other.state("E", "v"), atol=2e-3)


@pytest.mark.parametrize("name", ["LIFExp", "AdEx"])
def test_it_is_the_law_that_runs(name):
    """The loop and plain Python give the same spikes."""
    built = network(twin(name), *PLAIN[name][1:])
    law = naive_outcome(built, 0.1, 2, 150)
    assert sorted(law.spikes["E"]) == [s for s in expected(name) if s[0] < 150]


@pytest.mark.parametrize("name", ["LIFExp"])
def test_currents_are_injected(name):
    model, receptor, weight = PLAIN[name]
    stimuli = (StepCurrent("E", amplitude=200.0), OUCurrent("E", amplitude=50.0, tau=5.0))
    runs = []
    for kind in (twin(name), model):
        built = network(kind, receptor, weight / 4)
        whole = Network(*built.populations.values(), *built.projections.values(), *stimuli)
        runs.append(spikes_of(whole, 20.0))
    assert runs[0] == runs[1]
    assert len(runs[0]) > 60


@pytest.mark.parametrize("mode", ["clock", "event"])
def test_it_is_rewired_and_restored_on_the_way(mode, tmp_path):
    rule = Structural("E->E", Share(0.2), weight=1.0, delay=0.5)
    built = {}
    for kind in (twin("LIFExp"), PLAIN["LIFExp"][0]):
        whole = Simulator(network(kind, "exc", 20.0, mode), seed=2)
        whole.run(40.0, callbacks=[Every(10.0, rule)])
        parted = Simulator(network(kind, "exc", 20.0, mode), seed=2)
        parted.run(20.0, callbacks=[Every(10.0, rule)])
        parted.save(tmp_path / "half.zarr")
        again = Simulator(network(kind, "exc", 20.0, mode), seed=2)
        again.restore(tmp_path / "half.zarr")
        again.run(20.0, callbacks=[Every(10.0, rule)])
        np.testing.assert_array_equal(again.state("E", "v"), whole.state("E", "v"))
        record = whole.spikes("E")
        built[type(kind).__name__] = (record.step.tolist(), record.i.tolist())
    assert built["Model"] == built["LIFExp"]
    assert len(built["Model"][0]) > 40


def test_a_checkpoint_knows_the_equations(tmp_path):
    """Two models of one name, with the same parameters and variables, are not mistaken."""
    sims = [
        Simulator(Network(Population("E", 3, kind(), mode="clock")))
        for kind in (written.lif(), written.lif(reset="v = v_rest"), written.lif())
    ]
    sims[0].save(tmp_path / "one.zarr")
    sims[2].restore(tmp_path / "one.zarr")
    with pytest.raises(ValueError, match="belongs to network"):
        sims[1].restore(tmp_path / "one.zarr")


def test_izhikevich_by_euler_approaches_his_own_scheme():
    """Both solve one equation: at a small dt the spike times agree within a step or two."""
    times = {}
    for kind in (Izhikevich(i_ext=10.0), written.izhikevich("rk4")(i_ext=10.0)):
        sim = Simulator(Network(Population("E", 1, kind, mode="clock")), dt=0.01)
        sim.run(200.0)
        times[type(kind).__name__] = sim.spikes("E").step * 0.01
    assert len(times["Model"]) == len(times["Izhikevich"]) > 3
    np.testing.assert_allclose(times["Model"], times["Izhikevich"], atol=0.6)


def test_hodgkin_huxley_fires_at_its_rate():
    """6.3 uA/cm^2 and more fire lastingly, about 68 Hz at 10 (at 6.3 degrees)."""
    model = written.hodgkin_huxley("exponential_euler")(i_ext=np.array([0.0, 10.0]))
    sim = Simulator(Network(Population("E", 2, model, mode="clock")), dt=0.01)
    sim.run(300.0)
    record = sim.spikes("E")
    assert set(record.i.tolist()) == {1}
    gaps = np.diff(record.step[5:]) * 0.01
    np.testing.assert_allclose(1000.0 / gaps.mean(), 68.0, atol=2.0)


def wild():
    """Every function and choice that equations may have."""
    return from_equations(
        """
        bound = max(min(x, 3, tau), -2) + tanh(x) * exprel(x / tau) - x**9 / 2000
        dx/dt = (bound if x > -1 and y < 1 or not x < 2 else sqrt(abs(x)) - cos(y)) / tau
        dy/dt = sin(x) - y**5 / 40 + log(1 + x**2) + abs(y)**1.5
        """,
        threshold="x > 1.2 or y < -3",
        reset="x = -x; y += 0.5 if x > 0 else 0.25",
        parameters={"tau": 5.0, "t_ref": 0.2},
        receptors={"in": "x"},
        method="rk4",
    )


@pytest.mark.parametrize(("precision", "close"), [("float64", 1e-10), ("float32", 2e-4)])
def test_a_gpu_does_what_the_loop_does(precision, close):
    """Unlike models beside each other, in Triton's interpreter where there is no GPU."""
    pytest.importorskip("triton")
    rng = np.random.default_rng(1)
    start = {name: rng.uniform(-2.0, 2.0, 19) for name in ("x", "y")}
    populations = [Population("wild", 19, wild()(), start)]
    if precision == "float64":
        spread = {"v": rng.uniform(-66.0, -49.5, 19), "rise_exc": np.full(19, 30.0)}
        axon = written.hodgkin_huxley("exponential_euler")
        populations += [
            Population("alpha", 19, twin("LIFAlpha"), spread),
            Population("axon", 19, axon(i_ext=900.0)),
        ]
    cpu, gpu = (
        Simulator(Network(*populations), backend=backend, precision=precision)
        for backend in ("cpu", "gpu")
    )
    for sim in (cpu, gpu):
        sim.run(1.0)
    for name, group in cpu.plan.groups.items():
        for variable in group.model.State._fields:
            ours, theirs = (sim.state(name, variable) for sim in (gpu, cpu))
            np.testing.assert_allclose(ours, theirs, rtol=close, atol=close)
    assert len(cpu.spikes("wild")) > 2
    if precision == "float64":
        for i in range(19):
            _, states = by_hand(wild()(), 10, start=(start["x"][i], start["y"][i]))
            ours = [cpu.state("wild", name)[i] for name in ("x", "y")]
            np.testing.assert_allclose(ours, states[-1, :2], rtol=1e-10, atol=1e-10)


def test_single_precision_draws_the_same_noise():
    kind = from_equations("dv/dt = (2 - v) / 10 + xi", threshold="False")
    ends = []
    for precision in ("float64", "float32"):
        simulation = Simulator(Network(Population("A", N, kind())), precision=precision)
        simulation.run(10.0)
        ends.append(simulation.state("A", "v"))
    assert np.allclose(ends[0], ends[1], atol=1e-4)
    assert ends[0].std() > 1.0
