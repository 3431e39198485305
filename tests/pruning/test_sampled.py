"""Pruning by chance: means, exact numbers, symmetry, stability."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    Independent,
    LinearNoise,
    NoiseScore,
    RecurrentNet,
    Sampled,
    Systematic,
    Unchanged,
    slow_mode_error,
)
from neurosparse.pruning.linear import abscissa, linearised
from neurosparse.rewiring import Magnitude
from tests.pruning.nets import clusters


def test_every_draw_is_stable_with_the_matched_diagonal(symmetric, drawn):
    assert all(abscissa(linearised(net)) < 0 for draws in drawn.values() for net in draws)
    net, _ = symmetric
    for cap in (0.5, 0.9):
        assert abscissa(linearised(Sampled(Magnitude(), cap=cap)(net, 3000, 0))) < 0
    directed = RecurrentNet.begin(clusters(symmetric=False)[0])
    for seed in range(3):
        after = Sampled(Magnitude())(directed, round(0.1 * directed.connectivity.nnz), seed)
        assert abscissa(linearised(after)) < 0
    # and it is the diagonal that does it
    plain = Sampled(Magnitude(), diagonal=Unchanged())(
        net, round(0.1 * net.connectivity.nnz), 0
    )
    assert abscissa(linearised(plain)) > 0


def test_capping_costs_spectral_accuracy_and_a_mask_costs_more(symmetric):
    net, _ = symmetric
    moments = LinearNoise()(net, None)
    score = NoiseScore(lambda n, r: moments)
    keep = round(0.2 * net.connectivity.nnz)
    rules = (
        Sampled(score),
        Sampled(score, cap=0.9),
        Sampled(score, cap=0.5),
        Sampled(score, rescale=False),
    )
    error = [
        np.mean([slow_mode_error(net, rule(net, keep, seed)) for seed in range(3)])
        for rule in rules
    ]
    assert error[0] < 1.05 * error[1] < error[2] < 0.5 * error[3]


def test_the_mean_over_draws_is_the_network():
    rng = np.random.default_rng(0)
    dense = rng.standard_normal((30, 30)) * (rng.random((30, 30)) < 0.5) * (1 - np.eye(30))
    net = RecurrentNet.begin(Connectivity.from_dense(dense))
    for draw in (Independent(), Systematic()):
        moments = LinearNoise()(net, None)
        rule = Sampled(NoiseScore(lambda n, r, m=moments: m), draw=draw)
        total = np.zeros((30, 30))
        for seed in range(400):
            total += rule(net, net.connectivity.nnz // 2, seed).connectivity.to_dense()
        assert np.linalg.norm(total / 400 - dense) < 0.05 * np.linalg.norm(dense)


def test_the_number_kept_is_as_wanted(symmetric, drawn):
    net, _ = symmetric
    nnz = net.connectivity.nnz
    for keep in (0.5, 0.2, 0.1):
        for after in drawn[keep, "noise"]:
            # pairs are drawn together, so the deviation counts twice
            assert abs(after.connectivity.nnz - keep * nnz) < 3 * 2 * np.sqrt(
                keep * nnz / 2
            )
            assert after.connectivity == after.connectivity.transpose()


TWO = Connectivity.from_dense([[0, 1], [0, 0]])

BAD = {
    "those there are": lambda: Sampled(Magnitude())(RecurrentNet.begin(TWO), 2),
    "which stay": lambda: Sampled(Magnitude())(
        RecurrentNet.begin(Connectivity.from_dense([[1, 1], [0, 0]])), 0
    ),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
