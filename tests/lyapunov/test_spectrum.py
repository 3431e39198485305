"""Exponents by QR against closed forms."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.lyapunov import LinearMap, spectrum


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=1, max_size=4, unique=True), st.integers(0, 99))
def test_linear_maps_have_the_logarithms_of_their_eigenvalues(powers, seed):
    # far enough apart: eigenvalues that are close converge slowly
    values = 0.3 * 1.25 ** np.array(powers)
    n = len(values)
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))[0]
    matrix = basis @ (np.diag(values) + np.triu(np.full((n, n), 0.1), 1)) @ basis.T
    # other vectors than the basis, from which no vector would ever turn away
    found = spectrum(LinearMap(matrix, dt=0.5), np.zeros(n), 600, rng=seed + 1000)
    exponents = np.log(np.sort(values)[::-1]) / 0.5
    np.testing.assert_allclose(found.exponents, exponents, atol=0.02)
    assert (np.diff(found.exponents) <= 0).all()
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(n), atol=1e-9)
    np.testing.assert_array_equal(found.history[-1], found.exponents)
