"""The engine's Triton kernels against the laws: odd sizes, nothing, duplicates, order of sums,
translation.
"""

import numpy as np
import pytest

pytest.importorskip("triton")

from neurosparse.kernels.layers.k_winners import k_winners
from neurosparse.kernels.memory.overlap import overlap


@pytest.mark.parametrize("shape", [(1, 130, 1), (70, 3, 2), (65, 66, 3)], ids=str)
def test_overlaps_beyond_one_tile_are_those_of_the_law(shape):
    n, m, words = shape
    a, b = (
        np.random.default_rng(k).integers(0, 2**64, (k, words), dtype=np.uint64)
        for k in (n, m)
    )
    found = overlap(a, b, backend="gpu")
    np.testing.assert_array_equal(found, np.bitwise_count(a[:, None] & b).sum(2))
    assert found.min() > 4


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
