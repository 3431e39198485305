"""Pairs that are not connected: uniform, and the best by a score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring.absent import best_absent, split_keys, uniform_absent
from neurosparse.rewiring.layer import keys_of
from tests.rewiring.helpers import a_layer


def test_uniform_growth_is_uniform():
    support = Connectivity.from_dense([[1, 0, 0], [0, 0, 1]])
    rng = np.random.default_rng(0)
    counts = np.zeros(6)
    for _ in range(3000):
        counts[uniform_absent(keys_of(support), 6, 2, rng)] += 1
    assert counts[[0, 5]].sum() == 0
    assert np.abs(counts[1:5] / 1500 - 1).max() < 0.1
    with pytest.raises(ValueError, match=r"k: got 5, wants 0\.\.4"):
        uniform_absent(keys_of(support), 6, 5, rng)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 500), st.integers(0, 60), st.floats(0.1, 9))
def test_best_absent_does_not_depend_on_blocks(seed, k, factor):
    support = a_layer(9, 8, 0.3, seed).support
    scores = np.random.default_rng(seed).integers(-2, 5, (9, 8)).astype(float)
    keys = best_absent(support, lambda a, b: scores[a:b], k, factor)
    masked = np.where(support.to_dense() != 0, -1, scores).ravel()
    order = np.argsort(-masked, kind="stable")[:k]
    assert np.array_equal(keys, np.sort(order[masked[order] > 0]))


def test_keys_are_split_into_pairs():
    assert [part.tolist() for part in split_keys(np.array([0, 5, 7]), 3)] == [
        [0, 1, 2],
        [0, 2, 1],
    ]
