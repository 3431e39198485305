"""The kernels that change weights between steps follow their law."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.spikes.weight_update import reward, scale_targets


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_kernels_follow_the_law(n, seed):
    rng = np.random.default_rng(seed)
    weight, eligible = (rng.normal(0, 2, n).astype(np.float32) for _ in range(2))
    made = {}
    for backend in ("naive", "cpu"):
        w, e = weight.copy(), eligible.copy()
        reward(w, e, 0.7, 0.9, -1.0, 1.5, backend=backend)
        made[backend] = w, e
    np.testing.assert_allclose(made["naive"], made["cpu"], rtol=1e-6)
    indices = rng.integers(0, 5, n).astype(np.uint16)
    for backend in ("naive", "cpu"):
        w = weight.copy()
        scale_targets(
            indices, w, np.linspace(0, 2, 5, dtype=np.float32), 1.5, backend=backend
        )
        made[backend] = w
    np.testing.assert_allclose(made["naive"], made["cpu"], rtol=1e-6)
    assert (np.abs(made["cpu"]) <= 1.5).all()
