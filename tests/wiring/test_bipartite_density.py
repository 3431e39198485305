"""How dense each layer becomes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.wiring import (
    erdos_renyi_densities,
    uniform_densities,
)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 200), st.integers(1, 200)), min_size=1, max_size=5),
    st.floats(0.01, 1),
)
def test_densities_add_up(shapes, density):
    sizes = np.array([a * b for a, b in shapes])
    for densities in (
        uniform_densities(shapes, density),
        erdos_renyi_densities(shapes, density),
    ):
        assert (densities <= 1 + 1e-12).all()
        assert (densities * sizes).sum() == pytest.approx(density * sizes.sum())
