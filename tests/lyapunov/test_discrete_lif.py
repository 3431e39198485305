"""LIF neurons on a time grid: steps, surrogate derivatives, exponents."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.lyapunov import DiscreteLif, local_exponents, separation_rate, spectrum
from tests.lyapunov.networks import gaussian


def lif(g, n=100, steps=400, **options):
    rng = np.random.default_rng(0)
    return DiscreteLif(
        gaussian(n, g), 0.9, 1.0, drive=0.1 + 0.3 * rng.random((steps, n)), **options
    )


def test_without_synapses_every_estimator_of_discrete_lif_finds_the_leak_below_threshold():
    net = DiscreteLif(Connectivity.empty(5, 5), beta=0.8, threshold=1e9, slope=1.0)
    assert spectrum(net, np.ones(5), 50, rng=0).exponents == pytest.approx(
        np.full(5, np.log(0.8)), abs=1e-6
    )
    assert separation_rate(net, np.ones(5), 50, rng=0) == pytest.approx(
        np.log(0.8), abs=1e-6
    )
    assert local_exponents(net, np.ones(5)) == pytest.approx(
        np.full(5, np.log(0.8)), abs=1e-6
    )


def test_surrogate_and_two_trajectory_exponents_order_networks_the_other_way_round():
    start = np.random.default_rng(3).random(200)
    surrogate, parted = [], []
    for g in (1.0, 4.0):
        net = lif(g, 200)
        surrogate.append(
            spectrum(net, start, 400, k=1, every=2, transient=100, rng=0).exponents[0]
        )
        parted.append(separation_rate(net, start, 1500, size=1e-3, transient=100, rng=0))
    assert surrogate[0] < surrogate[1] < 0
    assert parted[1] < parted[0] < 0
    # another implementation: -0.107 and -0.042 against -0.074 and -0.097
    assert surrogate == pytest.approx([-0.105, -0.05], abs=0.015)
    assert parted == pytest.approx([-0.072, -0.098], abs=0.015)


@pytest.mark.parametrize("alpha", [None, 0.7])
def test_the_surrogate_push_is_the_matrix_of_the_definition(alpha):
    n = 6
    net = lif(2.0, n, alpha=alpha)
    rng = np.random.default_rng(4)
    state = rng.random(net.width) * 1.5
    assert 0 < net.spikes(state).sum() < n
    slope = np.diag(1 / (1 + net.slope * np.abs(state[:n] - 1.0)) ** 2)
    w = net.connectivity.to_dense().T.astype(float)
    jump = 0.9 * np.eye(n) + (w - np.eye(n)) @ slope
    if alpha is not None:
        jump = np.block([[jump, alpha * np.eye(n)], [w @ slope, alpha * np.eye(n)]])
    np.testing.assert_allclose(net.push(state, np.eye(net.width), 0).T, jump, atol=1e-12)


def test_discrete_lif_steps_as_written():
    net = lif(2.0, 30, alpha=0.5)
    spikes, last = net.run(np.zeros(net.width), 100)
    assert 0.05 < spikes.mean() < 0.6
    v, i = np.zeros(30), np.zeros(30)
    for t in range(100):
        s = (v > 1.0).astype(float)
        np.testing.assert_array_equal(spikes[t], s)
        i = 0.5 * i + net.connectivity.to_dense().T.astype(float) @ s + net.drive[t]
        v = 0.9 * v + i - s
    np.testing.assert_allclose(last, np.concatenate([v, i]), atol=1e-9)
