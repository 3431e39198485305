"""Neurons against formulas on paper: firing rates, postsynaptic potentials, refractoriness,
adaptation.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from neurosparse.neurons import LIF, AdaptiveLIF, LeakyIntegrator, LIFAlpha, LIFCond, LIFExp
from neurosparse.stimuli import StepCurrent
from tests.neurons.harness import after_one_spike, alone, intervals, spikes, trace

DT = 0.1
TIMES = np.arange(601) * DT


def exponential_psp(t, tau_mem, tau_syn):
    """Rise and decay of the membrane after a jump of 1 in a current that decays (closed form of the
    ODE).
    """
    if tau_mem == tau_syn:
        return t / tau_mem * np.exp(-t / tau_mem)
    return tau_syn / (tau_mem - tau_syn) * (np.exp(-t / tau_mem) - np.exp(-t / tau_syn))


def alpha_psp(t, tau_mem, tau_syn):
    """The same for an alpha current that reaches 1 at t = tau_syn."""
    if tau_mem == tau_syn:
        return np.e * t**2 / (2 * tau_mem**2) * np.exp(-t / tau_mem)
    gap = 1 / tau_syn - 1 / tau_mem
    shape = np.exp(-t / tau_mem) - (1 + gap * t) * np.exp(-t / tau_syn)
    return np.e / (tau_mem * tau_syn) / gap**2 * shape


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
        * exponential_psp(TIMES[: len(psp)], 20.0, tau_syn if tau_syn != 19.9999999 else 20.0)
    )
    np.testing.assert_allclose(psp, exact, atol=1e-8)
    gap = 1 / tau_syn - 1 / 20.0
    peak = 20.0 if abs(gap) < 1e-6 else np.log(20.0 / tau_syn) / gap
    assert abs(TIMES[psp.argmax()] - peak) <= DT
    assert psp.max() > 0.05


@pytest.mark.parametrize("tau_syn", [0.5, 5.0, 18.0, 19.9999999, 20.0, 47.0])
@pytest.mark.parametrize("receptor", ["exc", "inh"])
def test_alpha_synapse(receptor, tau_syn):
    model = LIFAlpha(tau_exc=tau_syn, tau_inh=tau_syn, r_mem=0.8)
    psp = after_one_spike(model, 3.0, 60.0, receptor)[: len(TIMES)] - model.v_rest
    exact = (
        3.0 * 0.8 * alpha_psp(TIMES[: len(psp)], 20.0, tau_syn if tau_syn != 19.9999999 else 20.0)
    )
    np.testing.assert_allclose(psp, exact, atol=2e-7)
    assert psp.max() > 0.05


def test_alpha_current_peaks_at_its_weight_after_tau():
    sim = alone(LIFAlpha(tau_exc=4.0), initial={"rise_exc": 2.5})
    current = trace(sim, 20.0, "i_exc")[:, 0]
    assert current.argmax() == 40
    np.testing.assert_allclose(current[40], 2.5, rtol=1e-12)


def test_a_jump_moves_the_voltage_by_its_weight():
    psp = after_one_spike(LIF(), 4.0, 30.0, "delta")[:200] + 65.0
    np.testing.assert_allclose(psp[1:], 4.0 * np.exp(-TIMES[1:200] / 20.0), rtol=1e-11)


def test_leaky_integrator_is_exact():
    model = LeakyIntegrator(tau_mem=7.0, v_rest=1.0, r_mem=2.0, i_ext=3.0)
    found = trace(alone(model, initial={"v": -4.0}), 30.0)[:, 0]
    np.testing.assert_allclose(
        found, 7.0 + (-4.0 - 7.0) * np.exp(-np.arange(301) * DT / 7.0), rtol=1e-12
    )


def test_leaky_integrator_sums_what_reaches_it():
    psp = after_one_spike(LeakyIntegrator(tau_mem=7.0), 1.5, 20.0, "delta")
    np.testing.assert_allclose(psp, 1.5 * np.exp(-np.arange(len(psp)) * DT / 7.0), rtol=1e-6)


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
    np.testing.assert_allclose(current, 3.0 * np.exp(-np.arange(301) * DT / 5.0), rtol=1e-11)


class TestConductances:
    """LIFCond: where the voltage goes, and that it never passes a reversal potential."""

    quiet = LIFCond(v_threshold=1000.0, v_reset=-60.0)

    @pytest.mark.parametrize(("g_exc", "g_inh"), [(4.0, 0.0), (0.0, 9.0), (30.0, 11.0)])
    def test_steady_state(self, g_exc, g_inh):
        model = replace(self.quiet, tau_exc=1e12, tau_inh=1e12, i_ext=50.0)
        end = trace(alone(model, initial={"g_exc": g_exc, "g_inh": g_inh}), 400.0)[-1, 0]
        pulled = 10.0 * -70.0 + g_exc * 0.0 + g_inh * -80.0 + 50.0
        np.testing.assert_allclose(end, pulled / (10.0 + g_exc + g_inh), rtol=1e-6)

    def test_constant_conductance_is_exact(self):
        model = replace(self.quiet, tau_exc=1e12)
        found = trace(alone(model, initial={"g_exc": 5.0}, dt=2.0), 60.0)[:, 0]
        end = -700.0 / 15.0
        rate = 15.0 / 200.0
        np.testing.assert_allclose(
            found, end + (-70.0 - end) * np.exp(-rate * 2.0 * np.arange(31)), rtol=1e-9
        )

    @pytest.mark.parametrize(("start", "sign"), [(-90.0, 1), (-80.0, 0), (-70.0, -1)])
    def test_inhibition_changes_sign_at_its_reversal(self, start, sign):
        model = replace(self.quiet, v_rest=start)
        moved = trace(alone(model, initial={"v": start, "g_inh": 5.0}), 20.0)[:, 0] - start
        if sign:
            assert (np.sign(moved[1:]) == sign).all()
            assert abs(moved).max() > 1.0
        else:
            np.testing.assert_allclose(moved, 0.0, atol=1e-12)

    def test_no_input_drives_past_the_reversal(self):
        model = replace(self.quiet, tau_exc=100.0)
        found = trace(alone(model, initial={"g_exc": 1e6}), 50.0)
        assert -0.1 < found.max() <= 0.0


class TestAdaptation:
    """AdaptiveLIF: nothing to adapt makes it LIFExp; adaptation decays and slows as on paper."""

    def test_without_adaptation_it_is_a_plain_neuron(self):
        start = {"v": np.linspace(-65.0, -50.0, 64), "i_exc": np.linspace(0.0, 40.0, 64)}
        one = alone(AdaptiveLIF(add_w=0.0, i_ext=20.0), 64, start)
        other = alone(LIFExp(i_ext=20.0), 64, start)
        for sim in (one, other):
            sim.run(200.0)
        assert len(spikes(one)[0]) > 64
        np.testing.assert_array_equal(spikes(one), spikes(other))

    def test_current_and_lift_decay_between_spikes(self):
        sim = alone(AdaptiveLIF(add_w=2.0, add_lift=3.0), initial={"v": -49.0})
        sim.step()
        assert len(spikes(sim)[0]) == 1
        w = trace(sim, 20.0, "w")[:, 0]
        lift = sim.state("a", "lift")[0]
        np.testing.assert_allclose(w, 2.0 * np.exp(-np.arange(201) * DT / 100.0), rtol=1e-12)
        np.testing.assert_allclose(lift, 3.0 * np.exp(-20.0 / 50.0), rtol=1e-12)

    def test_the_adaptation_current_hyperpolarises(self):
        found = trace(alone(AdaptiveLIF(), initial={"w": 2.0}), 50.0)[:, 0]
        np.testing.assert_allclose(
            found, -65.0 - 2.0 * exponential_psp(np.arange(501) * DT, 20.0, 100.0), rtol=1e-10
        )

    def test_threshold_adaptation_settles_where_it_reproduces_itself(self):
        sim = alone(AdaptiveLIF(add_w=0.0, add_lift=4.0, i_ext=40.0))
        sim.run(1500.0)
        found = intervals(sim) * DT

        def missing(interval):
            lift = 4.0 / np.expm1(interval / 50.0)
            free = interval - 2.0 + DT  # the step in which it fires is the first refractory one
            return -25.0 - 40.0 * np.exp(-free / 20.0) - (-50.0 + lift)

        assert found[0] < found[1] < found[-1]
        # rounding up to the grid costs up to a step each time
        assert abs(found[-20:].mean() - brentq(missing, 3.0, 200.0) - DT / 2) <= DT

    def test_current_adaptation_lengthens_the_intervals(self):
        sim = alone(AdaptiveLIF(add_w=1.5, i_ext=30.0))
        sim.run(800.0)
        found = intervals(sim)
        assert len(found) > 5
        assert (np.diff(found[:4]) > 0).all()
        assert found[-1] > 1.3 * found[0]
