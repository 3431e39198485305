"""Groups are blocks of the stated density."""

from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.wiring import (
    AllToAll,
    Groups,
)
from tests.strategies import SEEDS
from tests.wiring.drawn import SIZES, drawn, five_sigma


@given(st.integers(1, 4), SIZES, SIZES, SEEDS)
def test_groups_are_blocks(g, n_pre, n_post, seed):
    c = drawn(Groups(g, p_intra=1.0, p_inter=0.0), n_pre, n_post, seed)
    pre, post = Groups(g, 1.0, 0.0).bounds(n_pre, n_post)
    label = [
        np.searchsorted(bound, np.arange(bound[-1]), side="right") for bound in (pre, post)
    ]
    np.testing.assert_array_equal(c.to_dense(), label[0][:, None] == label[1])


@pytest.mark.parametrize("sizes", [4, (100, 0, 250, 150)])
def test_groups_have_the_stated_density(sizes):
    rule = Groups(sizes, p_intra=0.5, p_inter=0.05)
    expected = rule.expected_density(500, 500)
    if sizes == 4:
        assert expected == pytest.approx(0.5 / 4 + (1 - 1 / 4) * 0.05)
    c = rule.build(500, 500, rng=2)
    assert five_sigma(c.nnz, 250_000, expected)
    bound, _ = rule.bounds(500, 500)
    inside = sum(c.block(slice(a, b), slice(a, b)).nnz for a, b in pairwise(bound))
    assert five_sigma(inside, int(np.sum(np.diff(bound) ** 2)), 0.5)


def test_groups_of_other_sizes_on_the_other_side():
    c = Groups((2, 1), p_intra=1.0, p_inter=0.0, post_groups=(1, 3)).build(3, 4)
    assert c.to_dense().tolist() == [[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 1]]
    assert Groups(1, 1.0, 0.0, allow_self=False).build(3, 3) == AllToAll(
        allow_self=False
    ).build(3, 3)
