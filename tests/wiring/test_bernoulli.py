"""Bernoulli: no pair twice, binomial degrees."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.wiring import (
    AllToAll,
    Bernoulli,
)
from tests.strategies import SEEDS
from tests.wiring.drawn import SIZES, drawn, five_sigma, has_pair_twice, has_self


@given(SIZES, SIZES, st.sampled_from([0.0, 0.3, 1.0]), SEEDS, st.booleans())
def test_bernoulli(n, other, p, seed, allow_self):
    n_pre, n_post = (other, n) if allow_self else (n, n)
    c = drawn(Bernoulli(p, allow_self), n_pre, n_post, seed)
    assert not has_pair_twice(c)
    assert allow_self or not has_self(c)
    if p in (0.0, 1.0):
        assert c.nnz == (0 if p == 0 else AllToAll(allow_self).build(n_pre, n_post).nnz)


@pytest.mark.parametrize("p", [0.001, 0.1, 0.7])
def test_bernoulli_degrees_are_binomial(p):
    c = Bernoulli(p).build(1000, 800, rng=5)
    assert five_sigma(c.nnz, 800_000, p)
    for degree, n in ((c.out_degree, 800), (c.in_degree, 1000)):
        variance = n * p * (1 - p)
        assert abs(degree.var() / variance - 1) < 5 * np.sqrt(
            2 / len(degree) + 1 / (variance * len(degree))
        )
