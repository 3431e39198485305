"""How neurons vary: equations, simulations, what is refused."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    KnownCovariance,
    LinearNoise,
    MeasuredNoise,
    RecurrentNet,
    noise_prune,
    stationary_covariance,
)
from neurosparse.pruning.covariance import measured_moments
from neurosparse.pruning.linear import linearised
from tests.pruning.nets import clusters


def test_a_known_covariance_gives_the_moments_of_the_equation():
    net = RecurrentNet.begin(clusters(sizes=(5, 4, 6))[0])
    linear = LinearNoise()(net, None)
    known = KnownCovariance(stationary_covariance(linearised(net)))(net, None)
    np.testing.assert_allclose(known.variance, linear.variance)
    np.testing.assert_allclose(known.covariance, linear.covariance)


def test_moments_of_activity_are_those_of_its_samples():
    net = RecurrentNet.begin(clusters(sizes=(5, 4, 6))[0])
    x = np.random.default_rng(0).standard_normal((50, 15))
    moments = MeasuredNoise(lambda net, rng: x)(net, None)
    whole = np.cov(x.T, bias=True)
    pre, post = net.connectivity.edges()
    np.testing.assert_allclose(moments.variance, np.diag(whole))
    np.testing.assert_allclose(moments.covariance, whole[pre, post])


def test_an_unstable_network_is_shifted_or_refused():
    c = Connectivity.from_dense(np.array([[0, 3.0], [3.0, 0]]))
    shifted = LinearNoise()(RecurrentNet.begin(c, 1.0), None)
    exact = stationary_covariance(np.array([[-5.0, 3.0], [3.0, -5.0]]))
    np.testing.assert_allclose(shifted.variance, np.diag(exact))
    far = RecurrentNet.begin(c.with_weight(300.0), 1.0)
    with pytest.raises(
        ValueError,
        match=r"abscissa 299; shifts tried: \[0.0, 0.5, 1.0, 2.0, 4.0, 8.0\].*raise the leak",
    ):
        noise_prune(far.connectivity, 0.5, leak=1.0)


TWO = Connectivity.from_dense([[0, 1], [0, 0]])

BAD = {
    "no eigenvalue below 0": lambda: KnownCovariance([[1.0, 2.0], [2.0, 1.0]]),
    "a symmetric matrix": lambda: KnownCovariance([[1.0, 2.0], [0.0, 1.0]]),
    "activity that varies": lambda: measured_moments(np.ones((5, 2)), TWO),
    "at least two samples": lambda: measured_moments(np.ones((1, 2)), TWO),
    "a bounded simulation": lambda: measured_moments([[np.inf, 0], [0, 1]], TWO),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
