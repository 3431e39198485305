"""Fixed in-degree: degrees kept, every source alike."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given
from scipy import stats

from neurosparse.wiring import (
    FixedInDegree,
)
from tests.strategies import SEEDS
from tests.wiring.drawn import SIZES, drawn, has_pair_twice, has_self


@given(SIZES, SIZES, SEEDS, st.booleans(), st.booleans())
def test_fixed_in_degree(n, other, seed, multapses, allow_self):
    n_pre, n_post = (other, n) if allow_self else (n, n)
    k = np.random.default_rng(seed).integers(
        0, max(n_pre - (not allow_self), 0) + 1, n_post
    )
    c = drawn(FixedInDegree(k, multapses, allow_self), n_pre, n_post, seed)
    np.testing.assert_array_equal(c.in_degree, k)
    assert multapses or not has_pair_twice(c)
    assert allow_self or not has_self(c)


def test_fixed_in_degree_draws_every_source_alike():
    c = FixedInDegree(20).build(50, 4000, rng=1)
    expected = 4000 * 20 / 50
    chi = np.sum((c.out_degree - expected) ** 2 / expected) / (1 - 20 / 50)
    assert stats.chi2.sf(chi, 49) > 1e-3
