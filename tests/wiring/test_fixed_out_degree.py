"""Fixed out-degree: degrees kept."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from neurosparse.wiring import (
    FixedOutDegree,
)
from tests.strategies import SEEDS
from tests.wiring.drawn import SIZES, drawn, has_pair_twice, has_self


@given(SIZES, SIZES, SEEDS, st.booleans(), st.booleans())
def test_fixed_out_degree(n, other, seed, multapses, allow_self):
    n_pre, n_post = (other, n) if allow_self else (n, n)
    k = np.random.default_rng(seed).integers(
        0, max(n_post - (not allow_self), 0) + 1, n_pre
    )
    c = drawn(FixedOutDegree(k, multapses, allow_self), n_pre, n_post, seed)
    np.testing.assert_array_equal(c.out_degree, k)
    assert multapses or not has_pair_twice(c)
    assert allow_self or not has_self(c)
