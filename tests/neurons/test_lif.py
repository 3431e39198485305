"""Integrate-and-fire neurons against formulas on paper: rates, potentials, refractoriness."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.neurons import LIF, AdaptiveLIF, LIFAlpha, LIFCond, LIFExp
from neurosparse.stimuli import StepCurrent
from tests.neurons.formulas import DT, TIMES, exponential_psp
from tests.neurons.harness import after_one_spike, alone, intervals, spikes, trace


def expected_interval(current, t_ref, dt, model):
    """Steps between spikes: refractory, then the time to threshold rounded up to the grid.

    The step in which the neuron fires counts as the first refractory one.
    """
    end = model.v_rest + model.r_mem * current
    climb = model.tau_mem * np.log((end - model.v_reset) / (end - model.v_threshold))
    return max(round(t_ref / dt), 1) - 1 + np.ceil(climb / dt)


@pytest.mark.parametrize("kind", [LIF, LIFExp, LIFAlpha])
@pytest.mark.parametrize(("t_ref", "dt"), [(2.0, 0.1), (0.0, 0.1), (3.0, 0.5)])
def test_rate_follows_the_current(kind, t_ref, dt):
    currents = np.linspace(10.0, 60.0, 65)
    model = kind(tau_mem=17.0, v_reset=-62.0, r_mem=0.9, t_ref=t_ref)
    sim = alone(replace(model, i_ext=currents), 65, dt=dt)
    sim.run(500.0)
    above = model.r_mem * currents > model.v_threshold - model.v_rest
    counts = np.bincount(spikes(sim)[1], minlength=65)
    assert (counts[~above] == 0).all()
    assert (counts[above] > 3).all()
    assert above.sum() > 33
    for k in np.flatnonzero(above):
        steps = expected_interval(currents[k], t_ref, dt, model)
        assert set(intervals(sim, k)) == {steps}
        rate = 1 / (t_ref + model.tau_mem * np.log(
            (model.r_mem * currents[k] - (model.v_reset - model.v_rest))
            / (model.r_mem * currents[k] - (model.v_threshold - model.v_rest))
        ))  # fmt: skip
        assert abs(1 / rate - steps * dt) <= dt * (1 + 1e-9)


def test_an_injected_current_counts_as_i_ext_does():
    one = alone(LIF(r_mem=0.7, i_ext=30.0), 3)
    other = alone(LIF(r_mem=0.7), 3, stimuli=[StepCurrent("a", amplitude=30.0)])
    for sim in (one, other):
        sim.run(200.0)
    assert len(spikes(one)[0]) > 10
    np.testing.assert_array_equal(spikes(one)[0], spikes(other)[0])


@pytest.mark.parametrize("tau_syn", [0.5, 5.0, 19.9999999, 20.0, 47.0])
@pytest.mark.parametrize("receptor", ["exc", "inh"])
def test_exponential_synapse(receptor, tau_syn):
    model = LIFExp(tau_exc=tau_syn, tau_inh=tau_syn, r_mem=0.8)
    psp = after_one_spike(model, 3.0, 60.0, receptor)[: len(TIMES)] - model.v_rest
    exact = (
        3.0
        * 0.8
        * exponential_psp(
            TIMES[: len(psp)], 20.0, tau_syn if tau_syn != 19.9999999 else 20.0
        )
    )
    np.testing.assert_allclose(psp, exact, atol=1e-8)
    gap = 1 / tau_syn - 1 / 20.0
    peak = 20.0 if abs(gap) < 1e-6 else np.log(20.0 / tau_syn) / gap
    assert abs(TIMES[psp.argmax()] - peak) <= DT
    assert psp.max() > 0.05


def test_a_jump_moves_the_voltage_by_its_weight():
    psp = after_one_spike(LIF(), 4.0, 30.0, "delta")[:200] + 65.0
    np.testing.assert_allclose(psp[1:], 4.0 * np.exp(-TIMES[1:200] / 20.0), rtol=1e-11)


@pytest.mark.parametrize("kind", [LIF, LIFExp, LIFAlpha, AdaptiveLIF, LIFCond])
def test_the_voltage_rests_while_refractory(kind):
    strong = 2000.0 if kind is LIFCond else 100.0
    sim = alone(kind(i_ext=strong, t_ref=1.5, v_reset=-61.0))
    voltage = trace(sim, 40.0)[:, 0]
    steps, _ = spikes(sim)
    assert len(steps) > 5
    for step in steps[:-1]:
        assert (voltage[step + 1 : step + 16] == -61.0).all()
        assert voltage[step + 16] > -61.0


def test_currents_go_on_while_refractory():
    sim = alone(LIFExp(i_ext=100.0, t_ref=5.0), initial={"i_exc": 3.0})
    current = trace(sim, 30.0, "i_exc")[:, 0]
    assert len(spikes(sim)[0]) > 2
    np.testing.assert_allclose(
        current, 3.0 * np.exp(-np.arange(301) * DT / 5.0), rtol=1e-11
    )
