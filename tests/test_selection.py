"""Choosing from many numbers: against a full sort, ties to the earlier one."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from neurosparse.selection import (
    highest,
    highest_of_all,
    highest_of_rows,
    kth_highest,
    largest_remainder,
    lowest,
    member,
    merged,
    pair_keys,
)

# few different values, so that there are ties
SCORES = arrays(np.float64, st.integers(1, 30), elements=st.integers(0, 4))
ROWS = arrays(
    np.float32, st.tuples(st.integers(1, 4), st.integers(1, 9)), elements=st.integers(0, 4)
)


@given(SCORES, st.integers(0, 30))
def test_the_k_best_are_those_of_a_stable_sort(scores, k):
    k = min(k, scores.size)
    best = np.sort(np.argsort(-scores, kind="stable")[:k])
    np.testing.assert_array_equal(highest(scores, k), best)
    np.testing.assert_array_equal(
        lowest(scores, k), np.sort(np.argsort(scores, kind="stable")[:k])
    )


@given(SCORES, st.data())
def test_the_best_of_several_arrays_are_those_of_all_together(scores, data):
    k = data.draw(st.integers(0, scores.size))
    cut = data.draw(st.integers(0, scores.size))
    parts = highest_of_all([scores[:cut], scores[cut:].reshape(-1, 1)], k)
    assert [part.shape for part in parts] == [(cut,), (scores.size - cut, 1)]
    chosen = np.flatnonzero(np.concatenate([part.ravel() for part in parts]))
    np.testing.assert_array_equal(chosen, highest(scores, k))


@given(ROWS, st.integers(1, 10))
def test_rows_are_chosen_from_one_by_one(rows, k):
    chosen = highest_of_rows(rows, k)
    edges = kth_highest(rows, k)
    for row, mask, edge in zip(rows, chosen, edges, strict=True):
        np.testing.assert_array_equal(np.flatnonzero(mask), highest(row, min(k, row.size)))
        assert edge[0] == np.sort(row)[::-1][min(k, row.size) - 1]


@given(st.lists(st.floats(0, 9), min_size=1, max_size=9), st.integers(0, 99))
def test_shares_add_up_and_are_off_by_less_than_one(weights, total):
    parts = largest_remainder(weights, total)
    assert sum(parts) == total
    whole = sum(weights)
    for weight, part in zip(weights, parts, strict=True):
        exact = weight / whole * total if whole > 0 else total / len(weights)
        assert abs(part - exact) < 1 + 1e-9 * total


@given(st.sets(st.integers(0, 50)), st.sets(st.integers(0, 50)))
def test_ascending_arrays_are_sets(a, b):
    one = np.array(sorted(a), np.int64)
    other = np.array(sorted(b - a), np.int64)
    np.testing.assert_array_equal(merged(one, other), sorted(a | b))
    np.testing.assert_array_equal(
        member(one, np.array(sorted(b), np.int64)), [x in b for x in sorted(a)]
    )


def test_keys_are_places_in_the_matrix():
    dense = np.zeros((3, 4), bool)
    dense.ravel()[pair_keys([0, 2], [3, 1], 4)] = True
    assert dense[0, 3]
    assert dense[2, 1]
    assert dense.sum() == 2


def test_what_cannot_be_chosen_is_refused():
    with pytest.raises(ValueError, match="scores: got NaN"):
        highest(np.array([np.nan]), 1)
    with pytest.raises(ValueError, match="keep: got 3"):
        highest(np.zeros(2), 3)
