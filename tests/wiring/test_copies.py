"""Copies of one wiring side by side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.wiring import Bernoulli, Copies, Uniform
from tests.strategies import SEEDS, connectivities


@given(connectivities(), st.integers(1, 4))
def test_copies_are_blocks_on_the_diagonal(one, copies):
    every = Copies(one, copies).build(copies * one.n_pre, copies * one.n_post)
    every.validate()
    expected = np.kron(np.eye(copies), one.to_dense())
    np.testing.assert_array_equal(every.to_dense(), expected)
    delays = np.tile(one.delay_steps_array(), copies)
    np.testing.assert_array_equal(every.delay_steps_array(), delays)


@given(SEEDS)
def test_a_rule_is_drawn_once_from_the_seed_it_would_have_alone(seed):
    rule = Bernoulli(0.4, weight=Uniform(0, 1), delay_steps=Uniform(0, 5))
    every = Copies(rule, 3).build(15, 21, seed)
    alone = rule.build(5, 7, seed)
    for k in range(3):
        block = every.block(slice(5 * k, 5 * k + 5), slice(7 * k, 7 * k + 7))
        assert block.to_connectivity() == alone


def test_each_copy_may_have_one_weight_of_its_own():
    one = Connectivity.from_dense([[1, 1]])
    weights = Copies(one, 2, weight=[0.5, 2.0]).build(2, 4).weights_array()
    assert weights.tolist() == [0.5, 0.5, 2.0, 2.0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Copies(Bernoulli(0.1), 0), "Copies.copies: got 0"),
        (
            lambda: Copies(Bernoulli(0.1), 2, weight=[1.0]),
            r"Copies.weight: got shape \(1,\)",
        ),
        (
            lambda: Copies(Bernoulli(0.1), 2).build(3, 4),
            "n_pre: got 3, wants a multiple of",
        ),
        (
            lambda: Copies(Connectivity.empty(2, 2), 2).build(2, 4),
            r"Copies.base: got shape",
        ),
    ],
)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
