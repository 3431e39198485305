"""Random layers of a given density."""

import numpy as np
import pytest

from neurosparse.wiring import FixedTotal, RandomEdges


def test_a_random_layer_is_a_fixed_total_of_its_size():
    assert RandomEdges(0.1).build(30, 40, 3) == FixedTotal(120).build(30, 40, 3)
    assert RandomEdges(0.0).build(5, 5, 1).nnz == 0
    assert RandomEdges(1.0).build(5, 4, 1).nnz == 20


def test_densities_out_of_range_are_refused():
    for density in (-0.1, 1.5, np.nan):
        with pytest.raises(ValueError, match=r"density: got"):
            RandomEdges(density)
