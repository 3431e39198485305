"""Cannistraci-Hebb scores against published ones; dead chains against paths."""

from itertools import pairwise

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    LayerSynapses,
    NodeScore,
    PathScore,
    dead_chains,
)

A = np.array(
    [
        [1, 1, 0, 0, 1, 0],
        [0, 1, 1, 0, 0, 0],
        [1, 0, 0, 1, 0, 0],
        [0, 0, 1, 1, 1, 1],
        [0, 1, 0, 0, 0, 1],
    ]
)

CH2_L3N = [
    [0, 0, 5.666667, 6.666667, 0, 5.666667],
    [2, 0, 0, 2.666667, 4.666667, 5.666667],
    [0, 3, 2.666667, 0, 5.666667, 2.666667],
    [7, 11, 0, 0, 0, 0],
    [2, 0, 5.666667, 2.666667, 4.666667, 0],
]

CH3_L3P = [
    [0, 0, 1.284457, 1.57735, 0, 1.284457],
    [0.5, 0, 0, 0.57735, 1.07735, 1.284457],
    [0, 0.707107, 0.57735, 0, 1.284457, 0.57735],
    [1.707107, 2.707107, 0, 0, 0, 0],
    [0.5, 0, 1.284457, 0.57735, 1.07735, 0],
]


def test_cannistraci_scores_are_the_published_ones():
    layer = LayerSynapses(Connectivity.from_dense(A), np.ones(A.sum()))
    np.testing.assert_allclose(np.where(A, 0, NodeScore()(layer)(0, 5)), CH2_L3N, atol=1e-5)
    np.testing.assert_allclose(PathScore()(layer)(0, 5), CH3_L3P, atol=1e-5)
    np.testing.assert_allclose(PathScore()(layer)(2, 4), CH3_L3P[2:4], atol=1e-5)


def test_dead_chains_are_those_on_no_way_through():
    rng = np.random.default_rng(4)
    mats = [(rng.random(s) < 0.15).astype(float) for s in ((12, 10), (10, 11), (11, 7))]
    supports = [Connectivity.from_dense(m) for m in mats]
    dead = dead_chains(supports)
    assert sum(map(len, dead)) > 3
    left = [s.without(d).to_dense() != 0 for s, d in zip(supports, dead, strict=True)]
    through = mats[0] @ mats[1] @ mats[2]
    assert np.array_equal(left[0].astype(float) @ left[1] @ left[2], through)
    for one, two in pairwise(left):
        assert np.array_equal(one.any(0), two.any(1))


def test_a_chain_begins_anew_where_sizes_do_not_fit():
    supports = [
        Connectivity.from_dense(np.eye(2)),
        Connectivity.from_dense(np.zeros((3, 2))),
    ]
    assert [part.tolist() for part in dead_chains(supports)] == [[], []]
    assert dead_chains([]) == []
