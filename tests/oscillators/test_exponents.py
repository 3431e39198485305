"""The derivative of a step, and what exponents must be."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.lyapunov import spectrum
from neurosparse.oscillators import Kuramoto, KuramotoMap


def test_the_derivative_is_that_of_differences():
    rng = np.random.default_rng(0)
    wiring = Connectivity.from_dense(rng.standard_normal((6, 6)))
    system = KuramotoMap(Kuramoto(wiring, rng.standard_normal(6), 1.3, lag=0.4))
    state = rng.uniform(0, 6, 6)
    vectors = rng.standard_normal((3, 6))
    moved = system.push(state, vectors, 0)
    for vector, end in zip(vectors, moved, strict=True):
        ahead, behind = (system.step(state + h * vector, 0) for h in (1e-6, -1e-6))
        np.testing.assert_allclose((ahead - behind) / 2e-6, end, atol=1e-7)
    both = system.step(np.stack([state, state]), 0)
    assert np.array_equal(both[0], system.step(state, 0))


def test_what_is_locked_has_one_exponent_of_zero():
    wiring = Connectivity.from_dense(np.full((5, 5), 0.4))
    system = KuramotoMap(Kuramoto(wiring, np.linspace(-0.3, 0.3, 5)))
    run = spectrum(system, np.zeros(5), 600, transient=600, rng=0)
    assert abs(run.exponents[0]) < 1e-6
    assert (run.exponents[1:] < -0.5).all()
    with pytest.raises(ValueError, match="one with noise"):
        KuramotoMap(Kuramoto(wiring, 0.0, noise=1.0))
