"""Weights dealt out anew: what is sent stays, what is received comes back, Boltzmann between."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.graphs.match_strengths import Sending, match_strengths


def energy(sending, goal, source):
    sums = np.bincount(sending.target, sending.weight[source], minlength=len(goal))
    return float(((sums - goal) ** 2).sum())


@given(st.integers(0, 999), st.integers(0, 4), st.integers(1, 5))
@settings(max_examples=25)
def test_segments_keep_their_weights_and_the_energy_falls(seed, segments, n):
    rng = np.random.default_rng(seed)
    start = np.concatenate(([0], np.cumsum(rng.integers(0, 5, segments))))
    nnz = int(start[-1])
    weight = rng.integers(-4, 9, nnz).astype(np.float64)
    sending = Sending(start, rng.integers(0, n, nnz).astype(np.int32), weight)
    goal = rng.integers(0, 9, n).astype(np.float64)
    segment = np.repeat(np.arange(segments), np.diff(start))
    for backend in ("naive", "cpu"):
        source = match_strengths(sending, goal, np.zeros(3), seed, backend)
        assert sorted(source.tolist()) == list(range(nnz))
        np.testing.assert_array_equal(segment[source], segment)
        assert energy(sending, goal, source) <= energy(sending, goal, np.arange(nnz))


def test_at_one_temperature_states_are_those_of_boltzmann(backend):
    """Three weights on three targets: six states, drawn 2,000 times."""
    weight = np.array([0.0, 1.0, 3.0])
    sending = Sending(np.array([0, 3]), np.array([0, 1, 2], np.int32), weight)
    goal = np.array([1.0, 0.5, 2.0])
    draws = 2000 if backend == "cpu" else 300
    seen = Counter(
        tuple(match_strengths(sending, goal, np.full(8, 4.0), seed, backend).tolist())
        for seed in range(draws)
    )
    states = list(permutations(range(3)))
    share = np.exp([-energy(sending, goal, np.array(state)) / 4.0 for state in states])
    share /= share.sum()
    for state, p in zip(states, share, strict=True):
        spread = np.sqrt(p * (1 - p) / draws)
        assert seen[state] / draws == pytest.approx(p, abs=4.5 * spread)


def test_cooling_restores_sums_that_can_be_reached(backend):
    rng = np.random.default_rng(3)
    rows, n = 12, 6
    target = np.concatenate([rng.permutation(n)[:4] for _ in range(rows)])
    weight = rng.integers(1, 9, 4 * rows).astype(np.float64)
    goal = np.bincount(target, weight, minlength=n)
    mixed = np.concatenate([rng.permutation(part) for part in weight.reshape(rows, 4)])
    sending = Sending(np.arange(0, 4 * rows + 1, 4), target.astype(np.int32), mixed)
    assert energy(sending, goal, np.arange(4 * rows)) > 100
    cooling = np.append(np.geomspace(50, 0.05, 24), np.zeros(2))
    source = match_strengths(sending, goal, cooling, 1, backend)
    assert energy(sending, goal, source) <= 2.0
