"""Winners on a GPU: ties, signs and sizes, types that are refused."""

import numpy as np
import pytest

pytest.importorskip("triton")

from neurosparse.kernels.layers.k_winners import k_winners


@pytest.mark.parametrize(("size", "k"), [(1, 1), (1, 0), (5, 5), (33, 4), (300, 20)])
def test_winners_are_those_of_the_law_ties_and_signs_included(size, k):
    drawn = np.random.default_rng(size).integers(-3, 4, (3, size)).astype(np.float32) / 2
    drawn[0] = -0.0 if size % 2 else np.float32(-1e30)
    drawn[1, ::2] *= np.float32(1e-40)
    found = k_winners(drawn, k, backend="gpu")
    np.testing.assert_array_equal(found, k_winners(drawn, k, backend="naive"))
    assert found.shape == (3, k)


def test_winners_of_other_types_are_refused():
    with pytest.raises(ValueError, match="float32"):
        k_winners(np.zeros((2, 2)), 1, backend="gpu")
