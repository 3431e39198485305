"""Branches that raise their input to a power, against their closed form."""

import numpy as np
import pytest

from neurosparse.neurons import (
    PoiraziMel,
    branch_response,
)
from tests.neurons.harness import alone, trace

DT = 0.1


def test_branches_multiply_what_they_get_together():
    """Eight synapses on one branch fire the neuron; the same eight spread over four do not."""
    model = PoiraziMel(branch_threshold=8.0, power=4.0, gain=120.0)

    def fired(**branches):
        sim = alone(model, initial=branches)
        sim.run(50.0)
        return len(sim.spikes("a").i)

    assert fired(b1=8.0) == fired(b4=8.0) > 0
    assert fired(b1=2.0, b2=2.0, b3=2.0, b4=2.0) == 0
    assert 4 * branch_response(2.0, 8.0, 4.0) < 0.02 < branch_response(8.0, 8.0, 4.0)


@pytest.mark.parametrize("power", [1.0, 2.0, 10.0])
def test_a_branch_follows_its_closed_form(power):
    """b^p decays p times faster: v - rest = gain (w/θ)^p τ/(τ_m - τ) (e^(-t/τ_m) - e^(-t/τ)), τ =
    τ_b/p.
    """
    model = PoiraziMel(
        power=power, tau_mem=15.0, tau_branch=20.0, gain=10.0, branch_threshold=5.0
    )
    v = trace(alone(model, initial={"b3": 6.0}), 50.0)[:, 0]
    t = DT * np.arange(len(v))
    tau = 20.0 / power
    expected = (
        10.0 * 1.2**power * tau / (15.0 - tau) * (np.exp(-t / 15.0) - np.exp(-t / tau))
    )
    peak = expected.max()
    fires = np.flatnonzero(-65.0 + expected > -50.0)
    end = fires[0] if fires.size else len(t)
    np.testing.assert_allclose(v[:end], (-65.0 + expected)[:end], atol=1e-9)
    assert peak > 1
