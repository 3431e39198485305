"""The neuron without a leak: every bit of input is a part of a spike."""

import numpy as np
import pytest

from neurosparse.neurons import IntegrateFire
from neurosparse.stimuli import StepCurrent
from tests.neurons.harness import after_one_spike, alone, spikes, trace


@pytest.mark.parametrize("t_ref", [0.0, 1.0])
def test_spikes_are_what_has_come_in(t_ref):
    currents = np.linspace(-0.05, 0.31, 37) + 1e-4
    model = IntegrateFire(v_threshold=2.0, i_ext=currents, t_ref=t_ref)
    sim = alone(model, 37)
    sim.run(200.0)
    counts = np.bincount(spikes(sim)[1], minlength=37)
    assert (counts == np.maximum(np.floor(currents * 200.0 / 2.0), 0)).all()
    # what is left is remembered, on either side
    left = sim.state("a", "v")
    np.testing.assert_allclose(left, currents * 200.0 - 2.0 * counts, atol=1e-9)


def test_an_injected_current_counts_as_i_ext_does():
    one = alone(IntegrateFire(i_ext=0.07), 2)
    other = alone(IntegrateFire(), 2, stimuli=[StepCurrent("a", amplitude=0.07)])
    for sim in (one, other):
        sim.run(100.0)
    assert len(spikes(one)[0]) == 14
    np.testing.assert_array_equal(spikes(one)[0], spikes(other)[0])


@pytest.mark.parametrize("dt", [0.1, 0.5])
def test_a_spike_brings_its_weight_times_the_time_constant(dt):
    model = IntegrateFire(tau_syn=4.0)
    v = after_one_spike(model, -0.2, 60.0, "current", dt)
    t = np.arange(len(v)) * dt
    lag = t[np.flatnonzero(v)[0]] - dt
    exact = np.where(t > lag, 0.2 * 4.0 * np.expm1(-(t - lag) / 4.0), 0.0)
    np.testing.assert_allclose(v, exact, atol=1e-12)
    assert v[-1] == pytest.approx(-0.8, abs=1e-5)


def test_a_refractory_neuron_gathers_and_waits():
    v = trace(alone(IntegrateFire(i_ext=0.45, t_ref=5.0)), 10.0)
    assert v.max() > 1.9
    with pytest.raises(ValueError, match=r"IntegrateFire.tau_syn: got 0.0"):
        IntegrateFire(tau_syn=0.0)
