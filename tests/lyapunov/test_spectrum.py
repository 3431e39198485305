"""Exponents by QR against closed forms."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.lyapunov import LinearMap, spectrum


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.floats(0.3, 2.0), min_size=1, max_size=4, unique_by=lambda x: round(x, 1)),
    st.integers(0, 99),
)
def test_linear_maps_have_the_logarithms_of_their_eigenvalues(values, seed):
    n = len(values)
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))[0]
    matrix = basis @ (np.diag(values) + np.triu(np.full((n, n), 0.1), 1)) @ basis.T
    found = spectrum(LinearMap(matrix, dt=0.5), np.zeros(n), 600, rng=seed)
    np.testing.assert_allclose(
        found.exponents, np.log(np.sort(values)[::-1]) / 0.5, atol=0.05
    )
    assert (np.diff(found.exponents) <= 0).all()
    np.testing.assert_allclose(found.vectors @ found.vectors.T, np.eye(n), atol=1e-9)
    np.testing.assert_array_equal(found.history[-1], found.exponents)
