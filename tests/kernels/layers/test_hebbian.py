"""Products of activity on the stored synapses: compiled code against the law."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.layers.hebbian import add_products
from tests.strategies import connectivities


@given(connectivities(), st.integers(0, 4), st.integers(0, 2**32 - 1))
def test_compiled_equals_naive(c, samples, seed):
    rng = np.random.default_rng(seed)
    x, y = (rng.normal(size=(samples + 1, n)).astype(np.float32) for n in c.shape)
    decay = rng.random(c.n_post).astype(np.float32)
    made = []
    for backend in ("naive", "cpu"):
        weight = c.weights_array().copy()
        add_products(c.indptr, c.indices, weight, x, y, decay, 0.3, backend=backend)
        made.append(weight)
    np.testing.assert_allclose(made[0], made[1], rtol=1e-5, atol=1e-5)
