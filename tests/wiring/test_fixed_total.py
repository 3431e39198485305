"""A fixed number of synapses in all."""

import hypothesis.strategies as st
from hypothesis import given

from neurosparse.wiring import (
    FixedTotal,
)
from tests.strategies import SEEDS
from tests.wiring.drawn import SIZES, drawn, has_pair_twice, has_self


@given(SIZES, SIZES, st.floats(0, 1), SEEDS, st.booleans())
def test_fixed_total(n, other, share, seed, allow_self):
    n_pre, n_post = (other, n) if allow_self else (n, n)
    cells = n_pre * n_post if allow_self else n * max(n - 1, 0)
    c = drawn(FixedTotal(round(share * cells), allow_self=allow_self), n_pre, n_post, seed)
    assert c.nnz == round(share * cells)
    assert not has_pair_twice(c)
    assert allow_self or not has_self(c)
    if cells:
        assert drawn(FixedTotal(50, True, allow_self), n_pre, n_post, seed).nnz == 50
