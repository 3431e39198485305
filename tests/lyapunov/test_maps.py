"""Systems with known exponents, and the step they are followed by."""

import numpy as np
import pytest

from neurosparse.lyapunov import Lorenz63, Rossler, entropy_rate, kaplan_yorke, spectrum
from neurosparse.lyapunov.maps import runge_kutta
from tests.lyapunov.networks import pushes_are_derivatives


@pytest.mark.parametrize(("system", "known", "dimension"), [
    (Lorenz63(dt=0.02), (0.906, 0.0, -14.572), 2.062),
    (Rossler(dt=0.05), (0.0714, 0.0, -5.394), 2.0132),
])  # fmt: skip
def test_known_attractors(system, known, dimension):
    found = spectrum(system, [1.0, 1.0, 1.0], 8_000, every=5, transient=500, rng=0)
    np.testing.assert_allclose(found.exponents, known, atol=0.04, rtol=0.01)
    assert kaplan_yorke(found.exponents) == pytest.approx(dimension, abs=0.01)
    assert entropy_rate(found.exponents) == pytest.approx(known[0], abs=0.05)
    pushes_are_derivatives(system, np.array([1.0, 2.0, 20.0]))


def test_runge_kutta_is_of_fourth_order():
    errors = []
    for n in (10, 20):
        x = np.ones(1)
        for _ in range(n):
            x = runge_kutta(lambda x: -x, x, 1 / n)
        errors.append(abs(x[0] - np.exp(-1)))
    assert 14 < errors[0] / errors[1] < 18


def test_the_wings_of_lorenz_turn_about_fixed_points():
    wing = np.sqrt(8 / 3 * 27)
    np.testing.assert_allclose(Lorenz63().flow(np.array([wing, wing, 27.0])), 0, atol=1e-12)


@pytest.mark.parametrize("system", [Lorenz63(), Rossler()])
def test_states_of_a_batch_are_stepped_alone(system):
    states = np.random.default_rng(0).normal(size=(2, 4, 3))
    batch = system.step(states, 0)
    for i in np.ndindex(2, 4):
        np.testing.assert_array_equal(system.step(states[i], 0), batch[i])
