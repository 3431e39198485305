"""Barabási-Albert: in-degrees follow the closed form."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from scipy.special import gammaln

from neurosparse.wiring import (
    BarabasiAlbert,
)
from tests.strategies import SEEDS
from tests.wiring.drawn import drawn, has_pair_twice, has_self


@given(st.integers(1, 5), st.integers(0, 20), SEEDS)
def test_barabasi_albert(m, more, seed):
    n = m + 1 + more
    c = drawn(BarabasiAlbert(m), n, n, seed)
    assert np.all(c.out_degree == m)
    assert not has_pair_twice(c)
    assert not has_self(c)
    pre, post = c.edges()
    assert np.all((post < pre) | (pre <= m))


@pytest.mark.parametrize("appeal", [None, 2.0])
def test_scale_free_in_degrees_follow_the_closed_form(appeal):
    """P(k) = (1 + a/m) Γ(a + 1 + a/m) Γ(k + a) / (Γ(a) Γ(k + a + 2 + a/m)), a tail of exponent 2 +
    a/m.
    """
    m, n = 4, 100_000
    a = appeal or m
    degree = BarabasiAlbert(m, appeal).build(n, n, rng=1).in_degree
    k = np.arange(400)
    logs = gammaln(a + 1 + a / m) - gammaln(a) + gammaln(k + a) - gammaln(k + a + 2 + a / m)
    law = (1 + a / m) * np.exp(logs)
    assert np.polyfit(np.log(k[200:]), np.log(law[200:]), 1)[0] == pytest.approx(
        -2 - a / m, abs=0.1
    )
    for at_least in (1, 4, 10, 30, 100):
        expected = n * (1 - law[:at_least].sum())
        assert abs(np.sum(degree >= at_least) - expected) < 0.02 * expected + 5 * np.sqrt(
            expected
        )
