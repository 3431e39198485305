"""Leaky integrators against formulas on paper."""

import numpy as np

from neurosparse.neurons import LeakyIntegrator
from tests.neurons.formulas import DT
from tests.neurons.harness import after_one_spike, alone, trace


def test_leaky_integrator_is_exact():
    model = LeakyIntegrator(tau_mem=7.0, v_rest=1.0, r_mem=2.0, i_ext=3.0)
    found = trace(alone(model, initial={"v": -4.0}), 30.0)[:, 0]
    np.testing.assert_allclose(
        found, 7.0 + (-4.0 - 7.0) * np.exp(-np.arange(301) * DT / 7.0), rtol=1e-12
    )


def test_leaky_integrator_sums_what_reaches_it():
    psp = after_one_spike(LeakyIntegrator(tau_mem=7.0), 1.5, 20.0, "delta")
    np.testing.assert_allclose(
        psp, 1.5 * np.exp(-np.arange(len(psp)) * DT / 7.0), rtol=1e-6
    )
