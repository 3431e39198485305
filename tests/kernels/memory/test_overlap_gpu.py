"""Overlaps on a GPU: odd sizes beyond one tile."""

import numpy as np
import pytest

pytest.importorskip("triton")

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
