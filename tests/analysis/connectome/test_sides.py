"""Sides that are copies of each other, shuffled and damaged."""

import numpy as np
import pytest

from neurosparse.analysis import match_sides
from neurosparse.connectivity import Connectivity


def two_sides(n=30, lost=0.0, extra=0, seed=0):
    """A random side, its shuffled copy with some edges lost, and where each neuron went."""
    rng = np.random.default_rng(seed)
    table = np.where(rng.random((n, n)) < 0.2, rng.integers(1, 9, (n, n)), 0)
    np.fill_diagonal(table, 0)
    order = rng.permutation(n)
    other = table * (rng.random((n, n)) >= lost)
    whole = np.zeros((2 * n + extra, 2 * n + extra), np.float32)
    whole[:n, :n] = table
    whole[n : 2 * n, n : 2 * n] = other[np.ix_(order, order)]
    # left neuron order[k] is right neuron n + k
    return Connectivity.from_dense(whole), n + np.argsort(order)


def test_seeds_lead_to_the_other_neurons():
    c, partner = two_sides()
    seeds = np.stack([np.arange(6), partner[:6]], axis=1)
    match = match_sides(c, np.arange(30), np.arange(30, 60), seeds, rng=0)
    assert match.left.tolist() == list(range(30))
    assert match.right.tolist() == partner.tolist()
    assert match.overlap == pytest.approx(1.0)
    assert match.seeded.sum() == 6


def test_damaged_and_unequal_sides():
    c, partner = two_sides(lost=0.1, extra=2)
    right = np.arange(30, 62)
    seeds = np.stack([np.arange(8), partner[:8]], axis=1)
    match = match_sides(c, np.arange(30), right, seeds, rng=0)
    assert (match.right[match.left] == partner[match.left]).mean() > 0.8
    assert 0.8 < match.overlap < 1.0


def test_restarts_never_make_it_worse():
    c, _ = two_sides(n=12)
    sides = np.arange(12), np.arange(12, 24)
    one = match_sides(c, *sides, rng=1)
    assert match_sides(c, *sides, restarts=4, rng=1).overlap >= one.overlap


@pytest.mark.parametrize(
    ("right", "seeds", "words"),
    [
        ([2, 3], (), "neuron 2 on both sides"),
        ([3, 4, 5], [[0, 1]], "seeds"),
        ([3, 4, 5], [[0, 3], [0, 4]], "seeds"),
        ([3, 4, 5], [0, 3], "seeds"),
        ([3, 99], (), "right: got 99"),
    ],
)
def test_bad_sides_are_named(right, seeds, words):
    c, _ = two_sides(n=3)
    with pytest.raises(ValueError, match=words):
        match_sides(c, [0, 1, 2], right, seeds)
