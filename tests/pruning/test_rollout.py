"""Simulated activity against the Lyapunov equation."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    LinearNoise,
    MeasuredNoise,
    NoiseScore,
    RateRollout,
    RecurrentNet,
)


def test_simulated_noise_agrees_with_the_equation():
    rng = np.random.default_rng(3)
    dense = rng.normal(0, 0.4, (12, 12)) * (rng.random((12, 12)) < 0.5) * (1 - np.eye(12))
    net = RecurrentNet.begin(Connectivity.from_dense(dense), 1.5 + rng.random(12))
    exact = LinearNoise()(net, rng)
    found = MeasuredNoise(RateRollout(samples=60_000, runs=1500, share=0.05, linear=True))(
        net, rng
    )
    np.testing.assert_allclose(found.variance, exact.variance, rtol=0.15)
    assert np.corrcoef(found.covariance, exact.covariance)[0, 1] > 0.97
    scores = [NoiseScore(lambda n, r, m=m: m)(net, rng) for m in (exact, found)]
    assert np.corrcoef(*scores)[0, 1] > 0.98
    bent = MeasuredNoise(RateRollout(samples=4000, runs=100))(net, rng)
    assert (bent.variance < found.variance).all()
