"""Exact steps of linear equations against SciPy's exponential, and how far they can rise."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from neurosparse.neurons import (
    decay,
    exponential_blend,
    firing_guard,
    lasting_lift,
    linear_step,
    settling_time,
    transfer,
)

RATE = st.floats(-20.0, 1.0)
DT = st.floats(1e-3, 10.0)


@st.composite
def systems(draw):
    """A stable or slowly growing system with some zeros, and its constant inputs."""
    n = draw(st.integers(1, 5))
    m = draw(st.integers(0, 2))
    entry = st.one_of(st.just(0.0), st.floats(-2.0, 2.0))
    rates = np.array(draw(st.lists(entry, min_size=n * n, max_size=n * n))).reshape(n, n)
    rates -= np.diag(draw(st.lists(st.floats(0.0, 5.0), min_size=n, max_size=n)))
    pushes = np.array(draw(st.lists(entry, min_size=n * m, max_size=n * m))).reshape(n, m)
    return rates, pushes


def by_scipy(dt, rates, pushes):
    """The same by one exponential of the joined matrix."""
    n, m = pushes.shape
    whole = np.zeros((n + m, n + m))
    whole[:n] = np.hstack([rates, pushes])
    return (expm(dt * whole) - np.eye(n + m))[:n]


@given(system=systems(), dt=DT)
@settings(max_examples=80, deadline=None)
def test_a_step_is_that_of_the_exponential(system, dt):
    rates, pushes = system
    expected = by_scipy(dt, rates, pushes)
    step = linear_step(dt, rates.tolist(), pushes.tolist())
    scale = max(np.abs(expected).max(initial=0.0), 1.0)
    np.testing.assert_allclose(step, expected, rtol=1e-11, atol=1e-12 * scale)


@given(system=systems(), dt=st.floats(1e-3, 1.0))
@settings(max_examples=20, deadline=None)
def test_a_mean_is_that_of_many_short_steps(system, dt):
    rates, pushes = system
    nodes, weights = np.polynomial.legendre.leggauss(16)
    times = dt * (nodes + 1.0) / 2.0
    expected = sum(
        w / 2.0 * by_scipy(t, rates, pushes) for t, w in zip(times, weights, strict=True)
    )
    step = linear_step(dt, rates.tolist(), pushes.tolist(), mean=True)
    scale = max(np.abs(expected).max(initial=0.0), 1.0)
    np.testing.assert_allclose(step, expected, rtol=1e-9, atol=1e-10 * scale)


def test_many_neurons_and_many_steps_at_once():
    """Arrays of parameters, or of dt, give what each gives alone."""
    taus = np.array([2.0, 20.0, 20.0])
    steps = np.array([0.1, 1.0, 30.0])
    whole = linear_step(0.1, [[-1 / taus, 1.0], [0.0, -0.2]], [[taus], [0.0]])
    long = linear_step(steps, [[-0.05, 1.0], [0.0, -0.2]], [[1.0], [0.0]])
    assert whole.shape == long.shape == (2, 3, 3)
    for k in range(3):
        alone = linear_step(0.1, [[-1 / taus[k], 1.0], [0.0, -0.2]], [[taus[k]], [0.0]])
        np.testing.assert_allclose(whole[..., k], alone, rtol=1e-13)
        alone = linear_step(steps[k], [[-0.05, 1.0], [0.0, -0.2]], [[1.0], [0.0]])
        np.testing.assert_allclose(long[..., k], alone, rtol=1e-13)


def test_what_is_small_keeps_its_digits():
    """e^x - 1 loses all digits of x = 1e-12 where it is taken as a difference."""
    step = linear_step(1e-12, [[-1.0]], [[]])
    np.testing.assert_allclose(step[0, 0], np.expm1(-1e-12), rtol=1e-15)


@given(dt=DT, a=RATE, b=RATE, near=st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_blend_is_the_difference_of_exponentials(dt, a, b, near):
    b = a * (1 + 1e-13) if near else b
    with mpmath.workdps(60):  # SciPy's exponential is wrong for close rates
        h, x, y = map(mpmath.mpf, (dt, a, b))
        share = mpmath.expm1((x - y) * h) / (x - y) if a != b else h
        expected = float(mpmath.exp(y * h) * share)
    blend = exponential_blend(dt, a, b)
    np.testing.assert_allclose(blend, expected, rtol=1e-12)
    assert blend == exponential_blend(dt, b, a)


def test_a_blend_of_fast_rates_does_not_overflow():
    assert exponential_blend(1.0, -1e6, -2e6) == 0.0
    np.testing.assert_allclose(exponential_blend(10.0, -1e6, 0.0), 1e-6)


@pytest.mark.parametrize(("tau_mem", "tau_syn"), [(20.0, 5.0), (5.0, 5.0), (2.0, 80.0)])
def test_as_the_propagators(tau_mem, tau_syn):
    blend = exponential_blend(0.1, -1 / tau_mem, -1 / tau_syn) / tau_mem
    np.testing.assert_allclose(blend, transfer(0.1, tau_mem, tau_syn), rtol=1e-13)
    own = linear_step(0.1, [[-1 / tau_mem]], [[]])
    np.testing.assert_allclose(1.0 + own[0, 0], decay(0.1, tau_mem), rtol=1e-15)


@given(tau=st.floats(1.0, 100.0), tau_syn=st.floats(1.0, 100.0), t=st.floats(0.1, 500.0))
def test_no_response_is_above_its_lift(tau, tau_syn, t):
    response = exponential_blend(t, -1 / tau, -1 / tau_syn)
    assert response <= lasting_lift(0.1, -1 / tau, -1 / tau_syn)


def test_a_lift_is_reached():
    t = np.linspace(0.1, 50.0, 10_000)
    highest = exponential_blend(t, -0.05, -0.2).max()
    assert 0.999 < highest / lasting_lift(0.1, -0.05, -0.2) < 1.0


def test_what_does_not_decay_has_no_guard():
    assert firing_guard(0.1, -50.0, -65.0, -0.05, 0.0) == -np.inf
    assert firing_guard(0.1, -50.0, -65.0, np.array([-0.05, 0.1])).tolist() == [-np.inf] * 2
    assert -50.1 < firing_guard(0.1, -50.0, -65.0, -0.05, -0.2) < -50.0
    assert settling_time(np.array([-0.1, 0.0, 2.0])).tolist() == [10.0, 1.0, 1.0]
