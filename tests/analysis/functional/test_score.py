"""Scores beside scikit-learn and beside chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.analysis import score_wiring, strongest_edges
from neurosparse.connectivity import Connectivity


@given(st.integers(2, 9), st.integers(0, 999))
@settings(max_examples=20)
def test_scores_are_those_of_scikit_learn(n, seed):
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(seed)
    truth = (rng.random((n, n)) < 0.3).astype(np.float32)
    estimate = rng.integers(-4, 5, (n, n)) / 4  # with ties
    pairs = ~np.eye(n, dtype=bool)
    joined = truth.T[pairs] > 0
    score = score_wiring(estimate, Connectivity.from_dense(truth))
    if joined.all() or not joined.any():
        assert np.isnan(score.auc)
        return
    size = np.abs(estimate)[pairs]
    assert score.auc == pytest.approx(roc_auc_score(joined, size))
    assert score.average_precision == pytest.approx(average_precision_score(joined, size))
    assert score.density == pytest.approx(joined.mean())


def test_the_truth_is_perfect_and_noise_is_chance():
    rng = np.random.default_rng(0)
    weight = np.where(rng.random((60, 60)) < 0.1, rng.standard_normal((60, 60)), 0)
    truth = Connectivity.from_dense(weight.astype(np.float32))
    score = score_wiring(weight.T, truth)
    assert score[:4] == (1.0, 1.0, 1.0, 1.0)
    noise = score_wiring(rng.standard_normal((60, 60)), truth)
    assert abs(noise.auc - 0.5) < 0.05
    assert abs(noise.average_precision - noise.density) < 0.03
    assert abs(noise.precision - noise.density) < 0.06
    assert "chance 0.5" in str(noise)
    # against the grain, directions are wrong
    assert score_wiring(weight, truth).auc < 0.7


def test_ties_share_and_nan_ranks_last():
    truth = Connectivity.from_edges([0], [1], n_pre=3, n_post=3)
    flat = score_wiring(np.zeros((3, 3)), truth)
    assert (flat.auc, flat.precision) == (0.5, pytest.approx(1 / 6))
    blind = np.zeros((3, 3))
    blind[1, 0] = np.nan
    assert score_wiring(blind, truth).auc == 0.0
    with pytest.raises(ValueError, match="the 3 neurons"):
        score_wiring(np.zeros((2, 2)), truth)
    with pytest.raises(ValueError, match="estimate"):
        score_wiring(np.zeros(3), truth)


def test_the_strongest_edges_keep_sign_and_direction():
    table = np.array([[9.0, 0.2, 0.0], [-3.0, 9.0, np.nan], [0.5, 0.1, 9.0]])
    edges = strongest_edges(table, 2 / 6)
    assert edges.to_dense().tolist() == [[0, -3.0, 0.5], [0, 0, 0], [0, 0, 0]]
    assert strongest_edges(table, 1.0).nnz == 4
    with pytest.raises(ValueError, match="density"):
        strongest_edges(table, 2.0)
