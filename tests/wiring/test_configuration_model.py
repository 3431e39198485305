"""The configuration model keeps degrees on both sides."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.wiring import (
    Bernoulli,
    ConfigurationModel,
)
from tests.strategies import SEEDS
from tests.wiring.drawn import SIZES, drawn, has_pair_twice, has_self


@given(SIZES, SIZES, SEEDS, st.booleans())
def test_configuration_model(n_pre, n_post, seed, multapses):
    # degrees of a wiring that exists can be had again
    wired = Bernoulli(0.4).build(n_pre, n_post, seed)
    c = drawn(
        ConfigurationModel(wired.in_degree, wired.out_degree, multapses),
        n_pre,
        n_post,
        seed,
    )
    np.testing.assert_array_equal(c.in_degree, wired.in_degree)
    np.testing.assert_array_equal(c.out_degree, wired.out_degree)
    assert multapses or not has_pair_twice(c)


def test_configuration_model_without_self():
    wired = Bernoulli(0.1, allow_self=False).build(80, 80, 3)
    c = drawn(
        ConfigurationModel(wired.in_degree, wired.out_degree, allow_self=False), 80, 80, 4
    )
    assert not has_self(c)
    assert c != wired


def test_configuration_model_is_random():
    degree = np.full(200, 5)
    a, b = (ConfigurationModel(degree, degree).build(200, 200, seed) for seed in (1, 2))
    assert a != b
    assert not has_pair_twice(a)


@pytest.mark.parametrize("allow_self", [False, True])
@pytest.mark.parametrize("share", [0.6, 0.8, 1.0])
def test_degrees_that_leave_few_pairs_out_are_met(share, allow_self):
    n = 12
    k = int(share * (n - 1 + allow_self))
    rule = ConfigurationModel([k] * n, [k] * n, allow_self=allow_self)
    c = rule.build(n, n, 3)
    c.validate()
    assert c.in_degree.tolist() == c.out_degree.tolist() == [k] * n
    assert c.to_dense().max() == 1
    assert allow_self or not c.to_dense().diagonal().any()
