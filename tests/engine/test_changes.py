"""Parameters, states and inputs that change between steps act as if they had been declared so."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Graded, Network, Population, Projection
from neurosparse.neurons import (
    LeakyIntegrator,
    LIFCond,
    LIFExp,
    PoissonSource,
    SpikeSource,
)
from neurosparse.stimuli import OUCurrent, PoissonInput, SineCurrent, StepCurrent
from neurosparse.wiring import Bernoulli

N = 130


def network(source, *stimuli, model=None, mode="auto"):
    return Network(
        Population("in", 40, source),
        Population("E", N, LIFExp() if model is None else model, mode=mode),
        Projection("in", "E", Bernoulli(0.3), weight=90.0, delay=1.0),
        *stimuli,
    )


def spikes_of(simulator):
    """Spikes of all populations, and how many there are."""
    records = [simulator.spikes(name) for name in ("in", "E")]
    return [(r.step.tolist(), r.i.tolist()) for r in records]


def assert_same(one, other):
    """Two simulations fired alike, and not for want of spikes."""
    assert spikes_of(one) == spikes_of(other)
    assert len(one.spikes("E").step) > 20


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("mode", ["clock", "event"])
def test_another_rate_is_a_profile(mode, threads):
    declared = Simulator(
        network(PoissonSource([20.0, 80.0], bin=50.0), mode=mode), threads=threads
    )
    declared.run(100.0)
    changed = Simulator(network(PoissonSource(20.0), mode=mode), threads=threads)
    changed.run(50.0)
    changed.set_rate("in", 80.0)
    changed.run(50.0)
    assert_same(changed, declared)


@pytest.mark.parametrize("second", [9000.0, np.linspace(0, 20_000, N)])
def test_another_rate_of_an_input_is_a_profile(second):
    profile = np.stack([np.full(N, 500.0), np.broadcast_to(second, N)])
    declared = Simulator(
        network(PoissonSource(5.0), PoissonInput("E", profile, 20.0, bin=50.0))
    )
    declared.run(100.0)
    drive = PoissonInput("E", 500.0, 20.0)
    changed = Simulator(network(PoissonSource(5.0), drive))
    changed.run(50.0)
    changed.set_rate(drive, second)
    changed.run(50.0)
    assert_same(changed, declared)


def test_another_amplitude_is_a_second_current():
    first = StepCurrent("E", 100.0, stop=50.0)
    second = StepCurrent("E", 450.0, start=50.0)
    declared = Simulator(network(PoissonSource(5.0), first, second))
    declared.run(100.0)
    drive = StepCurrent("E", 100.0)
    changed = Simulator(network(PoissonSource(5.0), drive))
    changed.run(50.0)
    changed.set_current(drive, 450.0)
    changed.run(50.0)
    assert_same(changed, declared)


def test_other_spikes_are_a_longer_list():
    times = np.arange(1, 40) * 0.5
    late = times + 50.0
    numbers = np.arange(39)
    both = SpikeSource(np.r_[times, late], np.r_[numbers, numbers])
    declared = Simulator(network(both))
    declared.run(100.0)
    changed = Simulator(network(SpikeSource(times, numbers)))
    changed.run(50.0)
    changed.set_spikes("in", late, numbers)
    changed.run(50.0)
    assert_same(changed, declared)


@pytest.mark.parametrize("mode", ["clock", "event"])
@pytest.mark.parametrize(
    "values", [{"v_threshold": -56.0}, {"t_ref": 5.0, "tau_mem": 30.0}, {"v_rest": -62.0}]
)
def test_other_parameters_act_on_the_state_that_is(mode, values):
    """A neuron whose parameters change goes on as one that begins in this state with those."""
    given = SpikeSource(np.arange(1, 200) * 0.5, np.arange(199) % 40)
    changed = Simulator(network(given, mode=mode))
    changed.run(40.0)
    changed.set_parameters("E", **values)
    state = {k: changed.state("E", k) for k in LIFExp.State._fields}
    changed.run(40.0)
    law = LIFExp(**values)
    # what is under way and who is refractory is not part of a state: a law without synapses
    still = Simulator(Network(Population("E", N, law, initial=state, mode="clock")))
    alone = Simulator(Network(Population("E", N, LIFExp(), initial=state, mode=mode)))
    alone.set_parameters("E", **values)
    still.run(20.0)
    alone.run(20.0)
    np.testing.assert_allclose(alone.state("E", "v"), still.state("E", "v"), rtol=1e-12)
    assert len(changed.spikes("E").step) > 20


@pytest.mark.parametrize("drive", [None, StepCurrent("E", 100.0)])
def test_parameters_that_begin_to_differ_between_neurons(drive):
    stimuli = [drive] if drive else []
    changed = Simulator(network(PoissonSource(50.0), *stimuli))
    levels = np.linspace(-56.0, 900.0, N)
    changed.set_parameters("E", v_threshold=levels)
    declared = Simulator(
        network(PoissonSource(50.0), *stimuli, model=LIFExp(v_threshold=levels))
    )
    changed.run(80.0)
    declared.run(80.0)
    assert_same(changed, declared)
    changed.set_parameters("E", v_threshold=-50.0)
    changed.run(20.0)
    late = changed.spikes("E")
    assert (
        np.unique(late.i[late.step >= 800]).size > np.unique(late.i[late.step < 800]).size
    )


@pytest.mark.parametrize("mode", ["clock", "event"])
def test_a_checkpoint_knows_what_was_changed(mode, tmp_path):
    drive = PoissonInput("E", 500.0, 20.0)
    stimuli = [drive] if mode == "clock" else []
    net = network(PoissonSource(20.0), *stimuli, mode=mode)
    changed = Simulator(net)
    changed.run(50.0)
    changed.set_rate("in", 70.0)
    changed.set_parameters("E", tau_mem=12.0, v_threshold=-55.0)
    if stimuli:
        changed.set_rate(drive, 8000.0)
    changed.run(10.0)
    changed.save(tmp_path / "there")
    changed.run(50.0)
    again = Simulator(net)
    again.run(5.0)
    again.set_parameters("E", tau_mem=25.0, t_ref=1.0)
    again.restore(tmp_path / "there")
    again.run(50.0)
    assert_same(again, changed)
    assert float(again.plan.groups["E"].model.t_ref) == LIFExp().t_ref


def refusals():
    drive = PoissonInput("E", 500.0, 20.0)
    stimuli = (drive, OUCurrent("E", 1.0), SineCurrent("E", 1.0))
    sim = Simulator(network(PoissonSource(20.0), *stimuli))
    sim.run(20.0)
    yield "rates in Hz, 0 or more", lambda: sim.set_rate("in", -1.0), sim
    yield "at most one spike a step", lambda: sim.set_rate("in", 1e9), sim
    yield (
        r"wants one number or an array \[40\]",
        lambda: sim.set_rate("in", [1.0, 2.0]),
        sim,
    )
    yield "one of rate", lambda: sim.set_parameters("in", stop=5.0), sim
    yield "one of rate, weight", lambda: sim.set_parameters(drive, target="in"), sim
    yield "amplitude", lambda: sim.set_parameters(stimuli[2], stop=3.0), sim
    yield "v_thresh", lambda: sim.set_parameters("E", v_thresh=3.0), sim
    yield "a value above 0", lambda: sim.set_parameters("E", tau_mem=0.0), sim
    yield "at least dt", lambda: sim.set_parameters("E", tau_mem=0.01), sim
    yield r"array \[130\]", lambda: sim.set_parameters("E", v_rest=np.zeros(3)), sim
    yield (
        "keep it when you declare",
        lambda: sim.set_rate(PoissonInput("E", 1.0, 1.0), 2.0),
        sim,
    )
    yield "wants the PoissonInput itself", lambda: sim.set_rate("E", 2.0), sim
    yield "wants the OUCurrent itself", lambda: sim.set_current("E", 2.0), sim
    yield "snapshot", lambda: sim.go_back("before"), sim
    yield "'X'", lambda: sim.set_rate("X", 2.0), sim
    yield "volt", lambda: sim.set_state("E", "volt", 2.0), sim
    yield r"array \[130\]", lambda: sim.set_state("E", "v", [1.0, 2.0]), sim
    yield "neurons 0 to 129", lambda: sim.set_state("E", "v", 1.0, [130]), sim
    yield "mask", lambda: sim.set_state("E", "v", 1.0, [0.5]), sim
    yield "finite", lambda: sim.set_state("E", "v", np.nan), sim
    listed = Simulator(network(SpikeSource([5.0], [0])))
    listed.run(20.0)
    yield "times from now on, 20 ms", lambda: listed.set_spikes("in", [19.9], [0]), listed
    yield "twice in step", lambda: listed.set_spikes("in", [30.0, 30.0], [0, 0]), listed
    asleep = Simulator(network(SpikeSource([5.0], [0]), mode="event"))
    yield "event mode", lambda: asleep.set_parameters("E", v_rest=-10.0, i_ext=0.0), asleep
    pores = Simulator(Network(Population("E", 3, LIFCond())))
    yield "conductance", lambda: pores.set_state("E", "g_exc", -1.0), pores


def test_refused_before_anything_changes():
    for words, call, simulator in refusals():
        before = simulator.state("E", "v")
        models = {k: g.model for k, g in simulator.plan.groups.items()}
        stimuli = list(simulator.plan.stimuli)
        with pytest.raises((ValueError, TypeError), match=words):
            call()
        assert np.array_equal(simulator.state("E", "v"), before)
        assert models == {k: g.model for k, g in simulator.plan.groups.items()}
        assert simulator.plan.stimuli == stimuli
        assert not simulator.plan.changed
        simulator.run(1.0)


@pytest.mark.parametrize("carried", [True, False])
def test_another_resistance_multiplies_currents_too(carried):
    model = LeakyIntegrator(tau_mem=1.0, i_ext=0.5)
    parts = [Population("S", 1, model), Population("E", 1, model)]
    if carried:
        wiring = Connectivity.from_edges([0], [0], n_pre=1, n_post=1)
        parts.append(Projection("S", "E", wiring, weight=2.0, transmits=Graded("v")))
    else:
        parts.append(StepCurrent("E", 1.0))
    simulator = Simulator(Network(parts))
    simulator.run(30.0)
    assert simulator.state("E", "v")[0] == pytest.approx(1.5)
    simulator.set_parameters("E", r_mem=3.0)
    simulator.run(30.0)
    assert simulator.state("E", "v")[0] == pytest.approx(4.5)
