"""Alpha currents against formulas on paper."""

import numpy as np
import pytest

from neurosparse.neurons import LIFAlpha
from tests.neurons.formulas import TIMES
from tests.neurons.harness import after_one_spike, alone, trace


def alpha_psp(t, tau_mem, tau_syn):
    """The same for an alpha current that reaches 1 at t = tau_syn."""
    if tau_mem == tau_syn:
        return np.e * t**2 / (2 * tau_mem**2) * np.exp(-t / tau_mem)
    gap = 1 / tau_syn - 1 / tau_mem
    shape = np.exp(-t / tau_mem) - (1 + gap * t) * np.exp(-t / tau_syn)
    return np.e / (tau_mem * tau_syn) / gap**2 * shape


@pytest.mark.parametrize("tau_syn", [0.5, 5.0, 18.0, 19.9999999, 20.0, 47.0])
@pytest.mark.parametrize("receptor", ["exc", "inh"])
def test_alpha_synapse(receptor, tau_syn):
    model = LIFAlpha(tau_exc=tau_syn, tau_inh=tau_syn, r_mem=0.8)
    psp = after_one_spike(model, 3.0, 60.0, receptor)[: len(TIMES)] - model.v_rest
    exact = (
        3.0
        * 0.8
        * alpha_psp(TIMES[: len(psp)], 20.0, tau_syn if tau_syn != 19.9999999 else 20.0)
    )
    np.testing.assert_allclose(psp, exact, atol=2e-7)
    assert psp.max() > 0.05


def test_alpha_current_peaks_at_its_weight_after_tau():
    sim = alone(LIFAlpha(tau_exc=4.0), initial={"rise_exc": 2.5})
    current = trace(sim, 20.0, "i_exc")[:, 0]
    assert current.argmax() == 40
    np.testing.assert_allclose(current[40], 2.5, rtol=1e-12)
