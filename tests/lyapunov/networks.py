"""Random networks, and the derivative of a step by differences."""

import numpy as np

from neurosparse.connectivity import Connectivity


def gaussian(n, g, seed=0):
    w = np.random.default_rng(seed).standard_normal((n, n)) * g / np.sqrt(n)
    return Connectivity.from_dense(w * (1 - np.eye(n)))


def pushes_are_derivatives(system, state, h=1e-6):
    vectors = np.random.default_rng(1).standard_normal((3, len(state)))
    numeric = [
        (system.step(state + h * v, 4) - system.step(state - h * v, 4)) / (2 * h)
        for v in vectors
    ]
    np.testing.assert_allclose(
        system.push(state, vectors, 4), numeric, rtol=1e-6, atol=1e-8
    )
    assert np.abs(numeric).max() > 1e-3
