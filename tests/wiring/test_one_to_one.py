"""One to one: the identity, on one population size only."""

import numpy as np
import pytest
from hypothesis import given

from neurosparse.wiring import OneToOne
from tests.wiring.drawn import SIZES


@given(SIZES)
def test_one_to_one(n):
    np.testing.assert_array_equal(
        OneToOne(weight=3.0).build(n, n).to_dense(), 3 * np.eye(n)
    )


def test_two_sizes_are_refused():
    with pytest.raises(ValueError, match=r"n_post: got 3.*OneToOne"):
        OneToOne().build(2, 3)
