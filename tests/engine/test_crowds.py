"""Populations advanced in one pass give the bits of each on its own."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest

from neurosparse import LIF, Network, Population, Projection, Simulator
from neurosparse.engine import crowds
from neurosparse.neurons import LIFExp
from neurosparse.stimuli import OUCurrent, PoissonInput, StepCurrent
from neurosparse.wiring import Bernoulli

SIZES = (1, 50, 64, 65, 200, 3)
FAST = LIFExp(v_rest=-49.0, v_threshold=-50.0, t_ref=0.0)


def network():
    """Neighbours alike and not, another class between them, one population with a current."""
    parts = [
        Population(f"P{k}", n, replace(FAST, v_reset=-60.0 - k // 2), mode="clock")
        for k, n in enumerate(SIZES)
    ]
    other = Population("L", 40, LIF(i_ext=20.0), mode="clock")
    drive = [PoissonInput(f"P{k}", rate=900.0, weight=0.5) for k in range(len(SIZES))]
    return Network(
        parts[:3],
        other,
        parts[3:],
        drive,
        OUCurrent(["P3", "P4"], amplitude=0.5),
        Projection("P4", "P1", Bernoulli(0.2), weight=0.4, delay=1.0),
        Projection("P4", "L", Bernoulli(0.2), weight=0.4, delay=1.0),
    )


def outcome(net, change=lambda sim: None, **options):
    sim = Simulator(net, seed=3, **options)
    sim.run(30.0)
    change(sim)
    sim.run(30.0)
    names = net.populations
    spikes = [np.stack([sim.spikes(k).step, sim.spikes(k).i]) for k in names]
    return [*spikes, *(sim.state(k, "v") for k in names)], sim


def raise_thresholds(sim):
    """Of one of two neighbours, in place."""
    sim.set_parameters("P1", v_threshold=-49.5)
    sim.set_parameters("P4", i_ext=0.3)


@pytest.mark.parametrize("differs_at_first", [False, True])
def test_parameters_of_several_come_back_one_after_the_other(differs_at_first):
    each, one = np.linspace(-51.0, -49.0, 50), -50.0
    first, then = (each, one) if differs_at_first else (one, each)
    model = replace(FAST, v_threshold=first)
    net = Network(Population("A", 50, model), Population("B", 50, model))
    sim = Simulator(net)
    start = sim.snapshot()
    sim.set_parameters("A", v_threshold=then)
    sim.set_parameters("B", v_reset=-70.0)
    changed = sim.snapshot()
    sim.run(20.0)
    end = sim.state("B", "v")
    sim.go_back(start)
    sim.go_back(changed)
    sim.run(20.0)
    assert np.array_equal(sim.state("B", "v"), end)
    assert not np.array_equal(sim.state("A", "v"), end)


@pytest.mark.parametrize("threads", [1, 2])
def test_company_changes_no_bit(threads):
    options = {"threads": threads, "change": raise_thresholds}
    ours, sim = outcome(network(), **options)
    with mock.patch.object(crowds, "SMALL", 0):
        alone, apart = outcome(network(), **options)
    updates = [op.owner for op in sim.program.operations if op.phase == "update"]
    assert updates == ["P0, P1, P2, P5", "L", "P3, P4"]
    assert len([op for op in apart.program.operations if op.phase == "update"]) == 7
    assert all(
        spikes.shape[1] >= n
        for spikes, n in zip(ours[:7], [*SIZES[:3], 40, *SIZES[3:]], strict=True)
    )
    for one, other in zip(ours, alone, strict=True):
        np.testing.assert_array_equal(one, other)


def test_neighbours_alike_are_one_stretch_until_one_changes():
    from neurosparse.kernels.spikes.neuron_update.cpu import AFTER

    sim = Simulator(Network([Population(k, 64, LIF(), mode="clock") for k in "abcd"]))
    crowd = sim.plan.groups["a"].crowd
    assert crowd.members[0, :, AFTER].tolist() == [4, 4, 4, 4]
    sim.set_parameters("c", v_threshold=-52.0)
    assert crowd.members[0, :, AFTER].tolist() == [2, 2, 3, 4]
    sim.set_parameters("c", v_threshold=-50.0)
    assert crowd.members[0, :, AFTER].tolist() == [4, 4, 4, 4]


def test_neighbours_with_currents_keep_what_they_do_not_share():
    """Where some coefficients differ between neurons, the others still belong to a population."""
    fast, slow = LIF(tau_mem=5.0), LIF(tau_mem=50.0)
    parts = [Population(k, 3, m, mode="clock") for k, m in (("a", fast), ("b", slow))]
    sim = Simulator(Network(parts, StepCurrent(["a", "b"], 5.0)))
    assert sim.plan.groups["a"].crowd is sim.plan.groups["b"].crowd
    sim.run(10.0)
    for name, model in (("a", fast), ("b", slow)):
        risen = model.v_rest + 5.0 * model.r_mem * -np.expm1(-10.0 / model.tau_mem)
        np.testing.assert_allclose(sim.state(name, "v"), risen, rtol=1e-13)


def test_logs_of_members_grow():
    model = LIF(v_rest=-40.0, v_reset=-65.0, tau_mem=0.2, t_ref=0.0)
    parts = [Population(k, 64, model, mode="clock") for k in "ab"]
    sim = Simulator(Network(parts))
    sim.step(2)
    log = sim.plan.groups["b"].log
    log.index = np.zeros((1, 10 * log.index.size), log.index.dtype)
    sim.plan.groups["b"].retell()
    sim.step(200)
    for name in "ab":
        # of 202 steps each neuron fires in the second, the fourth, and so on
        assert np.bincount(sim.spikes(name).i, minlength=64).tolist() == [101] * 64


def test_sleepers_leave_and_come_back():
    sleepy = [Population(k, 50, LIF(), mode="auto") for k in "ab"]
    sim = Simulator(Network(sleepy))
    sim.step(10)
    assert sim.plan.groups["a"].event is not None
    assert sim.plan.groups["a"].rows.flags.c_contiguous
    before = sim.state("b", "v")
    sim.set_parameters("a", i_ext=20.0)  # it may fire, so it wakes
    sim.set_parameters("b", i_ext=20.0)
    assert sim.plan.groups["a"].base is sim.plan.groups["b"].base
    np.testing.assert_array_equal(sim.state("b", "v"), before)
    sim.run(100.0)
    assert len(sim.spikes("a").t) == len(sim.spikes("b").t) > 50
