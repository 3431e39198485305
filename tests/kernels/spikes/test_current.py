"""Injected currents: the naive waveform step by step, noise against its closed form."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.kernels.spikes.current.naive import waveform
from neurosparse.kernels.spikes.current.normal import normals
from neurosparse.kernels.spikes.poisson.naive import words
from neurosparse.stimuli import OUCurrent, RampCurrent, SineCurrent, StepCurrent
from tests.engine.driven import SIGMAS, drives

SHAPES = {
    "step": StepCurrent("a", amplitude=3.0, start=1.0, stop=4.0),
    "endless": StepCurrent("a", amplitude=-3.0, start=1.0),
    "ramp": RampCurrent("a", amplitude=4.0, start=1.0, stop=4.0),
    "sine": SineCurrent(
        "a", amplitude=2.0, frequency=150.0, phase=0.4, start=0.5, stop=5.5
    ),
}


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("given", SHAPES.values(), ids=SHAPES)
def test_currents_follow_the_naive_waveform(given, precision):
    found = drives([given], 70, precision=precision)[:, 0]
    law = [
        waveform(given.kind, k * 0.1, given.start, given.stop, *given.shape(0.1), 1e-7)
        for k in range(70)
    ]
    np.testing.assert_allclose(
        found,
        0.5 * given.amplitude * np.array(law),
        atol=1e-11 if precision == "float64" else 2e-5,
    )
    assert abs(found).max() > 0.9


def naive_walk(seed, stream, n, steps, keep, kick):
    """x <- keep x + kick xi, xi the normal number below which the share of a neuron's word lies."""
    x = np.zeros(n)
    rows = []
    for step in range(steps):
        drawn = words(seed, stream, step, n)
        xi = [NormalDist().inv_cdf((int(word) + 0.5) / 2**32) for word in drawn]
        x = keep * x + kick * np.array(xi)
        rows.append(x)
    return np.array(rows)


@pytest.mark.parametrize("n", [1, 63, 64, 65])
def test_noise_is_the_naive_walk(n):
    given = OUCurrent("a", amplitude=3.0, tau=2.0)
    law = naive_walk(17, STREAM_OF_STIMULI, n, 20, *given.shape(0.1))
    np.testing.assert_allclose(
        drives([given], 20, n=n, seed=17), 1.5 * law, rtol=1e-9, atol=1e-11
    )


def within(found, wanted, draws):
    """A correlation of `draws` pairs of unit variance is off by at most its five standard
    errors.
    """
    return abs(found - wanted) < SIGMAS * math.sqrt((1 + wanted**2) / draws)


@pytest.mark.parametrize("tau", [0.3, 2.0, 10.0])
def test_noise_has_the_variance_and_memory_of_its_process(tau):
    n = 20_000
    x = drives([OUCurrent("a", amplitude=2.0, tau=tau)], 400, n=n, seed=3)
    for k in (0, 3, 20, 399):
        growing = 1 - math.exp(-2 * (k + 1) * 0.1 / tau)
        assert abs(x[k].mean()) < SIGMAS * math.sqrt(growing / n)
        assert abs(x[k].var() / growing - 1) < SIGMAS * math.sqrt(2 / n)
    last = x[399] / math.sqrt(1 - math.exp(-2 * 40.0 / tau))
    for lag in (1, 5, 20, 60):
        then = x[399 - lag] / math.sqrt(1 - math.exp(-2 * (400 - lag) * 0.1 / tau))
        assert within((last * then).mean(), math.exp(-lag * 0.1 / tau), n)
    assert within((last[1:] * last[:-1]).mean(), 0.0, n - 1)
    kurtosis = (last**4).mean() / (last**2).mean() ** 2
    assert abs(kurtosis - 3) < SIGMAS * math.sqrt(24 / n)


def test_without_memory_it_is_white():
    x = drives([OUCurrent("a", amplitude=2.0, tau=0.0)], 60, n=5000, seed=3)
    assert abs(x.var() - 1) < SIGMAS * math.sqrt(2 / x.size)
    assert within((x[1:] * x[:-1]).mean(), 0.0, x[1:].size)


def test_every_word_is_as_rare_as_its_number():
    rng = np.random.default_rng(0)
    rare = [0, 1, 2, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1]
    edge = 0.075 * 2**32 + np.arange(-3, 4)
    drawn = np.concatenate([rare, edge, 2**32 - edge, rng.integers(0, 2**32, 5000)])
    drawn = drawn.astype(np.uint32)
    ours = np.empty(drawn.size)
    normals(drawn, ours)
    law = [NormalDist().inv_cdf((int(word) + 0.5) / 2**32) for word in drawn]
    np.testing.assert_allclose(ours, law, rtol=1e-13, atol=1e-16)
    assert 6.2 < ours.max() < 6.4
