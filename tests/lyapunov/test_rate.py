"""Rate networks against what is known of them."""

import numpy as np
import pytest

from neurosparse.lyapunov import RateNetwork, separation_rate, spectrum
from tests.lyapunov.networks import gaussian, pushes_are_derivatives


def test_rate_networks_turn_chaotic_as_the_coupling_grows():
    found = {}
    for g in (0.5, 3.0):
        net = RateNetwork(gaussian(60, g), dt=0.1)
        start = np.random.default_rng(2).standard_normal(60)
        pushes_are_derivatives(net, start)
        found[g] = spectrum(net, start, 1500, k=4, every=5, transient=500, rng=0)
        rate = separation_rate(net, start, 1500, transient=500, rng=0)
        assert rate == pytest.approx(found[g].exponents[0], abs=0.05)
    assert found[0.5].exponents[0] < -0.2
    assert found[3.0].exponents[0] > 0.05


def test_a_silent_rate_network_has_the_spectrum_of_its_matrix():
    c = gaussian(12, 0.6)
    found = spectrum(RateNetwork(c, dt=0.1), np.zeros(12), 4000, rng=0)
    wanted = np.log(np.abs(1 + 0.1 * (np.linalg.eigvals(c.to_dense().T) - 1))) / 0.1
    np.testing.assert_allclose(found.exponents, np.sort(wanted)[::-1], atol=0.02)
