"""All to all."""

import numpy as np
from hypothesis import given

from neurosparse.wiring import (
    AllToAll,
)
from tests.wiring.drawn import SIZES


@given(SIZES, SIZES)
def test_all_to_all(n, other):
    np.testing.assert_array_equal(
        AllToAll().build(n, other).to_dense(), np.ones((n, other))
    )
    np.testing.assert_array_equal(
        AllToAll(allow_self=False).build(n, n).to_dense(), 1 - np.eye(n)
    )
